import { CompiledQuery } from 'kysely'
import type { Engine } from '../storage/engine.ts'
import { type AccessSettings, type AccessSettingsRow, accessSettingsOf } from './access-settings.ts'
import { hashKey } from './key-at-rest.ts'
import { parseKey } from './key-format.ts'

/** The key that a request came with, and the account that it opens. */
export interface KnownKey {
  accountId: string
  keyId: string
  name: string
  /** Who enabled access, whom the contract calls the key's owner. They may have left the account since. */
  userId: string
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
  if (!row) return null
  return {
    accountId: row.account_id,
    keyId: row.id,
    name: row.name,
    userId: row.created_by,
    settings: accessSettingsOf(row),
  }
}

interface KeyRow extends AccessSettingsRow {
  account_id: string
  id: string
  name: string
  created_by: string
}

// Written out, because building it anew for every request would cost as much as the query itself.
const statement = (parameter: string) => `
  select api_keys.account_id, api_keys.id, api_keys.name, api_keys.created_by,
    account_settings.cors_origins, account_settings.requests_per_minute,
    account_settings.records_per_minute, account_settings.strict_emulation,
    account_settings.time_zone
  from api_key_hashes
  join api_keys on api_keys.account_id = api_key_hashes.account_id and api_keys.id = api_key_hashes.key_id
  join account_settings on account_settings.account_id = api_key_hashes.account_id
  where api_key_hashes.hash = ${parameter}`

const lookup = { sqlite: statement('?'), postgres: statement('$1') }
