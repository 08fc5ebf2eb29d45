import type { Resource } from '../resource-layer/resource.ts'
import type { AccountStore, AccountWriter, Row } from '../storage/account-store.ts'

/**
 * What an account's set-up is, by the declarations. Webhooks are set up as well, but belong to who receives
 * them: a copy would tell a live receiver of test data.
 */
export function setUpOf(resources: readonly Resource[]): Resource[] {
  return resources.filter(({ setup, area }) => area !== 'webhooks' && (setup || area === 'setup'))
}

/**
 * Copies the set-up of an account into an empty one, with the same ids, so that what a program has configured
 * works in both. What was deleted is copied too, because the rest may name it.
 */
export async function copySetUp(
  live: AccountStore,
  sandbox: AccountWriter,
  resources: readonly Resource[],
): Promise<void> {
  const names = setUpOf(resources).map(({ name }) => name)
  for (const name of names) await copy(sandbox, name, await live.from(name).selectAll().execute())
  const of = (table: string) => live.from(table).selectAll().where('resource', 'in', names).execute()
  await copy(sandbox, 'lookups', await of('lookups'))
  await copy(sandbox, 'changes', await of('changes'))
  await copy(sandbox, 'taggings', await of('taggings'))
  await copy(sandbox, 'external_ids', [...(await of('external_ids')), ...(await idsOfUsers(live, sandbox))])
}

/** Other systems know the people as well: by the same ids in both accounts. */
async function idsOfUsers(live: AccountStore, sandbox: AccountStore): Promise<Row[]> {
  const rows = await live.from('external_ids').selectAll().where('resource', '=', 'users').execute()
  const users = new Set((await sandbox.from('users').select('id').execute()).map(({ id }) => id))
  return rows.filter(({ record_id }) => users.has(record_id ?? null))
}

async function copy(sandbox: AccountWriter, table: string, rows: readonly Row[]): Promise<void> {
  if (rows.length > 0) await sandbox.insert(table, [...rows])
}
