import type { AccountStore } from '../storage/account-store.ts'

export interface Admin {
  name: string
  email: string
}

/** Who may manage the account's key, whom members are told to ask, and who hears of what happens to it. */
export async function adminsOf(store: AccountStore): Promise<Admin[]> {
  const rows = await store
    .from('users')
    .select(['name', 'email'])
    .where('role', '=', 'admin')
    .where('deleted_at', 'is', null)
    .orderBy('name')
    .orderBy('id')
    .execute()
  return rows.map((row) => ({ name: String(row.name), email: String(row.email) }))
}
