import type { AccountStore } from '../../storage/account-store.ts'

/** The names of the people and keys that made these changes, by id, also of those who left and those that were revoked. */
export async function actorNames(
  changes: readonly { actor_kind: string; actor_id: string | null }[],
  store: AccountStore,
): Promise<Map<string, string>> {
  const names = new Map<string, string>()
  for (const [kind, table] of [
    ['user', 'users'],
    ['key', 'api_keys'],
    ['key', 'revoked_keys'],
  ] as const) {
    const acted = changes.filter((change) => change.actor_kind === kind)
    const ids = [...new Set(acted.flatMap((change) => change.actor_id ?? []))]
    if (ids.length === 0) continue
    const rows = await store.from(table).select(['id', 'name']).where('id', 'in', ids).execute()
    for (const { id, name } of rows) names.set(String(id), String(name))
  }
  return names
}
