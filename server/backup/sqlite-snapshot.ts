import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { StorageError } from '../storage/engine.ts'
import { refuseNewer } from '../storage/migrate.ts'
import { reasonOf } from './backup-errors.ts'
import type { Table } from './format.ts'
import { pieceSize, type Snapshot } from './snapshot.ts'
import { isKept } from './tables.ts'

/**
 * Reads beside the server that has the directory: by a connection that only reads, in one transaction. The write-
 * ahead log keeps what is written meanwhile, and is taken up when the transaction has ended.
 */
export async function openSqliteSnapshot(directory: string): Promise<Snapshot> {
  const file = join(directory, 'latchkey.db')
  if (!existsSync(file)) throw new StorageError(`There is no Latchkey database in ${directory}.`)
  const database = openToRead(file)
  try {
    // It is the first query that decides which moment is read.
    database.exec('begin')
    const migrations = column(database, 'select name from schema_migrations order by name')
    refuseNewer(migrations)
    return {
      engine: 'sqlite',
      migrations,
      tables: tablesOf(database),
      rows: (table) => rowsOf(database, table),
      query: async (sql) => database.prepare(sql).all(),
      close: async () => database.close(),
    }
  } catch (error) {
    database.close()
    throw error
  }
}

function openToRead(file: string): DatabaseSync {
  try {
    return new DatabaseSync(file, { readOnly: true, timeout: 10_000 })
  } catch (error) {
    throw new StorageError(`The database ${file} cannot be read: ${reasonOf(error)}`)
  }
}

function tablesOf(database: DatabaseSync): Snapshot['tables'] {
  return column(database, "select name from sqlite_schema where type = 'table' order by name")
    .filter(isKept)
    .map((name) => ({
      name,
      columns: column(
        database,
        `select name from pragma_table_xinfo('${name}') where hidden = 0 order by cid`,
      ),
      // At once, where counting would read all of them.
      about: Number(database.prepare(`select coalesce(max(rowid), 0) as last from "${name}"`).get()?.last),
    }))
}

async function* rowsOf(database: DatabaseSync, { name, columns }: Table): AsyncGenerator<Buffer> {
  const list = columns.map((column) => `"${column}"`).join(', ')
  const lines = database.prepare(`select json_array(${list}) as line from "${name}"`).iterate()
  let piece: string[] = []
  let length = 0
  for (const { line } of lines) {
    const text = String(line)
    piece.push(text)
    length += text.length
    if (length < pieceSize) continue
    yield toBytes(piece)
    piece = []
    length = 0
  }
  if (piece.length > 0) yield toBytes(piece)
}

function toBytes(lines: readonly string[]): Buffer {
  return Buffer.from(`${lines.join('\n')}\n`)
}

function column(database: DatabaseSync, sql: string): string[] {
  return database
    .prepare(sql)
    .all()
    .map(({ name }) => String(name))
}
