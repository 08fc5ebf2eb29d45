import type { FastifyReply, FastifyRequest } from 'fastify'
import { accountStore } from '../storage/account-store.ts'
import { accountToOpen } from './account-to-open.ts'
import type { Context } from './context.ts'
import { isFirstVisitLocal } from './first-visit.ts'
import { isRecent } from './guards.ts'
import { originOf } from './origin.ts'
import { permissionsOf } from './permissions.ts'
import { type Person, personOf, roleOf } from './person.ts'
import { addressHeader } from './sign-in.terms.ts'
import { waysIn } from './ways-in.ts'

/** The answer of GET /api/session and of everything that signs in. */
export async function sessionBody(context: Context, request: FastifyRequest, person: Person | null) {
  const { engine, config, mail } = context
  const isSetUp = await hasAccounts(context)
  return {
    setup_required: !isSetUp,
    setup_code_required: !isSetUp && !isFirstVisitLocal(request, config.publicUrl),
    mail_enabled: mail.enabled,
    support: config.support,
    sign_in: waysIn(context),
    signed_in: person ? await signedIn(person) : null,
  }

  async function signedIn(person: Person) {
    const rows = await engine.reader
      .selectFrom('members')
      .innerJoin('accounts', 'accounts.id', 'members.account_id')
      .innerJoin('account_settings', 'account_settings.account_id', 'members.account_id')
      .leftJoin('sandboxes', 'sandboxes.account_id', 'members.account_id')
      .leftJoin('accounts as live', 'live.id', 'sandboxes.live_account_id')
      .select(['accounts.id', 'accounts.name', 'members.role', 'account_settings.time_zone'])
      .select(['live.id as live_id', 'live.name as live_name'])
      .where('members.identity_id', '=', person.id)
      .orderBy('accounts.name')
      .orderBy('accounts.id')
      .execute()
    const active = rows.find((row) => row.id === person.activeAccountId)
    return {
      user: { id: person.id, name: person.name, email: person.email },
      account: active
        ? { id: active.id, name: active.name, time_zone: active.time_zone, sandbox_of: liveOf(active) }
        : null,
      role: active ? roleOf(active.role) : null,
      // An admin may do everything.
      permissions:
        active && roleOf(active.role) === 'member' ? await permissionsIn(active.id, person.id) : null,
      accounts: rows.map((row) => ({ id: row.id, name: row.name, role: roleOf(row.role) })),
      recent_sign_in: isRecent(person.signedInAt),
    }
  }

  async function permissionsIn(accountId: string, userId: string) {
    return (await permissionsOf(accountStore(engine.reader, accountId), userId)).permissions
  }
}

/** The company whose sandbox an account is; null for a live account. */
function liveOf(row: { live_id: string | null; live_name: string | null }) {
  return row.live_id === null ? null : { id: row.live_id, name: row.live_name }
}

export async function hasAccounts({ engine }: Pick<Context, 'engine'>): Promise<boolean> {
  return (await engine.reader.selectFrom('accounts').select('id').limit(1).executeTakeFirst()) !== undefined
}

/** Signs in with a password that was just set, sends the cookie along, and returns the session's body. */
export async function signInNow(
  context: Context,
  request: FastifyRequest,
  reply: FastifyReply,
  credentials: { email: string; password: string },
) {
  const { signIn } = context
  const headers = new Headers({
    [addressHeader]: request.ip,
    'user-agent': originOf(request).userAgent ?? '',
  })
  const answer = await (await signIn()).api.signInEmail({ body: credentials, headers, returnHeaders: true })
  const cookies = answer.headers.getSetCookie()
  for (const cookie of cookies) reply.header('set-cookie', cookie)
  const cookie = cookies.map((text) => text.split(';', 1)[0]).join('; ')
  return sessionBody(context, request, await personOf(signIn, { cookie }))
}

/** Opens another account for somebody whose own one is gone, such as after a removal. */
export async function openAnother(context: Context, person: Person): Promise<Person> {
  const { engine } = context
  if (person.activeAccountId !== null) return person
  const accountId = await accountToOpen(engine, person.id)
  if (accountId === null) return person
  await engine.transaction((tx) =>
    tx
      .updateTable('sessions')
      .set({ active_account_id: accountId })
      .where('id', '=', person.sessionId)
      .execute(),
  )
  return { ...person, activeAccountId: accountId }
}
