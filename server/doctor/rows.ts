import type { Kysely } from 'kysely'
import type { Resource } from '../resource-layer/resource.ts'
import type { Row } from '../storage/account-store.ts'
import type { Tables } from '../storage/tables.ts'

/** How much is looked at: everything, or the newest rows of some accounts. */
export interface Extent {
  full: boolean
}

type Unscoped = Kysely<Record<string, Row>>

const accountsAtAGlance = 20
const rowsAtAGlance = 50
const rowsAtOnce = 500

/** The accounts that are looked at. */
export async function accountsIn(reader: Kysely<Tables>, { full }: Extent): Promise<string[]> {
  const query = reader.selectFrom('accounts').select('id').orderBy('id', 'desc')
  const rows = await (full ? query : query.limit(accountsAtAGlance)).execute()
  return rows.map(({ id }) => id)
}

/** The rows of a table in an account: those that changed last, or all, some hundreds at a time. */
export async function* rowsOf(
  reader: Kysely<Tables>,
  table: string,
  { accountId, full }: Extent & { accountId: string },
): AsyncGenerator<Row[]> {
  const own = (reader as unknown as Unscoped)
    .selectFrom(table)
    .selectAll()
    .where('account_id', '=', accountId)
  if (!full) {
    const newest = own.orderBy('updated_at', 'desc').orderBy('id', 'desc')
    yield await newest.limit(rowsAtAGlance).execute()
    return
  }
  for (let last = ''; ; ) {
    const next = own.orderBy('id').limit(rowsAtOnce)
    const rows = await (last === '' ? next : next.where('id', '>', last)).execute()
    if (rows.length > 0) yield rows
    if (rows.length < rowsAtOnce) return
    last = String(rows.at(-1)?.id)
  }
}

/** `12 contacts and 3 deals` of what was counted by resource. */
export function told(counts: ReadonlyMap<string, number>): string {
  return [...counts].map(([name, count]) => `${count} of ${name}`).join(', ')
}

export function add(counts: Map<string, number>, { name }: Pick<Resource, 'name'>, count = 1): void {
  if (count > 0) counts.set(name, (counts.get(name) ?? 0) + count)
}

/** How it was looked at, for a sentence that says that all is well. */
export function looked(count: number, { full }: Extent): string {
  return full ? `All ${count} rows` : `The ${count} newest rows`
}
