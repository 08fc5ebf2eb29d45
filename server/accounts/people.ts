import type { Transaction } from 'kysely'
import { type Origin, recordAudit } from '../audit/audit.ts'
import { ApiError } from '../errors/api-error.ts'
import type { AccountWriter } from '../storage/account-store.ts'
import type { Engine } from '../storage/engine.ts'
import type { Tables } from '../storage/tables.ts'
import { membershipOf, writerFor } from './memberships.ts'
import type { OpenWork, Work } from './open-work.ts'
import type { Role, Session } from './session.ts'
import { alignUsers } from './users.ts'

/** An admin's act on another person of the account. */
export interface PersonAct {
  by: Session
  personId: string
  origin: Origin
}

/**
 * Gives a person another role.
 * @throws ApiError not_found, cannot_change_self, last_admin, admin_required
 */
export function changeRole(engine: Engine, act: PersonAct, role: Role): Promise<void> {
  const { by, personId, origin } = act
  return engine.transaction(async (tx) => {
    const member = await requireOther(tx, act)
    if (member.role === role) return requireStillAdmin(tx, by)
    if (role !== 'admin') await requireAnotherAdmin(tx, member)
    await requireStillAdmin(tx, by)
    const writer = writerFor(tx, by.accountId, by.userId, origin, Date.now())
    await tx.updateTable('members').set({ role }).where('id', '=', member.id).execute()
    await alignUsers(tx, writer)
    await recordAudit(writer, {
      action: 'user.role_changed',
      userId: by.userId,
      subject: personId,
      details: { role, previous_role: member.role },
      origin,
    })
  })
}

/**
 * Takes a person out of the account, after their open work went to somebody else. Their next request is
 * refused; what they wrote stays.
 * @param handOver.to who takes over; null when there should be nothing to take over
 * @throws ApiError not_found, cannot_change_self, last_admin, admin_required, open_work, unknown_user
 */
export async function removePerson(
  engine: Engine,
  act: PersonAct,
  handOver: { work: Work; to: string | null },
): Promise<void> {
  const { by, personId, origin } = act
  await engine.transaction(async (tx) => {
    const member = await requireOther(tx, act)
    await requireAnotherAdmin(tx, member)
    await requireStillAdmin(tx, by)
    const writer = writerFor(tx, by.accountId, by.userId, origin, Date.now())
    const handed = await passOn(tx, writer, personId, handOver)
    await tx.deleteFrom('members').where('id', '=', member.id).execute()
    await tx
      .updateTable('sessions')
      .set({ active_account_id: null })
      .where('identity_id', '=', personId)
      .where('active_account_id', '=', by.accountId)
      .execute()
    await alignUsers(tx, writer)
    await recordAudit(writer, {
      action: 'user.removed',
      userId: by.userId,
      subject: personId,
      ...(handed && { details: { handed_over_to: handOver.to, ...handed } }),
      origin,
    })
  })
}

/** @returns what was passed on, or null when there was nothing */
async function passOn(
  tx: Transaction<Tables>,
  writer: AccountWriter,
  personId: string,
  { work, to }: { work: Work; to: string | null },
): Promise<OpenWork | null> {
  const open = await work.openWorkOf(writer, personId)
  if (Object.values(open).every((count) => count === 0)) return null
  if (to === null) {
    throw new ApiError('open_work', 'This person has open work; choose who takes it over.', {
      param: 'hand_over_to',
    })
  }
  if (to === personId || !(await membershipOf(tx, writer.accountId, to))) {
    throw new ApiError('unknown_user', 'Nobody else of the account has this id.', { param: 'hand_over_to' })
  }
  return work.handOver(writer, personId, to)
}

/**
 * The role was read before the transaction began; of two admins who act on each other at once, one is none
 * by now.
 * @throws ApiError admin_required
 */
export async function requireStillAdmin(tx: Transaction<Tables>, session: Session): Promise<void> {
  const own = await membershipOf(tx, session.accountId, session.userId)
  if (own?.role !== 'admin') {
    throw new ApiError('admin_required', 'Only an admin of the account may do this.')
  }
}

/** @throws ApiError not_found, cannot_change_self */
export async function requireOther(
  tx: Transaction<Tables>,
  { by, personId }: PersonAct,
): Promise<Tables['members']> {
  const member = await membershipOf(tx, by.accountId, personId)
  if (!member) throw new ApiError('not_found', 'There is no such person in this account.')
  if (personId === by.userId) {
    throw new ApiError('cannot_change_self', 'You cannot change or remove yourself; another admin can.')
  }
  return member
}

async function requireAnotherAdmin(tx: Transaction<Tables>, member: Tables['members']): Promise<void> {
  if (member.role !== 'admin') return
  const other = await tx
    .selectFrom('members')
    .select('id')
    .where('account_id', '=', member.account_id)
    .where('role', '=', 'admin')
    .where('id', '!=', member.id)
    .limit(1)
    .executeTakeFirst()
  if (!other) throw new ApiError('last_admin', 'An account keeps at least one admin.')
}
