import { existsSync } from 'node:fs'
import { open, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { Kysely, SqliteDialect } from 'kysely'
import { StorageError } from '../storage/engine.ts'
import { migrate } from '../storage/migrate.ts'
import { nodeSqlite } from '../storage/node-sqlite.ts'
import { lockDirectory } from '../storage/sqlite.ts'
import type { Tables } from '../storage/tables.ts'
import { BackupError } from './backup-errors.ts'
import type { Header, Table } from './format.ts'
import { makeSearchIndex } from './search-rows.ts'
import { lastMigration, linesOf, requireColumns, requireCount, type Target, valuesOf } from './target.ts'

/**
 * A database that is made under another name and takes its own when it is whole and on the disk. Until then no
 * journal is kept, since what is not finished is thrown away.
 */
export async function openSqliteTarget(directory: string): Promise<Target> {
  const lock = lockDirectory(directory)
  const file = join(directory, 'latchkey.db')
  const unfinished = `${file}.restoring`
  const removeUnfinished = async () => {
    for (const ending of ['', '-wal', '-shm', '-journal']) await rm(`${unfinished}${ending}`, { force: true })
  }
  let database: DatabaseSync
  try {
    requireEmpty(directory)
    await removeUnfinished()
    // Defensively, Node would keep a journal.
    database = new DatabaseSync(unfinished, { defensive: false })
    database.exec('pragma journal_mode = off; pragma synchronous = off; pragma foreign_keys = off')
    database.exec('pragma cache_size = -262144')
  } catch (error) {
    lock.close()
    throw error
  }
  const rows = new Kysely<Tables>({ dialect: new SqliteDialect({ database: nodeSqlite(database) }) })
  const inserts = new Map<string, StatementSync>()
  let indexes: Index[] = []
  let header: Header | null = null

  function insertInto({ name, columns }: Table): StatementSync {
    const known = inserts.get(name)
    if (known) return known
    const list = columns.map((column) => `"${column}"`).join(', ')
    const places = columns.map(() => '?').join(', ')
    const insert = database.prepare(`insert into "${name}" (${list}) values (${places})`)
    inserts.set(name, insert)
    return insert
  }

  return {
    dialect: 'sqlite',
    query: async (sql) => database.prepare(sql).all(),
    async begin(given) {
      header = given
      await migrate(rows, 'sqlite', { upTo: lastMigration(given) })
      for (const table of given.tables) requireColumns(table, columnsOf(database, table.name))
      // Made at the end they take a fraction of the time.
      indexes = indexesOf(database)
      for (const { name } of indexes) database.exec(`drop index "${name}"`)
      database.exec('begin')
    },
    async load(table, lines) {
      const insert = insertInto(table)
      for (const line of linesOf(lines)) insert.run(...valuesOf(line))
    },
    async complete(end) {
      if (!header) throw new Error('it has not begun')
      for (const { sql } of indexes) database.exec(sql)
      makeSearchIndex(database)
      database.exec('commit')
      for (const { name } of header.tables) requireCount(name, countOf(database, name), end)
      requireReferences(database)
      database.exec('pragma foreign_keys = on')
      await migrate(rows, 'sqlite')
    },
    async keep() {
      database.exec('pragma journal_mode = wal')
      await rows.destroy()
      await sync(unfinished)
      await rename(unfinished, file)
      await sync(directory)
    },
    async close() {
      await rows.destroy()
      if (database.isOpen) database.close()
      await removeUnfinished()
      lock.close()
    },
  }
}

interface Index {
  name: string
  sql: string
}

function requireEmpty(directory: string): void {
  // A journal without its database would be taken for that of the new one.
  const found = ['latchkey.db', 'latchkey.db-wal', 'latchkey.db-journal'].find((name) =>
    existsSync(join(directory, name)),
  )
  if (!found) return
  throw new StorageError(
    `${join(directory, found)} is there already and stays as it is: a backup is restored into a directory without a database. Choose another LATCHKEY_DATA, or move that one away with its files.`,
  )
}

/** Those that stand in the schema by themselves; the others come with the tables. */
function indexesOf(database: DatabaseSync): Index[] {
  return database
    .prepare(
      `select name, sql from sqlite_schema where type = 'index' and sql is not null and tbl_name not like 'schema_migrations%'`,
    )
    .all()
    .map(({ name, sql }) => ({ name: String(name), sql: String(sql) }))
}

function columnsOf(database: DatabaseSync, table: string): string[] {
  return database
    .prepare('select name from pragma_table_xinfo(?) where hidden = 0')
    .all(table)
    .map(({ name }) => String(name))
}

function countOf(database: DatabaseSync, table: string): number {
  return Number(database.prepare(`select count(*) as n from "${table}"`).get()?.n)
}

function requireReferences(database: DatabaseSync): void {
  const broken = database.prepare('pragma foreign_key_check').get()
  if (!broken) return
  throw new BackupError(
    `Rows of ${broken.table} name rows of ${broken.parent} that are not in the backup; nothing was kept.`,
  )
}

async function sync(path: string): Promise<void> {
  const file = await open(path)
  try {
    await file.sync()
  } finally {
    await file.close()
  }
}
