import { queryOptions } from '@tanstack/react-query'
import { get, patch, post } from './client.ts'
import { queryClient } from './query-client.ts'

export type RestAccess = ManagedRestAccess | MemberRestAccess

export interface ManagedRestAccess {
  may_manage: true
  enabled: boolean
  base_url: string
  reference_url: string
  support: string | null
  key: RestKey | null
  settings: RestSettings
  admins: Admin[]
}

export interface MemberRestAccess {
  may_manage: false
  enabled: boolean
  reference_url: string
  support: string | null
  admins: Admin[]
}

export interface RestKey {
  masked: string
  last_four: string
  created_at: string
  created_by: { name: string } | null
  last_rotated_at: string | null
  last_used_at: string | null
}

export interface RestSettings {
  /** `["*"]` is any site, an empty list is no site. */
  cors_origins: string[]
  requests_per_minute: number
  records_per_minute: number | null
  strict_emulation: boolean
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
export const rotateKey = () => changeWithSecret('/api/rest-access/rotate')

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
async function changeWithSecret(path: string): Promise<string> {
  const { secret, ...access } = await post<ManagedRestAccess & { secret: string }>(path)
  remember(access)
  return secret
}

function remember(access: RestAccess) {
  queryClient.setQueryData(restAccessQuery.queryKey, access)
}
