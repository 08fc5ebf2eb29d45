import { migrations } from '../storage/migrations/index.ts'

/**
 * Rows that stay behind, because they would bring back what has ended: whoever was signed out would be in again,
 * and a link or code that was used would work once more. Counts of attempts and of requests begin anew.
 */
export const leftOut = ['sessions', 'verifications', 'sign_in_attempts', 'rate_budgets'] as const

/** SQLite's search index, which is made anew from the rows; on PostgreSQL there are none. */
export const derived = ['search_rows', 'search_spaces', 'search_index']

/** Every table that Latchkey has made in any of its versions. A database may hold others, which are not its own. */
export const ownTables: ReadonlySet<string> = new Set(
  Object.values(migrations)
    .flatMap((migration) => (typeof migration === 'string' ? [migration] : Object.values(migration)))
    .flatMap((text) => [...text.matchAll(/create table (\w+)|alter table \w+ rename to (\w+)/gi)])
    .map(([, created, renamed]) => String(created ?? renamed)),
)

/** Whether the rows of a table belong in a backup. */
export function isKept(table: string): boolean {
  const elsewhere: readonly string[] = [...leftOut, ...derived]
  return ownTables.has(table) && !elsewhere.includes(table)
}
