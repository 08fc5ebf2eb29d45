import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { Kysely, SqliteDialect } from 'kysely'
import type { Config } from '../server/config.ts'
import { type Engine, StorageError } from '../server/storage/engine.ts'
import { nodeSqlite } from '../server/storage/node-sqlite.ts'
import { openEngine } from '../server/storage/open.ts'
import { withRetry } from '../server/storage/retry.ts'
import type { Tables } from '../server/storage/tables.ts'

/** As much of an engine as a command needs that does one small thing beside a server. */
export type Beside = Pick<Engine, 'dialect' | 'reader' | 'writer' | 'transaction' | 'close'>

/** The database of a server that most likely runs. @throws StorageError when there is none or it cannot be opened */
export async function openBeside(config: Config): Promise<Beside> {
  return config.databaseUrl ? openEngine(config) : openFileBeside(config.dataDirectory)
}

/**
 * `openEngine` rightly refuses to be a second server; a row changed beside the first harms nothing, and whoever
 * is locked out should not have to stop it.
 */
function openFileBeside(directory: string): Beside {
  const file = join(directory, 'latchkey.db')
  if (!existsSync(file)) throw new StorageError(`There is no Latchkey database in ${directory}.`)
  const database = new DatabaseSync(file, { timeout: 10_000 })
  database.exec('PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON')
  const rows = new Kysely<Tables>({ dialect: new SqliteDialect({ database: nodeSqlite(database) }) })
  return {
    dialect: 'sqlite',
    reader: rows,
    writer: rows,
    transaction: (work) => withRetry(() => rows.transaction().execute(work)),
    async close() {
      await rows.destroy()
      // Kysely closes what it has used.
      if (database.isOpen) database.close()
    },
  }
}
