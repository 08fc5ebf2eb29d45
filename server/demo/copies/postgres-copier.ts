import pg from 'pg'
import { connect } from '../../backup/postgres-connection.ts'
import { setAside } from '../../backup/postgres-target.ts'
import { addressesOfPeople, type CopiedTable, copiedTables, idPattern, peopleTables } from './columns.ts'
import type { Copier } from './copier.ts'

/** One transaction, so that there are all copies or none. */
export async function openPostgresCopier(url: string, accountId: string): Promise<Copier> {
  const connection = await connect(url, 'latchkey demo')
  const { client, query } = connection
  const run = (text: string, values: readonly string[]) => client.query(text, [...values])
  try {
    await query('begin')
    for (const setting of ['statement_timeout = 0', 'idle_in_transaction_session_timeout = 0'])
      await query(`set local ${setting}`)
    const types = await typesOf(query)
    const names = new Map([...types].map(([name, columns]) => [name, [...columns.keys()]]))
    const tables = copiedTables(names)
    const addresses = (await query(ofAccount(addressesOfPeople, accountId))).map(({ email }) => String(email))
    const inserts: string[] = []
    for (const table of tables) {
      const columns = types.get(table.name) ?? new Map()
      await query(keptMarked({ ...table, where: ofAccount(table.where, accountId) }, columns, addresses))
      inserts.push(insertOf(table, columns))
    }
    await query(`update copied_accounts set name = name || ' ' || chr(1)`)
    const taken = await endingsTaken(query)
    const later = await setAside(connection)
    return {
      taken,
      async copy(ending) {
        for (const insert of inserts) await run(insert, [ending])
      },
      async keep() {
        await query(`set local maintenance_work_mem = '512MB'`)
        for (const statement of later) await query(statement)
        await query('commit')
        // The planner knows nothing of the rows until somebody counts them.
        await query('vacuum analyze')
      },
      close: connection.close,
    }
  } catch (error) {
    await connection.close()
    throw error
  }
}

type Query = (text: string) => Promise<Record<string, unknown>[]>

/** Of each table its columns with their types. */
async function typesOf(query: Query): Promise<Map<string, Map<string, string>>> {
  const rows = await query(`
    select table_name, column_name, data_type from information_schema.columns
    where table_schema = current_schema() order by table_name, ordinal_position`)
  const byTable = Map.groupBy(rows, ({ table_name }) => String(table_name))
  return new Map(
    [...byTable].map(([name, its]) => [
      name,
      new Map(its.map(({ column_name, data_type }) => [String(column_name), String(data_type)])),
    ]),
  )
}

const isText = (type: string | undefined) => type === 'uuid' || type === 'text'

function ofAccount(text: string, accountId: string): string {
  return text.replaceAll(':account', pg.escapeLiteral(accountId))
}

/** The rows of the original, with marks; ids as texts. */
function keptMarked(
  { name, where }: CopiedTable,
  columns: ReadonlyMap<string, string>,
  addresses: readonly string[],
): string {
  const values = [...columns].map(([column, type]) => {
    if (!isText(type)) return `"${column}"`
    const withIds = `regexp_replace("${column}"::text, '${idPattern}', '\\1' || chr(1), 'g')`
    const marked = type === 'uuid' ? withIds : addresses.reduce(markedAddress, withIds)
    return `${marked} as "${column}"`
  })
  return `create temp table "copied_${name}" on commit drop as select ${values.join(', ')} from "${name}" where ${where}`
}

function markedAddress(text: string, address: string): string {
  const [local = '', domain = ''] = address.split('@').map((part) => pg.escapeLiteral(part))
  return `replace(${text}, ${pg.escapeLiteral(address)}, ${local} || '+' || chr(1) || '@' || ${domain})`
}

function insertOf({ name }: CopiedTable, columns: ReadonlyMap<string, string>): string {
  const values = [...columns].map(([column, type]) => {
    const replaced = `replace("${column}", chr(1), $1::text)`
    if (type === 'uuid') return `${replaced}::uuid`
    return isText(type) ? replaced : `"${column}"`
  })
  const list = [...columns.keys()].map((column) => `"${column}"`).join(', ')
  return `insert into "${name}" (${list}) select ${values.join(', ')} from "copied_${name}"
    where $1::text is not null`
}

async function endingsTaken(query: Query): Promise<Set<string>> {
  const ids = [...Object.keys(peopleTables), 'members'].map((table) => `select id from "${table}"`)
  const rows = await query(`select right(id::text, 4) as ending from (${ids.join(' union all ')}) as known`)
  return new Set(rows.map(({ ending }) => String(ending)))
}
