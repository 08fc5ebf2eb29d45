import { ApiError } from '../errors/api-error.ts'
import type { AccountStore } from '../storage/account-store.ts'
import { parseId } from '../storage/ids.ts'
import { accessNotEnabled } from './errors.ts'
import { type ApiKey, kindIn, type LimitColumns, limitsOf } from './key.ts'
import type { KeyKind } from './key-format.ts'

/** The account's main key, or one of its keys by id. */
export type WhichKey = 'main' | { id: string }

/** The account's main key, or null while it has none. */
export async function readMainKey(store: AccountStore): Promise<ApiKey | null> {
  return (await read(store, 'main'))[0] ?? null
}

/** All keys of the account, the oldest first. */
export function readKeys(store: AccountStore): Promise<ApiKey[]> {
  return read(store, null)
}

/** @throws ApiError access_not_enabled without a main key, not_found without a key of that id */
export async function existingKey(store: AccountStore, which: WhichKey): Promise<ApiKey> {
  if (which === 'main') {
    const key = await readMainKey(store)
    if (!key) throw accessNotEnabled()
    return key
  }
  const id = parseId(which.id)
  const [key] = id === null ? [] : await read(store, { id })
  if (!key) throw new ApiError('not_found', `Key ${which.id.slice(0, 80)} not found in this account`)
  return key
}

async function read(store: AccountStore, which: WhichKey | null): Promise<ApiKey[]> {
  const all = store
    .joined('api_keys', 'users', 'created_by', 'id')
    .select(columns.map((column) => `api_keys.${column} as ${column}`))
    .select('users.name as creator')
    .orderBy('api_keys.created_at')
    .orderBy('api_keys.id')
  const narrowed =
    which === 'main'
      ? all.where('api_keys.is_main', '=', 1)
      : which
        ? all.where('api_keys.id', '=', which.id)
        : all
  // The account's store knows columns only by name; their types are those of the migration.
  const rows = (await narrowed.execute()) as unknown as KeyRow[]
  const overlaps = rows.some((row) => row.rotated_at !== null) ? await overlapsOf(store) : new Map()
  const kind = await kindIn(store)
  return rows.map((row) => keyOf(row, kind, overlaps.get(row.id) ?? null))
}

/** By key: until when what it was before its last rotation works. */
async function overlapsOf(store: AccountStore): Promise<Map<string, number>> {
  const rows = await store
    .from('api_key_hashes')
    .select(['key_id', 'expires_at'])
    .where('expires_at', '>', Date.now())
    .execute()
  return new Map(rows.map((row) => [String(row.key_id), Number(row.expires_at)]))
}

const columns = [
  'id',
  'name',
  'is_main',
  'last_four',
  'created_at',
  'rotated_at',
  'last_used_at',
  'last_used_address',
  'disabled_at',
  'exposed_at',
  'scopes',
  'pipeline_ids',
  'process_type_ids',
  'expires_at',
  'allowed_addresses',
  'requests_per_minute',
] as const

interface KeyRow extends LimitColumns {
  id: string
  name: string
  is_main: number | null
  last_four: string
  created_at: number
  rotated_at: number | null
  last_used_at: number | null
  last_used_address: string | null
  disabled_at: number | null
  exposed_at: number | null
  creator: string
}

function keyOf(row: KeyRow, kind: KeyKind, overlapUntil: number | null): ApiKey {
  const limits = limitsOf(row)
  return {
    id: row.id,
    name: row.name,
    isMain: row.is_main === 1,
    kind,
    lastFour: row.last_four,
    createdAt: row.created_at,
    createdBy: { name: row.creator },
    rotatedAt: row.rotated_at,
    previousWorksUntil: earlier(overlapUntil, limits.expiresAt),
    lastUsedAt: row.last_used_at,
    lastUsedFrom: row.last_used_address,
    disabledAt: row.disabled_at,
    exposedAt: row.exposed_at,
    limits,
  }
}

/** An overlap ends with the key itself at the latest. */
function earlier(overlapUntil: number | null, expiresAt: number | null): number | null {
  return overlapUntil === null || expiresAt === null ? overlapUntil : Math.min(overlapUntil, expiresAt)
}
