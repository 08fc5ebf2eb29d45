import { EventEmitter } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { Kysely, SqliteDialect } from 'kysely'
import { RateLimiterMemory } from 'rate-limiter-flexible'
import type { Row } from './account-store.ts'
import { type Commits, telling } from './commits.ts'
import { makeDirectory } from './directories.ts'
import { type Engine, StorageError } from './engine.ts'
import { committingTogether } from './group-commit.ts'
import { migrate } from './migrate.ts'
import { nodeSqlite } from './node-sqlite.ts'
import { type ReadTurns, readTurns } from './read-turns.ts'
import { withRetry } from './retry.ts'
import { assumeSizes } from './sqlite-sizes.ts'
import type { Tables } from './tables.ts'
import { troubleIn } from './trouble.ts'

/** The embedded database: one file, one writing connection, one for reads, one for snapshots. */
export async function openSqlite(directory: string): Promise<Engine> {
  const lock = lockDirectory(directory)
  const file = join(directory, 'latchkey.db')
  const writerFile = openToWrite(directory, file, lock)
  let turns: ReadTurns | undefined
  const writing = nodeSqlite(writerFile, (sql) => {
    if (sql === 'commit' || !writerFile.isTransaction) turns?.end()
  })
  const dialect = new SqliteDialect({ database: writing })
  const writer = new Kysely<Tables>({ dialect })
  let migrated: string[]
  try {
    migrated = await migrate(writer, 'sqlite')
    assumeSizes(writerFile)
  } catch (error) {
    await writer.destroy()
    lock.close()
    throw troubleIn(error) ? unusable(directory, error) : error
  }
  const [readerFile, snapshotFile] = [openToRead(file), openToRead(file)]
  turns = readTurns(readerFile)
  const statements = nodeSqlite(readerFile, turns.begin)
  const reader = new Kysely<Tables>({ dialect: new SqliteDialect({ database: statements }) })
  // Of its own: on the reader's connection, all other reads would wait for a snapshot to end.
  const snapshots = new Kysely<Tables>({ dialect: new SqliteDialect({ database: nodeSqlite(snapshotFile) }) })
  const commits: Commits = new EventEmitter()
  const write = committingTogether({
    database: writer,
    dialect,
    statements: writing,
    isOpen: () => writerFile.isTransaction,
  })
  return {
    dialect: 'sqlite',
    isShared: false,
    isDistributed: false,
    migrated,
    reader,
    writer,
    commits,
    quick: async ({ sqlite }, parameters) => statements.prepare(sqlite).all(parameters) as Row[],
    snapshot: (work) => snapshots.transaction().execute(work),
    transaction: (work) => telling(commits, (told) => withRetry(() => write(told)), work),
    // One process owns the file, so its memory is all that has to agree.
    counter: (name, seconds) =>
      new RateLimiterMemory({ keyPrefix: name, points: Number.MAX_SAFE_INTEGER, duration: seconds }),
    pool: () => null,
    async close() {
      await reader.destroy()
      await snapshots.destroy()
      await writer.destroy()
      closeQuietly(readerFile)
      closeQuietly(snapshotFile)
      closeQuietly(writerFile)
      lock.close()
    },
  }
}

function open(file: string): DatabaseSync {
  const database = new DatabaseSync(file)
  // FULL: an acknowledged write survives a power cut, not only a crash of the process.
  database.exec('PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA busy_timeout = 5000')
  return database
}

function openToWrite(directory: string, file: string, lock: DatabaseSync): DatabaseSync {
  try {
    // For the owner alone, as SQLite's other files then are.
    closeSync(openSync(file, 'a', 0o600))
    const database = open(file)
    database.exec('PRAGMA journal_mode = WAL')
    return database
  } catch (error) {
    lock.close()
    throw unusable(directory, error)
  }
}

function openToRead(file: string): DatabaseSync {
  const database = open(file)
  database.exec('PRAGMA query_only = ON')
  return database
}

/** Kysely closes what it has used; a connection that was never used is left to us. */
function closeQuietly(database: DatabaseSync): void {
  if (database.isOpen) database.close()
}

/**
 * Holds an exclusive lock on a file beside the database for as long as the process lives. The operating
 * system lets go of it however the process ends, so a stale lock cannot exist.
 */
export function lockDirectory(directory: string): DatabaseSync {
  let lock: DatabaseSync | null = null
  try {
    makeDirectory(directory)
    lock = new DatabaseSync(join(directory, 'latchkey.lock'), { timeout: 0 })
    lock.exec('PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE')
    return lock
  } catch (error) {
    lock?.close()
    if (error instanceof Error && /locked/.test(error.message)) {
      throw new StorageError(
        `Another Latchkey already uses ${directory}. Stop it first, or choose another LATCHKEY_DATA.`,
      )
    }
    throw unusable(directory, error)
  }
}

/** What the operator is told of a directory in which nothing can be written. */
function unusable(directory: string, error: unknown): StorageError {
  const reason = error instanceof Error ? error.message : String(error)
  const advice =
    troubleIn(error) === 'full' ? 'Make room on its disk' : 'Make it writable for the user who runs Latchkey'
  return new StorageError(
    `The data directory ${directory} cannot be used: ${reason}. ${advice}, or choose another LATCHKEY_DATA.`,
  )
}
