import { CompiledQuery } from 'kysely'
import type { Grant } from '../access/scopes.ts'
import type { Engine } from '../storage/engine.ts'
import { type AccessSettings, type AccessSettingsRow, accessSettingsOf } from './access-settings.ts'
import { type LimitColumns, limitsOf } from './key.ts'
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
 * Nothing is remembered between calls, so a key ends with the commit that ends it, on every node.
 */
export async function findKey(engine: Engine, text: string): Promise<KnownKey | null> {
  const parsed = parseKey(text)
  if (!parsed) return null
  const query = CompiledQuery.raw(lookup[engine.dialect], [hashKey(parsed.text)])
  const row = (await engine.reader.executeQuery(query)).rows[0] as KeyRow | undefined
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

interface KeyRow extends AccessSettingsRow, LimitColumns {
  account_id: string
  id: string
  name: string
  is_main: number | null
  created_by: string
  disabled_at: number | null
  overlap_until: number | null
  sandbox_id: string | null
  requests_per_minute: number | null
  key_requests_per_minute: number | null
}

// Written out, because building it anew for every request would cost as much as the query itself.
const statement = (parameter: string) => `
  select api_key_hashes.expires_at as overlap_until,
    api_keys.account_id, api_keys.id, api_keys.name, api_keys.is_main, api_keys.created_by,
    api_keys.disabled_at, api_keys.expires_at, api_keys.scopes, api_keys.pipeline_ids,
    api_keys.process_type_ids, api_keys.allowed_addresses,
    api_keys.requests_per_minute as key_requests_per_minute,
    account_settings.cors_origins, account_settings.requests_per_minute,
    account_settings.records_per_minute, account_settings.strict_emulation,
    account_settings.time_zone, sandboxes.account_id as sandbox_id
  from api_key_hashes
  join api_keys on api_keys.account_id = api_key_hashes.account_id and api_keys.id = api_key_hashes.key_id
  join account_settings on account_settings.account_id = api_key_hashes.account_id
  left join sandboxes on sandboxes.account_id = api_key_hashes.account_id
  where api_key_hashes.hash = ${parameter}`

const lookup = { sqlite: statement('?'), postgres: statement('$1') }
