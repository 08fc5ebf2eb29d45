import type { Engine, Statement } from '../storage/engine.ts'
import type { AccessSettingsRow } from './access-settings.ts'
import type { LimitColumns } from './key.ts'

/** What is read of a key and its account for every request. */
export interface KeyRow extends AccessSettingsRow, LimitColumns {
  hash: string
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

/** The row of a key by the hash of its text. */
export async function readKeyRow(engine: Engine, hash: string): Promise<KeyRow | undefined> {
  return (await rows(engine, one, hash))[0]
}

/** The same for several keys, in one query. Rows are in no order; what has none is left out. */
export function readKeyRows(engine: Engine, hashes: readonly string[]): Promise<KeyRow[]> {
  return rows(engine, several, engine.dialect === 'sqlite' ? JSON.stringify(hashes) : hashes)
}

async function rows(engine: Engine, statement: Statement, parameter: unknown): Promise<KeyRow[]> {
  if (engine.isDistributed) return rowsInTwoSteps(engine, statement === one ? ownerOf : ownersOf, parameter)
  return read<KeyRow>(engine, statement, [parameter])
}

// Written out, because building it anew for every request would cost as much as the query itself.
const columns = `api_keys.account_id, api_keys.id, api_keys.name, api_keys.is_main, api_keys.created_by,
    api_keys.disabled_at, api_keys.expires_at, api_keys.scopes, api_keys.pipeline_ids,
    api_keys.process_type_ids, api_keys.allowed_addresses,
    api_keys.requests_per_minute as key_requests_per_minute,
    account_settings.cors_origins, account_settings.requests_per_minute,
    account_settings.records_per_minute, account_settings.strict_emulation,
    account_settings.time_zone, sandboxes.account_id as sandbox_id`

const where = (condition: string) => `
  select api_key_hashes.hash, api_key_hashes.expires_at as overlap_until, ${columns}
  from api_key_hashes
  join api_keys on api_keys.account_id = api_key_hashes.account_id and api_keys.id = api_key_hashes.key_id
  join account_settings on account_settings.account_id = api_key_hashes.account_id
  left join sandboxes on sandboxes.account_id = api_key_hashes.account_id
  where api_key_hashes.hash ${condition}`

const one: Statement = { sqlite: where('= ?'), postgres: where('= $1') }

const owners = (condition: string) => `
  select hash, expires_at as overlap_until, account_id, key_id from api_key_hashes
  where api_key_hashes.hash ${condition}`
const ownerOf = onlyDistributed(owners('= $1'))
const ownersOf = onlyDistributed(owners('= any($1)'))

const ofAccount = onlyDistributed(`
  select ${columns}
  from api_keys
  join account_settings on account_settings.account_id = api_keys.account_id
  left join sandboxes on sandboxes.account_id = api_keys.account_id
  where api_keys.account_id = $1 and api_keys.id = $2`)

// A list as one parameter, so that there is one statement for lists of every length.
const several: Statement = {
  sqlite: where('in (select value from json_each(?))'),
  postgres: where('= any($1)'),
}

/** Which accounts and keys the hashes belong to is known on every node; the rest is on the server of each account. */
async function rowsInTwoSteps(engine: Engine, owned: Statement, parameter: unknown): Promise<KeyRow[]> {
  const owners = await read<Owner>(engine, owned, [parameter])
  const found = await Promise.all(
    owners.map(async ({ hash, overlap_until, account_id, key_id }) => {
      const of = await read<KeyRow>(engine, ofAccount, [account_id, key_id])
      return of.map((row) => ({ ...row, hash, overlap_until }))
    }),
  )
  return found.flat()
}

type Owner = { hash: string; overlap_until: number | null; account_id: string; key_id: string }

/** SQLite is never distributed. */
function onlyDistributed(postgres: string): Statement {
  return { sqlite: '', postgres }
}

async function read<R>(engine: Engine, statement: Statement, parameters: unknown[]): Promise<R[]> {
  return (await engine.quick(statement, parameters)) as unknown[] as R[]
}
