import type { Plan, Reading } from './plan.ts'

/** Tables that belong to no account, or are asked across all, and what bounds a reading of them. */
const bounded: Readonly<Record<string, string>> = {
  accounts: 'one by its id',
  api_key_hashes: 'one by its hash',
  // The planner of SQLite tells it so; the numbers are those of one account and resource.
  search_rows: 'those that a search of one account has found',
  search_index: 'the numbers of one account and resource, between > and <',
  loose_contents: 'those whose time has come',
  sessions: 'one by its token',
  identities: 'one by its id',
}

/** What of a plan reads more than it should: rows in number as there are, or those of other accounts. */
export function readingTooMuch(plan: Plan, emptyTables: ReadonlySet<string>): Reading[] {
  return plan.readings.filter((reading) => {
    const { table, index, condition } = reading
    if (index === null) return !emptyTables.has(table)
    if (/account_id/.test(condition)) return false
    if (table === 'search_index') return !condition.includes('><')
    return condition === '' || !(table in bounded)
  })
}

/** Whether the rows of a table are gone to by more than their account. */
export function goesTo(plan: Plan, table: string): boolean {
  const own = plan.readings.filter(
    (reading) => reading.table === table || reading.index?.startsWith(`${table}_`),
  )
  return own.some(({ condition }) => / AND /.test(condition))
}
