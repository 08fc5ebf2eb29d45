import { sql } from 'kysely'
import type { Running } from '../../server/main.ts'
import type { JsonObject } from '../../server/reference/openapi.types.ts'
import { oneOfEach } from '../api/records.ts'
import type { ApiServer } from '../api/server.ts'
import type { Api } from './document.ts'
import { mark } from './values.ts'

/** An account on the same server that nothing may be seen of, and nothing changed. */
export interface OtherAccount {
  /** Its records by kind. */
  idOf(kinds: readonly string[], pick: number): string
  /** All ids that it has, and the account's own. */
  ids: ReadonlySet<string>
  /** All its rows, as one text. */
  rows(): Promise<string>
}

/** Fills the server's other account with one record of each kind, marked in every text that takes it. */
export async function markOtherAccount(server: ApiServer, api: Api): Promise<OtherAccount> {
  const { accountId, adminId, api: client } = server.other
  const records = await oneOfEach(server, server.other)
  for (const operation of api.operations.filter(
    ({ method, path }) => method === 'PATCH' && /^\/\w+\/\{id\}$/.test(path),
  )) {
    const kind = operation.pathParameters[0]?.kinds[0] ?? ''
    for (const [name, schema] of Object.entries(
      (operation.body?.fields.properties ?? {}) as Record<string, JsonObject>,
    )) {
      const { type, format, enum: options } = api.resolve(schema)
      if (![type].flat().includes('string') || format || options) continue
      await client.patch(`/${kind}/${records[kind]?.id}`, { [name]: `${mark} ${name}` })
    }
  }
  const rows = () => rowsOf(server.running, accountId)
  const ids = new Set([...idsIn(await rows())].filter((id) => !id.startsWith('00000000')))
  const own = Object.entries(records)
  return {
    ids: new Set([...ids, accountId, adminId]),
    rows,
    idOf(kinds, pick) {
      const fitting = own.filter(([kind]) => kinds.includes(kind))
      const candidates = fitting.length > 0 ? fitting : own
      return candidates[pick % candidates.length]?.[1].id ?? accountId
    },
  }
}

const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g

export function idsIn(text: string): Set<string> {
  return new Set(text.match(uuid))
}

/** What the server itself keeps up to date, whoever asks. */
const untold = new Set(['rate_budgets', 'api_keys', 'api_key_days'])

async function rowsOf({ engine }: Running, accountId: string): Promise<string> {
  const found =
    engine.dialect === 'sqlite'
      ? sql<{ name: string }>`select m.name from sqlite_master m join pragma_table_info(m.name) c
          on c.name = 'account_id' where m.type = 'table' order by m.name`
      : sql<{ name: string }>`select table_name as name from information_schema.columns
          where table_schema = 'public' and column_name = 'account_id' order by table_name`
  const names = (await found.execute(engine.reader)).rows.map(({ name }) => name)
  const texts: string[] = []
  for (const name of names.filter((one) => !untold.has(one))) {
    const query = sql`select * from ${sql.table(name)} where account_id = ${accountId}`
    const { rows } = await query.execute(engine.reader)
    texts.push(name, ...rows.map((row) => JSON.stringify(row)).sort())
  }
  return texts.join('\n')
}
