import { type Kysely, SqliteAdapter } from 'kysely'
import type { Dialect } from './engine.ts'
import type { Tables } from './tables.ts'

/** Which engine a database, or a transaction of it, is on. */
export function dialectOf(database: Kysely<Tables>): Dialect {
  return database.getExecutor().adapter instanceof SqliteAdapter ? 'sqlite' : 'postgres'
}
