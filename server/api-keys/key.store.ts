import type { Transaction } from 'kysely'
import type { Secrets } from '../secrets.ts'
import type { AccountWriter } from '../storage/account-store.ts'
import { newId } from '../storage/ids.ts'
import type { Tables } from '../storage/tables.ts'
import { accessAlreadyEnabled } from './errors.ts'
import { told } from './expiry/stages.ts'
import { type KeyAct, type KeyContext, type KeyWrite, writeKey } from './key.acts.ts'
import { existingKey, readMainKey, type WhichKey } from './key.reading.ts'
import { type ApiKey, columnsOf, type KeyLimits, kindIn, mainKeyName, noLimits } from './key.ts'
import { hashKey, openKey, sealKey } from './key-at-rest.ts'
import { newKey } from './key-format.ts'

/** A key as it was made, which is the one moment at which it is given out without being asked for. */
export interface MadeKey {
  secret: string
  key: ApiKey
}

/**
 * Opens the account's REST API with a new main key, which opens everything.
 * @throws ApiError access_already_enabled, also for the slower one of two that enable at once.
 */
export function enableAccess(context: KeyContext, act: KeyAct): Promise<MadeKey> {
  return writeKey(context, act, async (write) => {
    // Two that both find no key here conflict, being serializable: the engine lets one of them look again.
    if (await readMainKey(write.writer)) throw accessAlreadyEnabled()
    const made = await insertKey(write, { name: mainKeyName, isMain: true, limits: noLimits }, context, act)
    await write.tell('enabled', made.key)
    return made
  })
}

/** A new key with its row and hash. It is for the caller to check the name and to tell of it. */
export async function insertKey(
  { writer }: KeyWrite,
  key: { name: string; isMain: boolean; limits: KeyLimits },
  { secrets }: KeyContext,
  { by }: KeyAct,
): Promise<MadeKey> {
  const id = newId()
  const secret = newKey(await kindIn(writer))
  await writer.insert('api_keys', {
    id,
    name: key.name,
    is_main: key.isMain ? 1 : null,
    ...storedSecret(secrets, secret, writer, id),
    created_at: writer.at,
    created_by: by.userId,
    rotated_at: null,
    last_used_at: null,
    ...columnsOf(key.limits),
    expiry_told: told(key.limits.expiresAt, writer.at),
  })
  await writer.insert('api_key_hashes', { hash: hashKey(secret), key_id: id })
  return { secret, key: await existingKey(writer, { id }) }
}

/**
 * The key itself, for an admin to copy again.
 * @throws ApiError access_not_enabled, not_found, or key_unreadable when it was sealed with another secret.
 */
export function revealKey(context: KeyContext, act: KeyAct, which: WhichKey = 'main'): Promise<string> {
  return writeKey(context, act, async ({ writer, record }) => {
    const key = await existingKey(writer, which)
    const row = await writer.find('api_keys', key.id)
    const stored = { sealed: String(row?.sealed), sealingKeyId: String(row?.sealing_key_id) }
    const secret = openKey(context.secrets, stored, { accountId: writer.accountId, keyId: key.id })
    await record('revealed', key)
    return secret
  })
}

/**
 * Replaces the key. Once this resolves the old one opens nothing, on any node, unless it was given a time to
 * overlap; one that still overlapped from the rotation before ends at once. Everything else about the key stays.
 * @throws ApiError access_not_enabled, not_found
 */
export function rotateKey(
  context: KeyContext,
  act: KeyAct,
  { which = 'main', previousWorksForMs = 0 }: { which?: WhichKey; previousWorksForMs?: number } = {},
): Promise<MadeKey> {
  return writeKey(context, act, async ({ tx, writer, tell }) => {
    const old = await existingKey(writer, which)
    const secret = newKey(await kindIn(writer))
    const stored = storedSecret(context.secrets, secret, writer, old.id)
    await writer.update(
      'api_keys',
      { id: old.id },
      {
        ...stored,
        rotated_at: writer.at,
        exposed_at: null,
        exposure_told_at: null,
      },
    )
    if (previousWorksForMs === 0) await writer.remove('api_key_hashes', { key_id: old.id })
    else await overlap(tx, writer, { keyId: old.id, until: writer.at + previousWorksForMs })
    await writer.insert('api_key_hashes', { hash: hashKey(secret), key_id: old.id, expires_at: null })
    const key = await existingKey(writer, { id: old.id })
    const until = key.previousWorksUntil
    await tell('rotated', key, {
      previous_last_four: old.lastFour,
      ...(until === null ? {} : { previous_works_until: new Date(until).toISOString() }),
    })
    return { secret, key }
  })
}

/**
 * Ends a key for good: it cannot be brought back, only a new one made. Its name stays known.
 * @throws ApiError access_not_enabled, not_found
 */
export function revokeKey(context: KeyContext, act: KeyAct, which: WhichKey = 'main'): Promise<ApiKey> {
  return writeKey(context, act, async ({ writer, tell }) => {
    const key = await existingKey(writer, which)
    await endKey(writer, key)
    await tell('revoked', key)
    return key
  })
}

/** Removes a key. It is for the caller to tell of it. */
export async function endKey(writer: AccountWriter, key: Pick<ApiKey, 'id' | 'name'>): Promise<void> {
  // In the order in which a rotation takes them, or the two could wait for each other.
  await writer.remove('api_keys', { id: key.id })
  await writer.remove('api_key_hashes', { key_id: key.id })
  await writer.remove('api_key_days', { key_id: key.id })
  await writer.insert('revoked_keys', { id: key.id, name: key.name, revoked_at: writer.at })
}

/** Lets the current key work until then, and ends what still overlapped with it. */
async function overlap(
  tx: Transaction<Tables>,
  { accountId }: AccountWriter,
  { keyId, until }: { keyId: string; until: number },
): Promise<void> {
  await tx
    .deleteFrom('api_key_hashes')
    .where('account_id', '=', accountId)
    .where('key_id', '=', keyId)
    .where('expires_at', 'is not', null)
    .execute()
  await tx
    .updateTable('api_key_hashes')
    .set({ expires_at: until })
    .where('account_id', '=', accountId)
    .where('key_id', '=', keyId)
    .execute()
}

/** The columns of `api_keys` that follow from the key itself. */
function storedSecret(secrets: Secrets, secret: string, { accountId }: AccountWriter, keyId: string) {
  const { sealed, sealingKeyId } = sealKey(secrets, secret, { accountId, keyId })
  return { sealed, sealing_key_id: sealingKeyId, last_four: secret.slice(-4) }
}
