import { sql } from 'kysely'
import type { Value } from '../../server/storage/account-store.ts'
import type { Engine } from '../../server/storage/engine.ts'

export interface Account {
  engine: Engine
  accountId: string
  /** Whether its change log tells of all that led to its records. */
  hasHistory: boolean
  /** The data directory. */
  directory: string
}

export type Row = Record<string, Value>

/** All rows of a table, or those of an account. */
export async function rowsOf(engine: Engine, table: string, accountId?: string): Promise<Row[]> {
  const own = accountId === undefined ? sql`` : sql`where account_id = ${accountId}`
  const { rows } = await sql<Row>`select * from ${sql.table(table)} ${own}`.execute(engine.reader)
  return rows.map((row) => ({ ...row }))
}

/** Those of one account. */
export function accountRows({ engine, accountId }: Account, table: string): Promise<Row[]> {
  return rowsOf(engine, table, accountId)
}

export interface Change {
  id: string
  resource: string
  record_id: string
  action: string
  request_id: string | null
  occurred_at: number
  changed: Record<string, [Value, Value]>
}

/** The change log of an account, in its order. */
export async function changesOf({ engine, accountId }: Account): Promise<Change[]> {
  const rows = await engine.reader
    .selectFrom('changes')
    .selectAll()
    .where('account_id', '=', accountId)
    .orderBy('occurred_at')
    .orderBy('id')
    .execute()
  return rows.map((row) => ({ ...row, changed: JSON.parse(row.changed) }))
}

/** Only where the two differ: what is missing and what is too much. */
export function differences(what: string, expected: readonly string[], actual: readonly string[]): string[] {
  const [wanted, there] = [counted(expected), counted(actual)]
  const missing = [...wanted].filter(([text, count]) => (there.get(text) ?? 0) < count)
  const surplus = [...there].filter(([text, count]) => (wanted.get(text) ?? 0) < count)
  return [
    ...missing.map(([text]) => `${what}: ${text} is missing`),
    ...surplus.map(([text]) => `${what}: ${text} is too much`),
  ]
}

function counted(texts: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1)
  return counts
}
