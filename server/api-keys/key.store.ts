import type { Transaction } from 'kysely'
import type { Session } from '../accounts/session.ts'
import { type Origin, recordAudit } from '../audit/audit.ts'
import type { Secrets } from '../secrets.ts'
import type { AccountStore, AccountWriter } from '../storage/account-store.ts'
import type { Engine } from '../storage/engine.ts'
import { newId } from '../storage/ids.ts'
import type { Tables } from '../storage/tables.ts'
import { writeAccount } from '../storage/write.ts'
import { accessAlreadyEnabled, accessNotEnabled } from './errors.ts'
import { hashKey, openKey, sealKey } from './key-at-rest.ts'
import { newKey } from './key-format.ts'

/** What is known of an account's key without its secret. Times are milliseconds since 1970. */
export interface MainKey {
  id: string
  name: string
  lastFour: string
  createdAt: number
  createdBy: { name: string }
  rotatedAt: number | null
  lastUsedAt: number | null
}

/** Who acts on the key of the account that they work in, and from where. */
export interface KeyAct {
  by: Pick<Session, 'userId' | 'name' | 'email' | 'accountId' | 'accountName'>
  origin: Origin
}

/** What happened to a key, as told to the admins. */
export interface KeyEvent extends KeyAct {
  action: 'enabled' | 'rotated' | 'revoked'
  key: MainKey
}

export interface KeyContext {
  engine: Engine
  secrets: Secrets
  /** Runs inside the transaction of enable, rotate and revoke: when it fails, nothing has happened. */
  announce(tx: Transaction<Tables>, writer: AccountWriter, event: KeyEvent): Promise<void>
}

/** An account's key, or null while its REST API access is off. */
export async function readKey(store: AccountStore): Promise<MainKey | null> {
  const row = await store
    .joined('api_keys', 'users', 'created_by', 'id')
    .select([
      'api_keys.id as id',
      'api_keys.name as name',
      'api_keys.last_four as last_four',
      'api_keys.created_at as created_at',
      'api_keys.rotated_at as rotated_at',
      'api_keys.last_used_at as last_used_at',
      'users.name as creator',
    ])
    .executeTakeFirst()
  return row ? keyOf(row as unknown as KeyRow) : null
}

/**
 * Opens the account's REST API with a new key.
 * @throws ApiError access_already_enabled, also for the slower one of two that enable at once.
 */
export function enableAccess(context: KeyContext, act: KeyAct): Promise<{ secret: string; key: MainKey }> {
  const { secrets } = context
  return write(context, act, async (writer, tx) => {
    // Two that both find no key here conflict, being serializable: the engine lets one of them look again.
    if (await readKey(writer)) throw accessAlreadyEnabled()
    const id = newId()
    const secret = newKey('live')
    const { sealed, sealingKeyId } = sealKey(secrets, secret, { accountId: writer.accountId, keyId: id })
    await writer.insert('api_keys', {
      id,
      name: mainKeyName,
      sealed,
      sealing_key_id: sealingKeyId,
      last_four: lastFourOf(secret),
      created_at: writer.at,
      created_by: act.by.userId,
      rotated_at: null,
      last_used_at: null,
    })
    await writer.insert('api_key_hashes', { hash: hashKey(secret), key_id: id })
    const key = await existingKey(writer)
    await record(writer, act, 'enabled', key)
    await context.announce(tx, writer, { ...act, action: 'enabled', key })
    return { secret, key }
  })
}

/**
 * The key itself, for an admin to copy again.
 * @throws ApiError access_not_enabled, or key_unreadable when it was sealed with another secret.
 */
export function revealKey(context: KeyContext, act: KeyAct): Promise<string> {
  return write(context, act, async (writer) => {
    const key = await existingKey(writer)
    const row = await writer.find('api_keys', key.id)
    const stored = { sealed: String(row?.sealed), sealingKeyId: String(row?.sealing_key_id) }
    const secret = openKey(context.secrets, stored, { accountId: writer.accountId, keyId: key.id })
    await record(writer, act, 'revealed', key)
    return secret
  })
}

/**
 * Replaces the key. Once this resolves the old one opens nothing, on any node. Everything else about the key
 * stays: id, name, who made it and when.
 * @throws ApiError access_not_enabled
 */
export function rotateKey(context: KeyContext, act: KeyAct): Promise<{ secret: string; key: MainKey }> {
  const { secrets } = context
  return write(context, act, async (writer, tx) => {
    const old = await existingKey(writer)
    const secret = newKey('live')
    const { sealed, sealingKeyId } = sealKey(secrets, secret, { accountId: writer.accountId, keyId: old.id })
    const key = { ...old, lastFour: lastFourOf(secret), rotatedAt: writer.at }
    await writer.update(
      'api_keys',
      { id: old.id },
      { sealed, sealing_key_id: sealingKeyId, last_four: key.lastFour, rotated_at: key.rotatedAt },
    )
    await writer.remove('api_key_hashes', { key_id: old.id })
    await writer.insert('api_key_hashes', { hash: hashKey(secret), key_id: old.id })
    await record(writer, act, 'rotated', key, { previous_last_four: old.lastFour })
    await context.announce(tx, writer, { ...act, action: 'rotated', key })
    return { secret, key }
  })
}

/**
 * Closes the account's REST API: the key is gone and cannot be brought back, only a new one made.
 * @throws ApiError access_not_enabled
 */
export function revokeKey(context: KeyContext, act: KeyAct): Promise<void> {
  return write(context, act, async (writer, tx) => {
    const key = await existingKey(writer)
    // In the order in which a rotation takes them, or the two could wait for each other.
    await writer.remove('api_keys', { id: key.id })
    await writer.remove('api_key_hashes', { key_id: key.id })
    await record(writer, act, 'revoked', key)
    await context.announce(tx, writer, { ...act, action: 'revoked', key })
  })
}

const mainKeyName = 'REST API key'

interface KeyRow {
  id: string
  name: string
  last_four: string
  created_at: number
  rotated_at: number | null
  last_used_at: number | null
  creator: string
}

function keyOf(row: KeyRow): MainKey {
  return {
    id: row.id,
    name: row.name,
    lastFour: row.last_four,
    createdAt: row.created_at,
    createdBy: { name: row.creator },
    rotatedAt: row.rotated_at,
    lastUsedAt: row.last_used_at,
  }
}

function write<T>(
  { engine }: KeyContext,
  { by, origin }: KeyAct,
  work: (writer: AccountWriter, tx: Transaction<Tables>) => Promise<T>,
): Promise<T> {
  const actor = { kind: 'user' as const, id: by.userId }
  return writeAccount(engine, by.accountId, { actor, requestId: origin.requestId }, work)
}

async function existingKey(writer: AccountWriter): Promise<MainKey> {
  const key = await readKey(writer)
  if (!key) throw accessNotEnabled()
  return key
}

function lastFourOf(secret: string): string {
  return secret.slice(-4)
}

function record(
  writer: AccountWriter,
  act: KeyAct,
  what: 'enabled' | 'revealed' | 'rotated' | 'revoked',
  key: MainKey,
  details: Record<string, string> = {},
): Promise<void> {
  return recordAudit(writer, {
    action: `api_key.${what}`,
    userId: act.by.userId,
    subject: key.id,
    details: { last_four: key.lastFour, ...details },
    origin: act.origin,
  })
}
