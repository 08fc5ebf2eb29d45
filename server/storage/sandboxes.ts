import type { Kysely } from 'kysely'
import type { AccountStore } from './account-store.ts'
import type { Tables } from './tables.ts'

/** Whether the account is a sandbox, from which nothing is sent. It is one from its first moment on, or never. */
export async function isSandbox(store: AccountStore): Promise<boolean> {
  return (await store.from('sandboxes').select('account_id').executeTakeFirst()) !== undefined
}

/** The sandbox of a live account, or null. */
export async function sandboxOf(
  database: Kysely<Tables>,
  liveAccountId: string,
): Promise<Tables['sandboxes'] | null> {
  const row = await database
    .selectFrom('sandboxes')
    .selectAll()
    .where('live_account_id', '=', liveAccountId)
    .executeTakeFirst()
  return row ?? null
}

/** The account that a sandbox stands beside; null for a live account. */
export async function liveAccountOf(
  database: Kysely<Tables>,
  accountId: string,
): Promise<{ id: string; name: string } | null> {
  const row = await database
    .selectFrom('sandboxes')
    .innerJoin('accounts', 'accounts.id', 'sandboxes.live_account_id')
    .select(['accounts.id', 'accounts.name'])
    .where('sandboxes.account_id', '=', accountId)
    .executeTakeFirst()
  return row ?? null
}
