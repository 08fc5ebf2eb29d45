import type { Engine } from './engine.ts'
import { openPostgres } from './postgres.ts'
import { openSqlite } from './sqlite.ts'

/**
 * Opens PostgreSQL where a URL is given, else the SQLite database in the data directory, and brings the
 * schema up to date.
 * @throws StorageError when it is in use by another process, newer than this program, or unreachable.
 */
export function openEngine(options: { dataDirectory: string; databaseUrl: string | null }): Promise<Engine> {
  return options.databaseUrl ? openPostgres(options.databaseUrl) : openSqlite(options.dataDirectory)
}
