import type { AccountStore } from '../storage/account-store.ts'

/** A pipeline or process type that access can be limited to. */
export interface NamedPlace {
  id: string
  name: string
}

/** Those of the account that are not deleted, by name. */
export async function namedPlaces(
  store: AccountStore,
  table: 'pipelines' | 'process_types',
): Promise<NamedPlace[]> {
  const rows = await store
    .from(table)
    .select(['id', 'name'])
    .where('deleted_at', 'is', null)
    .orderBy('name')
    .orderBy('id')
    .execute()
  return rows.map(({ id, name }) => ({ id: String(id), name: String(name) }))
}
