import type { IncomingHttpHeaders } from 'node:http'
import type { Engine } from '../storage/engine.ts'
import { noteSeen } from './last-seen.ts'
import type { Role, Session } from './session.ts'
import type { SignIn } from './sign-in.ts'

/** Who a cookie belongs to, whether or not they are in an account. */
export interface Person {
  id: string
  name: string
  email: string
  sessionId: string
  activeAccountId: string | null
  /** Milliseconds since 1970. */
  signedInAt: number
}

/** The signed-in person, or null. Changes nothing: the session is prolonged by `prolong` alone. */
export async function personOf(signIn: SignIn, headers: IncomingHttpHeaders): Promise<Person | null> {
  if (!headers.cookie) return null
  const found = await (await signIn()).api.getSession({
    headers: new Headers({ cookie: headers.cookie }),
    query: { disableRefresh: true },
  })
  if (!found) return null
  const { user, session } = found
  return {
    id: user.id,
    name: user.name,
    email: user.email,
    sessionId: session.id,
    activeAccountId: session.activeOrganizationId ?? null,
    signedInAt: session.createdAt.getTime(),
  }
}

/**
 * Lets the session live for another 30 days, at most once a day.
 * @returns the cookies to set, most often none
 */
export async function prolong(signIn: SignIn, headers: IncomingHttpHeaders): Promise<string[]> {
  if (!headers.cookie) return []
  const { headers: answer } = await (await signIn()).api.getSession({
    headers: new Headers({ cookie: headers.cookie }),
    returnHeaders: true,
  })
  return answer.getSetCookie()
}

/** The person in the account that they have open; null when they do not belong to it any more. */
export async function sessionOf(engine: Engine, person: Person | null): Promise<Session | null> {
  if (!person?.activeAccountId) return null
  const row = await engine.reader
    .selectFrom('members')
    .innerJoin('accounts', 'accounts.id', 'members.account_id')
    .innerJoin('sessions', 'sessions.identity_id', 'members.identity_id')
    .select(['members.role', 'accounts.name', 'sessions.last_seen_at'])
    .where('members.account_id', '=', person.activeAccountId)
    .where('members.identity_id', '=', person.id)
    .where('sessions.id', '=', person.sessionId)
    .executeTakeFirst()
  if (!row) return null
  await noteSeen(engine, { id: person.sessionId, lastSeenAt: row.last_seen_at })
  return {
    userId: person.id,
    name: person.name,
    email: person.email,
    accountId: person.activeAccountId,
    accountName: row.name,
    role: roleOf(row.role),
    signedInAt: person.signedInAt,
  }
}

/** Removes the sessions and links whose time is over, which nobody may ever ask for again. */
export async function forgetExpired(engine: Engine): Promise<void> {
  const now = new Date().toISOString()
  await engine.transaction(async (tx) => {
    await tx.deleteFrom('sessions').where('expires_at', '<', now).execute()
    await tx.deleteFrom('verifications').where('expires_at', '<', now).execute()
  })
}

/** Anything but an admin may do the least. */
export function roleOf(stored: string): Role {
  return stored === 'admin' ? 'admin' : 'member'
}
