import type { Transaction } from 'kysely'
import { type Origin, recordAudit } from '../audit/audit.ts'
import type { Engine } from '../storage/engine.ts'
import type { Timestamp } from '../storage/identity-tables.ts'
import type { Tables } from '../storage/tables.ts'
import { writerFor } from './memberships.ts'
import { type PersonAct, requireOther, requireStillAdmin } from './people.ts'
import type { Person } from './person.ts'

/** A browser or device in which a person is signed in. */
export interface SignedInDevice {
  id: string
  user_agent: string | null
  address: string | null
  signed_in_at: string
  last_seen_at: string
  this_one: boolean
}

/** Where the person is signed in: this one first, then by when they were seen. */
export async function devicesOf(engine: Pick<Engine, 'reader'>, person: Person): Promise<SignedInDevice[]> {
  const rows = await engine.reader
    .selectFrom('sessions')
    .select(['id', 'user_agent', 'ip_address', 'created_at', 'last_seen_at'])
    .where('identity_id', '=', person.id)
    .where('expires_at', '>', new Date().toISOString())
    .execute()
  return rows
    .map((row) => ({
      id: row.id,
      user_agent: row.user_agent || null,
      address: row.ip_address || null,
      signed_in_at: iso(row.created_at),
      last_seen_at: iso(row.last_seen_at ?? row.created_at),
      this_one: row.id === person.sessionId,
    }))
    .sort(
      (one, other) =>
        Number(other.this_one) - Number(one.this_one) || other.last_seen_at.localeCompare(one.last_seen_at),
    )
}

/** Ends one session of the person's own; its next request is refused. Returns whether there was one. */
export function endSession(engine: Engine, person: Person, sessionId: string): Promise<boolean> {
  return engine.transaction(async (tx) => {
    const { numDeletedRows } = await tx
      .deleteFrom('sessions')
      .where('id', '=', sessionId)
      .where('identity_id', '=', person.id)
      .executeTakeFirst()
    return numDeletedRows > 0
  })
}

/** Ends all sessions of the person but the one that asks. Returns how many there were. */
export function endOtherSessions(engine: Engine, person: Person): Promise<number> {
  return engine.transaction((tx) => endAll(tx, person.id, person.sessionId))
}

/**
 * Signs another person of the account out everywhere.
 * @throws ApiError not_found, cannot_change_self, admin_required
 */
export function endSessionsOf(engine: Engine, act: PersonAct): Promise<number> {
  const { by, personId, origin } = act
  return engine.transaction(async (tx) => {
    await requireOther(tx, act)
    await requireStillAdmin(tx, by)
    const ended = await endAll(tx, personId)
    await noteEnded(tx, act, ended, origin)
    return ended
  })
}

async function endAll(tx: Transaction<Tables>, userId: string, but?: string): Promise<number> {
  let query = tx.deleteFrom('sessions').where('identity_id', '=', userId)
  if (but !== undefined) query = query.where('id', '!=', but)
  const { numDeletedRows } = await query.executeTakeFirst()
  return Number(numDeletedRows)
}

function noteEnded(
  tx: Transaction<Tables>,
  { by, personId }: PersonAct,
  ended: number,
  origin: Origin,
): Promise<void> {
  const writer = writerFor(tx, by.accountId, by.userId, origin, Date.now())
  return recordAudit(writer, {
    action: 'user.sessions_ended',
    userId: by.userId,
    subject: personId,
    details: { sessions: ended },
    origin,
  })
}

function iso(time: Timestamp): string {
  return new Date(time).toISOString()
}
