import { sql } from 'kysely'
import type { Engine } from '../../server/storage/engine.ts'

/** All rows of all tables by name, in an order and in values that do not depend on the engine. */
export async function allRows(engine: Pick<Engine, 'dialect' | 'reader'>): Promise<Map<string, string[]>> {
  const all = new Map<string, string[]>()
  for (const table of await tablesOf(engine)) {
    const { rows } = await sql<Record<string, unknown>>`select * from ${sql.table(table)}`.execute(
      engine.reader,
    )
    all.set(table, rows.map((row) => JSON.stringify(inOrder(row))).toSorted())
  }
  return all
}

/** What is of the engine or of the process rather than of the installation. */
const ofTheEngine = /^(search_(index|rows|spaces)|schema_migrations|rate_budgets|sqlite_)/

async function tablesOf({ dialect, reader }: Pick<Engine, 'dialect' | 'reader'>): Promise<string[]> {
  const { rows } = await (dialect === 'sqlite'
    ? sql<{ name: string }>`select name from sqlite_schema where type = 'table'`
    : sql<{
        name: string
      }>`select table_name as name from information_schema.tables
         where table_schema = 'public' and table_type = 'BASE TABLE'`
  ).execute(reader)
  return rows.map(({ name }) => name).filter((name) => !ofTheEngine.test(name))
}

function inOrder(row: Record<string, unknown>): [string, unknown][] {
  return Object.entries(row)
    .map(([name, value]): [string, unknown] => [name, plain(value)])
    .sort(([one], [other]) => (one < other ? -1 : 1))
}

function plain(value: unknown): unknown {
  if (value instanceof Date) return value.toISOString()
  if (typeof value === 'boolean') return Number(value)
  return value
}
