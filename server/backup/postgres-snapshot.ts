import pg from 'pg'
import { to as copyTo } from 'pg-copy-streams'
import { refuseNewer } from '../storage/migrate.ts'
import { BackupError } from './backup-errors.ts'
import type { Table } from './format.ts'
import { type Connection, connect } from './postgres-connection.ts'
import { pieceSize, type Snapshot } from './snapshot.ts'
import { isKept } from './tables.ts'

/** Reads by a connection of its own, in one transaction that waits for nobody and holds up nobody. */
export async function openPostgresSnapshot(url: string): Promise<Snapshot> {
  const connection = await connect(url, 'latchkey backup')
  try {
    await connection.query('begin transaction isolation level repeatable read, read only')
    await connection.query('set local statement_timeout = 0')
    await connection.query('set local idle_in_transaction_session_timeout = 0')
    const columns = await columnsOf(connection)
    if (!columns.some(({ table }) => table === 'schema_migrations')) {
      throw new BackupError('There is no Latchkey in the database of DATABASE_URL.')
    }
    const applied = await connection.query('select name from schema_migrations order by name')
    const migrations = applied.map(({ name }) => String(name))
    refuseNewer(migrations)
    return {
      engine: 'postgres',
      migrations,
      tables: await tablesOf(connection, columns),
      rows: (table) => rowsOf(connection, table, columns),
      query: connection.query,
      close: connection.close,
    }
  } catch (error) {
    await connection.close()
    throw error
  }
}

interface Column {
  table: string
  name: string
  type: string
}

async function columnsOf({ query }: Connection): Promise<Column[]> {
  const rows = await query(`
    select table_name, column_name, data_type from information_schema.columns
    where table_schema = current_schema() and is_generated = 'NEVER'
    order by table_name, ordinal_position`)
  return rows.map((row) => ({
    table: String(row.table_name),
    name: String(row.column_name),
    type: String(row.data_type),
  }))
}

async function tablesOf({ query }: Connection, columns: readonly Column[]): Promise<Snapshot['tables']> {
  const sizes = await query(`
    select relname as name, reltuples as about from pg_class where relnamespace = current_schema()::regnamespace`)
  const about = new Map(sizes.map((row) => [String(row.name), Math.max(0, Number(row.about))]))
  return [...Map.groupBy(columns, ({ table }) => table)]
    .filter(([name]) => isKept(name))
    .map(([name, its]) => ({ name, columns: its.map((column) => column.name), about: about.get(name) ?? 0 }))
}

/**
 * PostgreSQL itself makes the JSON, which takes a fraction of what it takes to read values and write them again.
 * In the text form of COPY every backslash is doubled; JSON has nothing else that COPY escapes.
 */
async function* rowsOf(
  connection: Connection,
  { name, columns }: Table,
  known: readonly Column[],
): AsyncGenerator<Buffer> {
  const values = columns.map((column) =>
    neutral(
      column,
      known.find((other) => other.table === name && other.name === column),
    ),
  )
  const from = pg.escapeIdentifier(name)
  const stream = connection.read(
    copyTo(`copy (select json_build_array(${values.join(', ')}) from ${from}) to stdout`),
  )
  let pending: Buffer[] = []
  let length = 0
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    pending.push(chunk)
    length += chunk.length
    const end = chunk.lastIndexOf(lineFeed)
    if (length < pieceSize || end === -1) continue
    const bytes = Buffer.concat(pending)
    const cut = bytes.length - chunk.length + end + 1
    yield withoutDoubling(bytes.subarray(0, cut))
    pending = [bytes.subarray(cut)]
    length = bytes.length - cut
  }
  if (length > 0) yield withoutDoubling(Buffer.concat(pending))
}

const lineFeed = 10
const backslash = 0x5c

/** Latin-1 leaves every byte as it is, and no byte of a longer character of UTF-8 is a backslash. */
function withoutDoubling(bytes: Buffer): Buffer {
  if (!bytes.includes(backslash)) return bytes
  return Buffer.from(bytes.toString('latin1').replaceAll('\\\\', '\\'), 'latin1')
}

/** A value in the form that SQLite keeps it in; see `format.ts` and `storage/migrations/statements.ts`. */
function neutral(name: string, column: Column | undefined): string {
  const value = pg.escapeIdentifier(name)
  switch (column?.type) {
    case 'text':
    case 'uuid':
    case 'bigint':
    case 'integer':
      return value
    case 'boolean':
      return `${value}::int`
    case 'timestamp with time zone':
      return `to_char(${value} at time zone 'UTC', case when date_trunc('milliseconds', ${value}) = ${value}
        then 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"' else 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"' end)`
    default:
      throw new BackupError(`The column ${name} is of the type ${column?.type}, which no backup can hold.`)
  }
}
