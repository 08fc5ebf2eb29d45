import type { FastifyInstance } from 'fastify'
import { ApiError } from '../errors/api-error.ts'
import { accountStore } from '../storage/account-store.ts'
import { parseId } from '../storage/ids.ts'
import type { Context } from './context.ts'
import { formOf } from './form.ts'
import { requireAdmin, requireRecentAdmin, requireSession, type SessionSource } from './guards.ts'
import { originOf } from './origin.ts'
import { changeRole, removePerson } from './people.ts'
import { roleOf } from './person.ts'
import { peopleOfSandbox, refuseInSandbox } from './sandbox-people.ts'
import type { Session } from './session.ts'
import { resetTwoFactor } from './two-factor-reset.ts'

/** The people of an account. */
export function peopleRoutes(app: FastifyInstance, context: Context, accounts: SessionSource): void {
  const { engine, work } = context

  app.get('/people', async (request) => {
    const session = await requireSession(accounts, request)
    return { data: await peopleOf(session) }
  })

  app.patch<{ Params: { id: string } }>('/people/:id', async (request) => {
    const by = await requireRecentAdmin(accounts, request)
    await refuseInSandbox(engine, by.accountId, peopleOfSandbox)
    const personId = requireId(request.params.id)
    const form = formOf(request.body)
    const role = form.role('role')
    form.check()
    await changeRole(engine, { by, personId, origin: originOf(request) }, role)
    const person = (await peopleOf(by)).find(({ id }) => id === personId)
    if (!person) throw unknownPerson()
    return person
  })

  app.delete<{ Params: { id: string } }>('/people/:id', async (request, reply) => {
    const by = await requireRecentAdmin(accounts, request)
    await refuseInSandbox(engine, by.accountId, peopleOfSandbox)
    const personId = requireId(request.params.id)
    const form = formOf(request.body ?? {})
    const given = form.has('hand_over_to') ? form.text('hand_over_to', 'Who takes over') : null
    form.check()
    // What is no id at all names nobody, like one that nobody has.
    const to = given === null ? null : (parseId(given) ?? personId)
    await removePerson(engine, { by, personId, origin: originOf(request) }, { work, to })
    return reply.code(204).send()
  })

  /** What somebody would have to take over. */
  app.get<{ Params: { id: string } }>('/people/:id/open-work', async (request) => {
    const by = await requireAdmin(accounts, request)
    const personId = requireId(request.params.id)
    if (!(await peopleOf(by)).some(({ id }) => id === personId)) throw unknownPerson()
    return work.openWorkOf(accountStore(engine.reader, by.accountId), personId)
  })

  app.post<{ Params: { id: string } }>('/people/:id/reset-two-factor', async (request, reply) => {
    const by = await requireRecentAdmin(accounts, request)
    const personId = requireId(request.params.id)
    await resetTwoFactor(context, { by, personId, origin: originOf(request) })
    return reply.code(204).send()
  })

  async function peopleOf(session: Session) {
    const rows = await engine.reader
      .selectFrom('members')
      .innerJoin('identities', 'identities.id', 'members.identity_id')
      .select(['identities.id', 'identities.name', 'identities.email'])
      .select(['members.role', 'members.created_at', 'identities.two_factor_enabled'])
      .where('members.account_id', '=', session.accountId)
      .orderBy('identities.name')
      .orderBy('identities.id')
      .execute()
    return rows.map((row) => ({
      id: row.id,
      name: row.name,
      email: row.email,
      role: roleOf(row.role),
      joined_at: new Date(row.created_at).toISOString(),
      you: row.id === session.userId,
      ...(session.role === 'admin' && { two_factor: Boolean(row.two_factor_enabled) }),
    }))
  }
}

function requireId(text: string): string {
  const id = parseId(text)
  if (!id) throw unknownPerson()
  return id
}

function unknownPerson(): ApiError {
  return new ApiError('not_found', 'There is no such person in this account.')
}
