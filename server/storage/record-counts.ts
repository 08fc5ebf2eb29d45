import { type RawBuilder, sql, type Transaction } from 'kysely'
import type { Change } from './account-store.ts'
import type { Statement } from './engine.ts'
import { type Quick, quickOn } from './rows-in.ts'
import type { Tables } from './tables.ts'

/**
 * How many records of each resource an account has that are not deleted, kept so that a list can tell its total
 * without counting. It follows from the change log. A write changes no count, because then all writes of an
 * account would wait for one row: a change counts from its commit on as one that has no events yet, and the
 * publisher moves it into the count when it gives it those. What is not in the change log is not counted.
 */

/** By how many a change makes the records more. */
function difference({ action }: Pick<Change, 'action'>): number {
  if (action === 'created' || action === 'restored') return 1
  return action === 'deleted' ? -1 : 0
}

/** Moves changes into the counts, in the transaction in which they leave the unpublished ones. */
export async function count(
  tx: Transaction<Tables>,
  accountId: string,
  changes: readonly Pick<Change, 'resource' | 'action'>[],
): Promise<void> {
  const more = new Map<string, number>()
  for (const change of changes)
    more.set(change.resource, (more.get(change.resource) ?? 0) + difference(change))
  const rows = [...more].filter(([, by]) => by !== 0)
  if (rows.length === 0) return
  await tx
    .insertInto('record_counts')
    .values(rows.map(([resource, live]) => ({ account_id: accountId, resource, live })))
    .onConflict((conflict) =>
      conflict.columns(['account_id', 'resource']).doUpdateSet({
        live: sql<number>`record_counts.live + excluded.live`,
      }),
    )
    .execute()
}

/** Counts the rows of these tables anew, where they were written past the change log. */
export async function recount(
  tx: Transaction<Tables>,
  accountId: string,
  tables: readonly string[],
): Promise<void> {
  await tx.deleteFrom('record_counts').where('account_id', '=', accountId).execute()
  const { quick } = quickOn(tx)
  for (const table of tables)
    await quick(
      onBoth(
        (account, resource) => `
        insert into record_counts (account_id, resource, live)
        select ${account}, ${resource}, count(*) - (${uncounted(account, resource)})
        from "${table}" where account_id = ${account} and deleted_at is null`,
      ),
      [accountId, table],
    )
}

/** The number of records of a resource, as it is at this moment. */
export async function countOf({ quick }: Quick, accountId: string, resource: string): Promise<number> {
  const [row] = await quick(total, [accountId, resource])
  return Number(row?.total ?? 0)
}

/** The same within another query, which then sees as many rows as it counts. */
export function countWithin(accountId: string, resource: string): RawBuilder<number> {
  const parts = total.postgres.split(/\$(\d)/)
  const asked = { 1: accountId, 2: resource }
  const bound = parts.map((part, at) => (at % 2 === 0 ? sql.raw(part) : sql`${asked[Number(part) as 1 | 2]}`))
  return sql<number>`(${sql.join(bound, sql.raw(''))})`
}

/** By how many the changes that have no events yet make them more; a cross join, so that SQLite begins with those. */
const uncounted = (account: string, resource: string) => `
  select coalesce(sum(case changes.action when 'deleted' then -1 else 1 end), 0)
  from unpublished_changes cross join changes
  where changes.account_id = unpublished_changes.account_id and changes.id = unpublished_changes.change_id
    and unpublished_changes.account_id = ${account} and changes.resource = ${resource}
    and changes.action in ('created', 'restored', 'deleted')`

const total = onBoth(
  (account, resource) => `
  select coalesce((select live from record_counts where account_id = ${account} and resource = ${resource}), 0)
    + (${uncounted(account, resource)}) as total`,
)

/** SQL with two parameters, the account and the resource, in the spelling of each engine. */
function onBoth(text: (account: string, resource: string) => string): Statement {
  return { sqlite: text('?1', '?2'), postgres: text('$1', '$2') }
}
