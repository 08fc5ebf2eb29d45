import type { FastifyRequest } from 'fastify'
import { type Access, accessOfKey, wholeAccess } from '../access/access.ts'
import { memberAccess } from '../access/member-access.ts'
import { requireSameSite } from '../accounts/guards.ts'
import type { Session } from '../accounts/session.ts'
import {
  type AccessSettings,
  accessSettingsOf,
  findKey,
  type KnownKey,
  refusalOf,
  type WrongKeys,
} from '../api-keys/index.ts'
import { ApiError } from '../errors/api-error.ts'
import type { Actor } from '../storage/account-store.ts'
import type { Engine } from '../storage/engine.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Whether its answer was held up as one of very many with a wrong key; such requests are not logged. */
    isHeldUp: boolean
    /** Gives up the place of a request that is worked on, where there are only so many. */
    leavePlace: (() => void) | null
  }
}

/** Who sends a request: a program with a key, or a signed-in person. The account follows from it. */
export interface Caller {
  accountId: string
  actor: Actor
  /** The person behind it, who is the author of what it writes. */
  userId: string
  isAdmin: boolean
  /** What the credential opens of the account. */
  access: Access
  key: KnownKey | null
  settings: AccessSettings
  /** Whose minute its requests are counted in: the account's, which its keys and people share. */
  budget: string
}

export interface CallerSource {
  engine: Engine
  accounts: { sessionOf(headers: FastifyRequest['headers']): Promise<Session | null> }
  publicUrl(): string
  wrongKeys: WrongKeys
}

const refusal = 'Invalid Access Token'

/**
 * The caller of a request. A key counts before a cookie. `Authorization: Bearer <key>` and
 * `Authorization: <key>` are the same (`contract.md` §1).
 * @throws ApiError invalid_access_token, too_many_wrong_keys, key_disabled, key_expired, address_not_allowed, cross_site_request
 */
export async function callerOf(request: FastifyRequest, source: CallerSource): Promise<Caller> {
  const { authorization } = request.headers
  if (authorization !== undefined) return keyCaller(authorization, request, source)
  const session = await source.accounts.sessionOf(request.headers)
  if (!session) throw unauthorized('send your API key as "Authorization: Bearer lk_live_…"')
  requireSameSite(request, source.publicUrl())
  const { accountId, userId } = session
  const isAdmin = session.role === 'admin'
  return {
    accountId,
    actor: { kind: 'user', id: userId },
    userId,
    isAdmin,
    access: isAdmin ? wholeAccess(userId) : await memberAccess(source.engine.reader, { accountId, userId }),
    key: null,
    budget: accountId,
    settings: await settingsOf(source.engine, accountId),
  }
}

async function keyCaller(
  authorization: string,
  request: FastifyRequest,
  { engine, wrongKeys }: CallerSource,
): Promise<Caller> {
  const key = await keyIn(authorization, engine)
  if (!key) {
    await noteWrongKey(request, wrongKeys)
    throw unauthorized('it was mistyped, rotated or revoked')
  }
  const address = request.ip
  const refused = refusalOf(key, { address, at: Date.now() })
  if (refused?.code === 'address_not_allowed') throw new ApiError(refused.code, refused.reason)
  if (refused) throw unauthorized(refused.reason, refused.code)
  return {
    accountId: key.accountId,
    actor: { kind: 'key', id: key.keyId },
    userId: key.userId,
    isAdmin: true,
    access: accessOfKey(key),
    key,
    settings: key.settings,
    budget: key.accountId,
  }
}

/** Counts a wrong key against its sender, wherever in the request it stood. @throws ApiError too_many_wrong_keys */
export async function noteWrongKey(request: FastifyRequest, wrongKeys: WrongKeys): Promise<void> {
  const noted = wrongKeys.note({ address: request.ip, connection: request.raw.socket })
  request.leavePlace?.()
  request.isHeldUp = (await noted.catch(() => 'held')) === 'held'
  await noted
}

/** The key of an `Authorization` header, or null when there is no such key. */
export function keyIn(authorization: string, engine: Engine): Promise<KnownKey | null> {
  return findKey(engine, authorization.replace(/^Bearer\s+/i, '').trim())
}

async function settingsOf(engine: Engine, accountId: string): Promise<AccessSettings> {
  const row = await engine.reader
    .selectFrom('account_settings')
    .select(['cors_origins', 'requests_per_minute', 'records_per_minute', 'strict_emulation', 'time_zone'])
    .where('account_id', '=', accountId)
    .executeTakeFirstOrThrow()
  return accessSettingsOf(row)
}

function unauthorized(
  hint: string,
  code: 'invalid_access_token' | 'key_disabled' | 'key_expired' = 'invalid_access_token',
): ApiError {
  return new ApiError(code, `${refusal}: ${hint}`, {
    headers: { 'www-authenticate': 'Bearer realm="Latchkey REST API"' },
  })
}
