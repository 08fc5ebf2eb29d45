import type { FastifyInstance } from 'fastify'
import type { Context } from './context.ts'
import { formOf } from './form.ts'
import { requireAdmin, requireRecentAdmin, type SessionSource } from './guards.ts'
import {
  acceptInvitation,
  cancelInvitation,
  findInvitation,
  invitationLink,
  invite,
  isExpired,
  otherPerson,
  resendInvitation,
  signInFirst,
  unknownInvitation,
} from './invitations.ts'
import { originOf } from './origin.ts'
import { personOf, roleOf } from './person.ts'
import { peopleOfSandbox, refuseInSandbox } from './sandbox-people.ts'
import { sessionBody, signInNow } from './session.body.ts'
import { requirePasswordSignIn } from './ways-in.ts'

type ById = { Params: { id: string } }

/** Invitations: an admin's list, and the page that the link opens for who was invited. */
export function invitationRoutes(app: FastifyInstance, context: Context, accounts: SessionSource): void {
  const { engine, mail, signIn, publicUrl } = context

  app.get('/invitations', async (request) => {
    const session = await requireAdmin(accounts, request)
    return { data: await openInvitations(session.accountId) }
  })

  app.post('/invitations', async (request, reply) => {
    const by = await requireRecentAdmin(accounts, request)
    // Only here: where nobody can be invited, there is no invitation to send again or to cancel.
    await refuseInSandbox(engine, by.accountId, peopleOfSandbox)
    const form = formOf(request.body)
    const to = { email: form.email('email'), role: form.role('role') }
    form.check()
    const id = await invite(context, { by, origin: originOf(request) }, to)
    mail.deliverSoon()
    reply.code(201)
    return invitationOf(by.accountId, id)
  })

  app.post<ById>('/invitations/:id/resend', async (request) => {
    const by = await requireRecentAdmin(accounts, request)
    const id = await resendInvitation(context, { by, origin: originOf(request) }, request.params.id)
    mail.deliverSoon()
    return invitationOf(by.accountId, id)
  })

  app.delete<ById>('/invitations/:id', async (request, reply) => {
    const by = await requireAdmin(accounts, request)
    await cancelInvitation(context, { by, origin: originOf(request) }, request.params.id)
    return reply.code(204).send()
  })

  app.get<ById>('/invitations/:id/preview', async (request) => {
    const invitation = await findInvitation(engine.reader, request.params.id)
    if (!invitation) throw unknownInvitation()
    const { name: accountName } = await engine.reader
      .selectFrom('accounts')
      .select('name')
      .where('id', '=', invitation.account_id)
      .executeTakeFirstOrThrow()
    const { name: inviterName } = await engine.reader
      .selectFrom('identities')
      .select('name')
      .where('id', '=', invitation.inviter_id)
      .executeTakeFirstOrThrow()
    const isLate = invitation.status === 'pending' && isExpired(invitation, Date.now())
    return {
      account_name: accountName,
      email: invitation.email,
      role: roleOf(invitation.role),
      inviter_name: inviterName,
      has_login: await hasLogin(invitation.email),
      status: isLate ? 'expired' : invitation.status,
    }
  })

  app.post<ById>('/invitations/:id/accept', async (request, reply) => {
    const { id } = request.params
    const invitation = await findInvitation(engine.reader, id)
    if (!invitation) throw unknownInvitation()
    const { email } = invitation
    const origin = originOf(request)
    const person = await personOf(signIn, request.headers)
    if (person) {
      if (person.email !== email) throw otherPerson()
      const { accountId } = await acceptInvitation(context, id, { person }, origin)
      return sessionBody(context, request, { ...person, activeAccountId: accountId })
    }
    if (await hasLogin(email)) throw signInFirst()
    requirePasswordSignIn(context)
    const form = formOf(request.body)
    const newcomer = { name: form.text('name', 'Your name'), password: form.password('password') }
    form.check()
    await acceptInvitation(context, id, newcomer, origin)
    reply.code(201)
    return signInNow(context, request, reply, { email, password: newcomer.password })
  })

  async function hasLogin(email: string): Promise<boolean> {
    const row = await engine.reader
      .selectFrom('identities')
      .select('id')
      .where('email', '=', email)
      .executeTakeFirst()
    return row !== undefined
  }

  async function openInvitations(accountId: string) {
    const rows = await engine.reader
      .selectFrom('invitations')
      .innerJoin('identities', 'identities.id', 'invitations.inviter_id')
      .select(['invitations.id', 'invitations.email', 'invitations.role', 'identities.name'])
      .select(['invitations.created_at', 'invitations.expires_at'])
      .where('invitations.account_id', '=', accountId)
      .where('invitations.status', '=', 'pending')
      .orderBy('invitations.created_at', 'desc')
      .execute()
    return rows.map((row) => ({
      id: row.id,
      email: row.email,
      role: roleOf(row.role),
      invited_by: { name: row.name },
      created_at: new Date(row.created_at).toISOString(),
      expires_at: new Date(row.expires_at).toISOString(),
      expired: isExpired(row, Date.now()),
      link: invitationLink(publicUrl, row.id),
    }))
  }

  async function invitationOf(accountId: string, id: string) {
    const invitation = (await openInvitations(accountId)).find((one) => one.id === id)
    if (!invitation) throw unknownInvitation()
    return { ...invitation, mailed: mail.enabled }
  }
}
