import { sql, type Transaction } from 'kysely'
import type { Engine } from '../storage/engine.ts'
import type { Tables } from '../storage/tables.ts'
import { cookiePrefix } from './cookie-prefix.ts'
import { onceIn } from './once.ts'
import type { Person } from './person.ts'
import type { SignIn } from './sign-in.ts'

export interface TwoFactor {
  enabled: boolean
  /** Null when it is off, or sealed with another secret of the server. */
  recoveryCodesLeft: number | null
}

export async function twoFactorOf(
  { engine, signIn }: { engine: Pick<Engine, 'reader'>; signIn: SignIn },
  userId: string,
): Promise<TwoFactor> {
  const enabled = await hasSecondFactor(engine, userId)
  if (!enabled) return { enabled, recoveryCodesLeft: null }
  const codes = await recoveryCodesOf(signIn, userId).catch(() => null)
  return { enabled, recoveryCodesLeft: codes?.length ?? null }
}

export async function recoveryCodesOf(signIn: SignIn, userId: string): Promise<string[]> {
  const { backupCodes } = await (await signIn()).api.viewBackupCodes({ body: { userId } })
  return backupCodes
}

export async function hasSecondFactor(engine: Pick<Engine, 'reader'>, userId: string): Promise<boolean> {
  const row = await engine.reader
    .selectFrom('identities')
    .select('two_factor_enabled')
    .where('id', '=', userId)
    .executeTakeFirst()
  return Boolean(row?.two_factor_enabled)
}

/** Whether the person has a password at all; one who signs in by the company's identity has none. */
export async function hasPassword(engine: Pick<Engine, 'reader'>, userId: string): Promise<boolean> {
  const row = await engine.reader
    .selectFrom('credentials')
    .select('id')
    .where('identity_id', '=', userId)
    .where('provider_id', '=', 'credential')
    .executeTakeFirst()
  return row !== undefined
}

/** Lets a person sign in with their password alone. Returns whether there was a second factor. */
export async function removeSecondFactor(
  tx: Transaction<Tables> | Engine['writer'],
  userId: string,
): Promise<boolean> {
  const { numDeletedRows } = await tx
    .deleteFrom('second_factors')
    .where('identity_id', '=', userId)
    .executeTakeFirst()
  await tx
    .updateTable('identities')
    // Both engines know the word; node:sqlite does not take the value.
    .set({ two_factor_enabled: sql<boolean>`false` })
    .where('id', '=', userId)
    .execute()
  return numDeletedRows > 0
}

/** What was typed: the six digits of an app, or a recovery code in whatever spelling. */
export function readCode(typed: string): { kind: 'app' | 'recovery'; code: string } {
  const compact = typed.replace(/[\s-]/g, '').toLowerCase()
  if (/^\d{6}$/.test(compact)) return { kind: 'app', code: compact }
  return { kind: 'recovery', code: `${compact.slice(0, 5)}-${compact.slice(5, 40)}` }
}

/** An app's code is good for up to 90 seconds, and is taken once in them. */
export interface UsedCodes {
  /** @returns whether this is the first time */
  isFirst(userId: string, code: string): Promise<boolean>
}

export function usedCodesOf(engine: Pick<Engine, 'transaction'>): UsedCodes {
  const once = onceIn(engine, 'second-factor-code', 120)
  return { isFirst: (userId, code) => once.isFirst(`${userId} ${code}`) }
}

/**
 * The cookie that stands between the password and the second factor, alone: with the session of somebody who
 * only confirms that it is them, better-auth would not open a new one.
 */
export function challengeCookie(cookies: string | undefined, publicUrl: string): string | undefined {
  const begin = `${cookiePrefix(publicUrl)}.two_factor=`
  return cookies
    ?.split(/;\s*/)
    .filter((cookie) => cookie.startsWith(begin))
    .join('; ')
}

/** Who has given their password and is asked for the second factor; null when that is over. */
export async function challenged(
  { engine, signIn }: { engine: Pick<Engine, 'reader'>; signIn: SignIn },
  cookie: string | undefined,
): Promise<Pick<Person, 'id' | 'name' | 'email'> | null> {
  const value = cookie?.slice(cookie.indexOf('=') + 1)
  // The signature is better-auth's to check; an identifier cannot be guessed.
  const [identifier = ''] = (value ?? '').split('.')
  if (!/^2fa-[\w-]+$/.test(identifier)) return null
  const { internalAdapter } = await (await signIn()).$context
  const found = await internalAdapter.findVerificationValue(identifier)
  if (!found) return null
  const person = await engine.reader
    .selectFrom('identities')
    .select(['id', 'name', 'email'])
    .where('id', '=', found.value)
    .executeTakeFirst()
  return person ?? null
}
