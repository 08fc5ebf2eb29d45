import type { Transaction } from 'kysely'
import { type Origin, recordAudit } from '../audit/audit.ts'
import { ApiError } from '../errors/api-error.ts'
import type { Tables } from '../storage/tables.ts'
import type { Context } from './context.ts'
import { invitationLetter } from './letters.ts'
import { addIdentity, addMember, identityOf, iso, membershipOf, writerFor } from './memberships.ts'
import { requireStillAdmin } from './people.ts'
import type { Person } from './person.ts'
import { base62, randomText } from './random-text.ts'
import type { Role, Session } from './session.ts'
import { invitationIdLength } from './sign-in.terms.ts'

export const invitationMs = 7 * 24 * 60 * 60_000

type Invitation = Tables['invitations']
type Act = { by: Session; origin: Origin }

/**
 * Invites a person. Returns the id, which is the secret of the link.
 * @throws ApiError already_member, already_invited, admin_required
 */
export async function invite(context: Context, act: Act, to: { email: string; role: Role }): Promise<string> {
  const { by } = act
  return context.engine.transaction(async (tx) => {
    const at = Date.now()
    await requireStillAdmin(tx, by)
    const invitee = await identityOf(tx, to.email)
    if (invitee && (await membershipOf(tx, by.accountId, invitee))) {
      throw new ApiError('already_member', 'This person already belongs to the account.', { param: 'email' })
    }
    const open = await tx
      .selectFrom('invitations')
      .selectAll()
      .where('account_id', '=', by.accountId)
      .where('email', '=', to.email)
      .where('status', '=', 'pending')
      .executeTakeFirst()
    if (open && !isExpired(open, at)) {
      throw new ApiError('already_invited', 'This person already has an open invitation.', { param: 'email' })
    }
    if (open) await setStatus(tx, open.id, 'canceled')
    return addInvitation(context, tx, act, to, 'user.invited')
  })
}

/**
 * Replaces an open invitation by one with a new link, which lives for 7 days from now. Returns its id.
 * @throws ApiError not_found, invitation_closed, admin_required
 */
export async function resendInvitation(context: Context, act: Act, id: string): Promise<string> {
  return context.engine.transaction(async (tx) => {
    await requireStillAdmin(tx, act.by)
    const old = await requireOpen(tx, act.by, id)
    await setStatus(tx, id, 'canceled')
    const to = { email: old.email, role: old.role }
    return addInvitation(context, tx, act, to, 'invitation.resent')
  })
}

/** @throws ApiError not_found, invitation_closed, admin_required */
export async function cancelInvitation(context: Context, act: Act, id: string): Promise<void> {
  const { by, origin } = act
  await context.engine.transaction(async (tx) => {
    await requireStillAdmin(tx, by)
    const { email } = await requireOpen(tx, by, id)
    await setStatus(tx, id, 'canceled')
    const writer = writerFor(tx, by.accountId, by.userId, origin, Date.now())
    await recordAudit(writer, {
      action: 'invitation.canceled',
      userId: by.userId,
      details: { email },
      origin,
    })
  })
}

/**
 * Makes who holds the link a member, once.
 * @param as the person signed in, or the name and password of somebody new
 * @throws ApiError not_found, invitation_closed, sign_in_required, other_person
 */
export async function acceptInvitation(
  context: Context,
  id: string,
  as: { person: Person } | { name: string; password: string },
  origin: Origin,
): Promise<{ accountId: string; email: string }> {
  // Looked at beforehand too, so that an old link cannot keep the server busy with hashing passwords.
  await requireAcceptable(context.engine.reader, id)
  const password = 'person' in as ? null : await context.passwords.hash(as.password)
  return context.engine.transaction(async (tx) => {
    const at = Date.now()
    const invitation = await requireAcceptable(tx, id)
    const { account_id: accountId, email, role } = invitation
    const known = await identityOf(tx, email)
    let userId: string
    if ('person' in as) {
      if (known !== as.person.id) throw otherPerson()
      userId = as.person.id
    } else {
      if (known || password === null) throw signInFirst()
      userId = await addIdentity(tx, { name: as.name, email, password }, at)
    }
    await setStatus(tx, id, 'accepted')
    if (await membershipOf(tx, accountId, userId)) return { accountId, email }
    const writer = writerFor(tx, accountId, userId, origin, at)
    await addMember(tx, writer, { userId, role })
    if ('person' in as) {
      await tx
        .updateTable('sessions')
        .set({ active_account_id: accountId })
        .where('id', '=', as.person.sessionId)
        .execute()
    }
    await recordAudit(writer, { action: 'user.joined', userId, subject: userId, details: { role }, origin })
    return { accountId, email }
  })
}

export async function findInvitation(tx: Reader, id: string): Promise<Invitation | null> {
  if (!invitationShape.test(id)) return null
  const row = await tx.selectFrom('invitations').selectAll().where('id', '=', id).executeTakeFirst()
  return row ?? null
}

type Reader = Pick<Transaction<Tables>, 'selectFrom'>
const invitationShape = /^[0-9A-Za-z]{32}$/

export function isExpired(invitation: Pick<Invitation, 'expires_at'>, at: number): boolean {
  return new Date(invitation.expires_at).getTime() <= at
}

export function invitationLink(publicUrl: string, id: string): string {
  return `${publicUrl}/invitations/${id}`
}

export function unknownInvitation(): ApiError {
  return new ApiError('not_found', 'There is no such invitation.')
}

export function signInFirst(): ApiError {
  return new ApiError('sign_in_required', 'Sign in with the e-mail address that was invited.')
}

export function otherPerson(): ApiError {
  return new ApiError('other_person', 'The invitation is for another e-mail address than yours.')
}

function closedInvitation(): ApiError {
  return new ApiError('invitation_closed', 'The invitation was accepted, cancelled or has expired.')
}

async function addInvitation(
  context: Context,
  tx: Transaction<Tables>,
  { by, origin }: Act,
  to: { email: string; role: string },
  action: 'user.invited' | 'invitation.resent',
): Promise<string> {
  const { mail, publicUrl } = context
  const at = Date.now()
  const id = randomText(invitationIdLength, base62)
  const expiresAt = at + invitationMs
  await tx
    .insertInto('invitations')
    .values({
      id,
      account_id: by.accountId,
      email: to.email,
      role: to.role,
      status: 'pending',
      inviter_id: by.userId,
      created_at: iso(at),
      expires_at: iso(expiresAt),
    })
    .execute()
  const link = invitationLink(publicUrl, id)
  const words = { to: to.email, about: by.accountId, inviterName: by.name, accountName: by.accountName }
  await mail.enqueue(tx, invitationLetter({ ...words, link, publicUrl, expiresAt }))
  const writer = writerFor(tx, by.accountId, by.userId, origin, at)
  await recordAudit(writer, {
    action,
    userId: by.userId,
    details: { email: to.email, role: to.role },
    origin,
  })
  return id
}

async function requireOpen(tx: Transaction<Tables>, by: Session, id: string): Promise<Invitation> {
  const invitation = await findInvitation(tx, id)
  if (invitation?.account_id !== by.accountId) throw unknownInvitation()
  if (invitation.status !== 'pending') throw closedInvitation()
  return invitation
}

async function requireAcceptable(tx: Reader, id: string): Promise<Invitation> {
  const invitation = await findInvitation(tx, id)
  if (!invitation) throw unknownInvitation()
  if (invitation.status !== 'pending' || isExpired(invitation, Date.now())) throw closedInvitation()
  return invitation
}

async function setStatus(tx: Transaction<Tables>, id: string, status: string): Promise<void> {
  await tx.updateTable('invitations').set({ status }).where('id', '=', id).execute()
}
