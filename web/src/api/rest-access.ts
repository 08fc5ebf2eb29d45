import { queryOptions } from '@tanstack/react-query'
import { get, patch, post } from './client.ts'
import { queryClient } from './query-client.ts'

export type RestAccess = ManagedRestAccess | MemberRestAccess

export interface ManagedRestAccess extends AccessChoices {
  may_manage: true
  /** Whether there is any key, be it the main one or a named one. */
  enabled: boolean
  base_url: string
  reference_url: string
  support: string | null
  /** The main key of the account, if it has one. */
  key: RestKey | null
  /** The named ones, the oldest first. */
  keys: RestKey[]
  settings: RestSettings
  admins: Admin[]
  /** From where the server sees this browser. */
  your_address: string | null
}

/** What a key can be narrowed to. */
export interface AccessChoices {
  areas: Area[]
  pipelines: { id: string; name: string }[]
  process_types: { id: string; name: string }[]
}

export interface Area {
  name: string
  title: string
  description: string
  /** What can be done in it at all. */
  actions: ('read' | 'write' | 'delete')[]
}

export interface MemberRestAccess {
  may_manage: false
  enabled: boolean
  reference_url: string
  support: string | null
  admins: Admin[]
}

export interface RestKey {
  id: string
  name: string
  is_main: boolean
  masked: string
  last_four: string
  status: 'active' | 'disabled' | 'expired'
  created_at: string
  created_by: { name: string } | null
  last_rotated_at: string | null
  /** Until then the key before the last rotation works as well. */
  previous_works_until: string | null
  last_used_at: string | null
  /** The address of the last request. */
  last_used_from: string | null
  expires_at: string | null
  disabled_at: string | null
  /** When somebody told that the key is where everybody can read it. */
  exposed_at: string | null
  /** `deals:read`, or `*:read` for every area. */
  scopes: string[]
  /** Null for all of them. */
  pipeline_ids: string[] | null
  process_type_ids: string[] | null
  /** An empty list is anywhere. */
  allowed_addresses: string[]
  /** Null for those of the account. */
  requests_per_minute: number | null
  /** Each of the last 30 days on the clock of the account, the oldest first. */
  requests: DayCount[]
}

export interface DayCount {
  /** `2026-03-01` */
  date: string
  count: number
}

export interface RestSettings {
  /** `["*"]` is any site, an empty list is no site. */
  cors_origins: string[]
  requests_per_minute: number
  records_per_minute: number | null
  strict_emulation: boolean
  /** Whether a key that is found where everybody can read it ends at once. */
  revoke_exposed_keys: boolean
}

export interface Admin {
  name: string
  email: string
}

export const restAccessQuery = queryOptions({
  queryKey: ['rest-access'],
  queryFn: () => get<RestAccess>('/api/rest-access'),
})

/** Both resolve with the whole new key. */
export const enableAccess = () => changeWithSecret('/api/rest-access/enable')
export const rotateKey = (previousWorksForSeconds: number) =>
  changeWithSecret('/api/rest-access/rotate', { previous_key_works_for: previousWorksForSeconds })

export async function revealKey(): Promise<string> {
  return (await post<{ secret: string }>('/api/rest-access/reveal')).secret
}

export async function turnOffAccess() {
  remember(await post<ManagedRestAccess>('/api/rest-access/revoke'))
}

export async function updateRestSettings(settings: Partial<RestSettings>) {
  remember(await patch<ManagedRestAccess>('/api/rest-access/settings', settings))
}

/** The key is handed to the caller alone: the query cache outlives the page and must not hold it. */
async function changeWithSecret(path: string, fields: object = {}): Promise<string> {
  const { secret, ...access } = await post<ManagedRestAccess & { secret: string }>(path, fields)
  remember(access)
  return secret
}

function remember(access: RestAccess) {
  queryClient.setQueryData(restAccessQuery.queryKey, access)
}
