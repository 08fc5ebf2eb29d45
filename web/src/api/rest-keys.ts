import { patch, post } from './client.ts'
import { queryClient } from './query-client.ts'
import { type ManagedRestAccess, type RestKey, restAccessQuery } from './rest-access.ts'

/** What an admin decides of a key. Null and an empty list narrow nothing. */
export type KeyFields = Pick<
  RestKey,
  | 'name'
  | 'scopes'
  | 'pipeline_ids'
  | 'process_type_ids'
  | 'expires_at'
  | 'allowed_addresses'
  | 'requests_per_minute'
>

export interface MadeKey {
  key: RestKey
  secret: string
}

const path = '/api/rest-access/keys'
const pathOf = (id: string, act = '') => `${path}/${encodeURIComponent(id)}${act && `/${act}`}`

/** The key itself is handed to the caller alone: the query cache outlives the page and must not hold it. */
export async function createKey(fields: KeyFields): Promise<MadeKey> {
  const made = await post<MadeKey>(path, fields)
  keep(made.key)
  return made
}

export async function changeKey(id: string, fields: Partial<KeyFields>): Promise<RestKey> {
  return keep((await patch<{ key: RestKey }>(pathOf(id), fields)).key)
}

export async function revealNamedKey(id: string): Promise<string> {
  return (await post<{ secret: string }>(pathOf(id, 'reveal'))).secret
}

/** Resolves with the whole new key. */
export async function rotateNamedKey(id: string, previousWorksForSeconds: number): Promise<string> {
  const fields = { previous_key_works_for: previousWorksForSeconds }
  const { key, secret } = await post<MadeKey>(pathOf(id, 'rotate'), fields)
  keep(key)
  return secret
}

export async function disableKey(id: string): Promise<RestKey> {
  return keep((await post<{ key: RestKey }>(pathOf(id, 'disable'))).key)
}

export async function enableKey(id: string): Promise<RestKey> {
  return keep((await post<{ key: RestKey }>(pathOf(id, 'enable'))).key)
}

export async function revokeNamedKey(id: string): Promise<void> {
  await post(pathOf(id, 'revoke'))
  change((access) => ({ ...access, keys: access.keys.filter((key) => key.id !== id) }))
}

function keep(key: RestKey): RestKey {
  change((access) => {
    if (key.is_main) return { ...access, key }
    const isNew = access.keys.every(({ id }) => id !== key.id)
    return {
      ...access,
      keys: isNew ? [...access.keys, key] : access.keys.map((one) => (one.id === key.id ? key : one)),
    }
  })
  return key
}

/** What the answer told is shown at once; without it the page would show the old state until it is read anew. */
function change(next: (access: ManagedRestAccess) => ManagedRestAccess) {
  queryClient.setQueryData(restAccessQuery.queryKey, (access) => {
    if (!access?.may_manage) return access
    const changed = next(access)
    return { ...changed, enabled: changed.key !== null || changed.keys.length > 0 }
  })
}
