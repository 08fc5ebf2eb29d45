import type { Grant } from '../access/scopes.ts'
import type { Engine } from '../storage/engine.ts'
import { type AccessSettings, accessSettingsOf } from './access-settings.ts'
import { keyRow } from './key.lanes.ts'
import { limitsOf } from './key.ts'
import { hashKey } from './key-at-rest.ts'
import { parseKey } from './key-format.ts'

/** The key that a request came with, and the account that it opens. Whether it does now, `refusalOf` tells. */
export interface KnownKey {
  accountId: string
  keyId: string
  name: string
  isMain: boolean
  /** Who made the key, whom the contract calls its owner. They may have left the account since. */
  userId: string
  grant: Grant
  /** Milliseconds since 1970. */
  disabledAt: number | null
  expiresAt: number | null
  allowedAddresses: readonly string[]
  /** Of its own, beside the account's; null for none. */
  requestsPerMinute: number | null
  settings: AccessSettings
}

/**
 * The key of a presented text, or null: mistyped (no database is asked), never made, rotated or revoked.
 * No answer is remembered, so a key begins and ends with the commit that says so, on every node.
 *
 * It is found by the SHA-256 of its whole text or not at all. A near miss has as much of that in common with the
 * key as any other text, so the time that a search takes tells nothing of how near it was.
 */
export async function findKey(engine: Engine, text: string): Promise<KnownKey | null> {
  const parsed = parseKey(text)
  if (!parsed) return null
  const row = await keyRow(engine, hashKey(parsed.text))
  // The database gives each its own kind; one that does not fit its account opens nothing all the same.
  if (!row || (parsed.kind === 'test') !== (row.sandbox_id !== null)) return null
  if (row.overlap_until !== null && row.overlap_until <= Date.now()) return null
  const { scopes, pipelineIds, processTypeIds, expiresAt, allowedAddresses } = limitsOf(row)
  return {
    accountId: row.account_id,
    keyId: row.id,
    name: row.name,
    isMain: row.is_main === 1,
    userId: row.created_by,
    grant: { scopes, pipelineIds, processTypeIds },
    disabledAt: row.disabled_at,
    expiresAt,
    allowedAddresses,
    requestsPerMinute: row.key_requests_per_minute,
    settings: accessSettingsOf(row),
  }
}
