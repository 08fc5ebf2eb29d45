import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { pathToFileURL } from 'node:url'
import { Kysely, PostgresDialect, SqliteDialect } from 'kysely'
import pg from 'pg'
import type { Config } from '../config.ts'
import { type Dialect, StorageError } from '../storage/engine.ts'
import { nodeSqlite } from '../storage/node-sqlite.ts'
import { types } from '../storage/postgres-client.ts'
import type { Tables } from '../storage/tables.ts'

/** The database of a server that may run meanwhile, opened so that nothing can be written. */
export interface Examined {
  dialect: Dialect
  /** Everything as it is at one moment. */
  read<T>(work: (reader: Kysely<Tables>) => Promise<T>): Promise<T>
  close(): Promise<void>
}

/** @throws StorageError when there is no database, or it cannot be reached */
export async function openExamined(config: Pick<Config, 'databaseUrl' | 'dataDirectory'>): Promise<Examined> {
  return config.databaseUrl ? openPostgres(config.databaseUrl) : openSqlite(config.dataDirectory)
}

/** The file of the embedded database. */
export function databaseFile(directory: string): string {
  return join(directory, 'latchkey.db')
}

const patienceMs = 10_000

async function openPostgres(url: string): Promise<Examined> {
  const pool = new pg.Pool({ connectionString: url, max: 1, types, connectionTimeoutMillis: patienceMs })
  pool.on('error', () => {})
  pool.on('connect', (client) => client.on('error', () => {}))
  const database = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) })
  try {
    await database.connection().execute(async () => {})
  } catch (error) {
    await database.destroy()
    const reason = error instanceof Error ? error.message || error.name : String(error)
    throw new StorageError(`The database of DATABASE_URL cannot be reached: ${reason}`)
  }
  return {
    dialect: 'postgres',
    // Not by a parameter of the connection, which a pooler would refuse.
    read: (work) =>
      database.transaction().setIsolationLevel('repeatable read').setAccessMode('read only').execute(work),
    close: () => database.destroy(),
  }
}

async function openSqlite(directory: string): Promise<Examined> {
  const file = databaseFile(directory)
  if (!existsSync(file)) throw new StorageError(`There is no Latchkey database in ${directory}.`)
  const database = new DatabaseSync(placeOf(file), { readOnly: true, timeout: patienceMs })
  const rows = new Kysely<Tables>({ dialect: new SqliteDialect({ database: nodeSqlite(database) }) })
  return {
    dialect: 'sqlite',
    read: (work) => rows.transaction().execute(work),
    async close() {
      await rows.destroy()
      if (database.isOpen) database.close()
    },
  }
}

/**
 * While a server runs there is a log beside the file. Without one nobody writes, and the file is read as it is:
 * else even reading makes files beside it, of whoever reads, and the server might not be allowed to open them.
 */
function placeOf(file: string): URL {
  const place = pathToFileURL(file)
  if (!existsSync(`${file}-wal`)) place.searchParams.set('immutable', '1')
  return place
}
