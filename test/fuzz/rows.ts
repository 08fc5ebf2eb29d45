import { type RawBuilder, sql } from 'kysely'
import type { Engine } from '../../server/storage/engine.ts'

/** What the server itself keeps up to date, whoever asks. */
const untold = new Set(['rate_budgets', 'api_keys', 'api_key_days'])

/** All rows of an account, as one text. */
export async function rowsOf(engine: Engine, accountId: string): Promise<string> {
  const names = tables.get(engine) ?? (await tablesOf(engine))
  tables.set(engine, names)
  const texts: string[] = []
  for (const name of names) {
    const query = sql`select * from ${sql.table(name)} where account_id = ${accountId}`
    const { rows } = await query.execute(engine.reader)
    texts.push(name, ...rows.map((row) => JSON.stringify(row)).sort())
  }
  return texts.join('\n')
}

/** They stay as they are while a server runs. */
const tables = new WeakMap<Engine, readonly string[]>()

async function tablesOf(engine: Engine): Promise<readonly string[]> {
  const found: RawBuilder<{ name: string }> =
    engine.dialect === 'sqlite'
      ? sql`select m.name from sqlite_master m join pragma_table_info(m.name) c
          on c.name = 'account_id' where m.type = 'table' order by m.name`
      : sql`select table_name as name from information_schema.columns
          where table_schema = 'public' and column_name = 'account_id' order by table_name`
  const { rows } = await found.execute(engine.reader)
  return rows.map(({ name }) => name).filter((name) => !untold.has(name))
}

const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g

export function idsIn(text: string): Set<string> {
  return new Set(text.match(uuid))
}
