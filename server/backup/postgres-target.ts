import { Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'
import { from as copyFrom } from 'pg-copy-streams'
import { StorageError } from '../storage/engine.ts'
import { migrate } from '../storage/migrate.ts'
import type { Tables } from '../storage/tables.ts'
import type { Header } from './format.ts'
import { type Connection, connect } from './postgres-connection.ts'
import { ownTables } from './tables.ts'
import { lastMigration, linesOf, requireColumns, requireCount, type Target, valuesOf } from './target.ts'

/** Everything from the first table on is one transaction, so that there is all of it or nothing. */
export async function openPostgresTarget(url: string): Promise<Target> {
  const connection = await connect(url, 'latchkey restore')
  const { client, query } = connection
  try {
    await query('begin')
    await query('set local statement_timeout = 0')
    await query('set local idle_in_transaction_session_timeout = 0')
    await requireEmpty(connection)
  } catch (error) {
    await connection.close()
    throw error
  }
  const within = { isInTransaction: true } as const
  const rows = kyselyOf(client)
  let header: Header | null = null
  let later: string[] = []

  return {
    dialect: 'postgres',
    query,
    async begin(given) {
      header = given
      await migrate(rows, 'postgres', { ...within, upTo: lastMigration(given) })
      const made = await columnsOf(connection)
      for (const table of given.tables) requireColumns(table, made.get(table.name) ?? [])
      later = await setAside(connection)
    },
    async load(table, lines) {
      const columns = table.columns.map((column) => pg.escapeIdentifier(column)).join(', ')
      const copy = copyFrom(`copy ${pg.escapeIdentifier(table.name)} (${columns}) from stdin`)
      const text = linesOf(lines).map((line) => valuesOf(line).map(copied).join('\t'))
      await connection.write(copy, Buffer.from(`${text.join('\n')}\n`))
    },
    async complete(end) {
      if (!header) throw new Error('it has not begun')
      for (const statement of later) await query(statement)
      for (const { name } of header.tables) {
        const [row] = await query(`select count(*) as n from ${pg.escapeIdentifier(name)}`)
        requireCount(name, Number(row?.n), end)
      }
      await migrate(rows, 'postgres', within)
    },
    async keep() {
      await query('commit')
      // The planner knows nothing of the rows until somebody counts them.
      await query('analyze')
    },
    close: connection.close,
  }
}

/** The migrations run on the one connection that the transaction is on. */
function kyselyOf(client: pg.Client): Kysely<Tables> {
  const own = {
    query: (sql: string, parameters: readonly unknown[]) => client.query(sql, [...parameters]),
    release() {},
  }
  const pool = { connect: async () => own, end: async () => {} }
  return new Kysely<Tables>({ dialect: new PostgresDialect({ pool: pool as never }) })
}

async function requireEmpty(connection: Connection): Promise<void> {
  const found = [...(await columnsOf(connection)).keys()].find((table) => ownTables.has(table))
  if (!found) return
  throw new StorageError(
    `The database of DATABASE_URL has the table ${found} already and stays as it is: a backup is restored into an empty database. Make one (createdb) and name it in DATABASE_URL.`,
  )
}

async function columnsOf({ query }: Connection): Promise<Map<string, string[]>> {
  const rows = await query(`
    select table_name, column_name from information_schema.columns where table_schema = current_schema()`)
  const columns = Map.groupBy(rows, (row) => String(row.table_name))
  return new Map([...columns].map(([table, its]) => [table, its.map((row) => String(row.column_name))]))
}

/**
 * Drops what is checked or sorted in for every single row, and tells the statements that make it anew: over all
 * rows at once that takes a fraction of the time, and no order of the tables is needed.
 */
export async function setAside({ query }: Connection): Promise<string[]> {
  const references = await query(`
    select conrelid::regclass::text as "table", quote_ident(conname) as name, pg_get_constraintdef(oid) as definition
    from pg_constraint where contype = 'f' and connamespace = current_schema()::regnamespace`)
  const indexes = await query(`
    select indexrelid::regclass::text as name, pg_get_indexdef(indexrelid) as definition
    from pg_index join pg_class on pg_class.oid = indexrelid
    where relnamespace = current_schema()::regnamespace
      and not exists (select 1 from pg_constraint where conindid = indexrelid)`)
  for (const { table, name } of references) await query(`alter table ${table} drop constraint ${name}`)
  for (const { name } of indexes) await query(`drop index ${name}`)
  return [
    ...indexes.map(({ definition }) => String(definition)),
    ...references.map(
      ({ table, name, definition }) => `alter table ${table} add constraint ${name} ${definition}`,
    ),
  ]
}

/** As COPY reads it: the words that a type takes, such as 0 and 1 for a boolean, are those of the neutral form. */
function copied(value: string | number | null): string {
  if (value === null) return '\\N'
  return typeof value === 'number' ? String(value) : value.replace(/[\\\n\r\t]/g, escapeOf)
}

function escapeOf(character: string): string {
  return { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' }[character] ?? character
}
