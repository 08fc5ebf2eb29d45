import type { AccountStore } from '../storage/account-store.ts'

/** What a key can be limited to. */
export interface KeyChoices {
  pipelines: Choice[]
  processTypes: Choice[]
}

interface Choice {
  id: string
  name: string
}

export async function readChoices(store: AccountStore): Promise<KeyChoices> {
  return { pipelines: await read(store, 'pipelines'), processTypes: await read(store, 'process_types') }
}

async function read(store: AccountStore, table: 'pipelines' | 'process_types'): Promise<Choice[]> {
  const rows = await store
    .from(table)
    .select(['id', 'name'])
    .where('deleted_at', 'is', null)
    .orderBy('name')
    .orderBy('id')
    .execute()
  return rows.map(({ id, name }) => ({ id: String(id), name: String(name) }))
}
