import { type Kysely, type RawBuilder, sql } from 'kysely'
import type { Select } from './account-store.ts'
import { dialectOf } from './dialect-of.ts'
import type { Tables } from './tables.ts'

/**
 * Whether the `id` of a row is one of those that a query finds, as SQL. A seam of the engines: of a table that
 * PostgreSQL has not analyzed yet it would run the query once for every row, unless it is made a list.
 */
export function idIn(database: Kysely<Tables>, query: Select): RawBuilder<boolean> {
  if (dialectOf(database) === 'sqlite') return sql<boolean>`${sql.ref('id')} in (${query})`
  return sql<boolean>`${sql.ref('id')} = any(array(${query}))`
}
