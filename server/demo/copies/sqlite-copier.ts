import { join } from 'node:path'
import { DatabaseSync, type SQLInputValue, type SQLOutputValue, type StatementSync } from 'node:sqlite'
import { spaceSize } from '../../storage/search-index.ts'
import { lockDirectory } from '../../storage/sqlite.ts'
import {
  addressesOfPeople,
  type CopiedTable,
  copiedTables,
  idPattern,
  mark,
  peopleTables,
} from './columns.ts'
import type { Copier } from './copier.ts'

/**
 * No journal is kept and nothing waits for the disk before `keep`, so a database whose copying was interrupted is
 * of no use. All indexes begin with the account, and the accounts are written in their order: whatever is written
 * goes to the end of every index, which is as fast as making them at the end.
 */
export function openSqliteCopier(directory: string, accountId: string): Copier {
  const lock = lockDirectory(directory)
  // Defensively, Node would keep a journal.
  const database = new DatabaseSync(join(directory, 'latchkey.db'), { defensive: false })
  database.exec('pragma journal_mode = delete; pragma journal_mode = off')
  database.exec('pragma synchronous = off; pragma foreign_keys = off')
  database.exec('pragma cache_size = -262144; pragma temp_store = memory')
  database.function('marked', { deterministic: true }, marking(addressesIn(database, accountId)))
  const tables = copiedTables(tablesOf(database))
  for (const table of tables) keepMarked(database, table, accountId)
  keepSearch(database, tables, accountId)
  const inserts = tables.map((table) => database.prepare(insertOf(database, table)))
  const search = searchInserts(database)
  // Merging what was put aside a hundred times as often would take most of the time.
  setHash(database, 64 * 1024 * 1024)

  return {
    taken: endingsTaken(database),
    async copy(ending) {
      database.exec('begin')
      for (const insert of inserts) insert.run({ ending })
      for (const insert of search) insert.run({ ending })
      database.exec('commit')
    },
    async keep() {
      setHash(database, 1024 * 1024)
      database.exec('pragma synchronous = full; pragma journal_mode = wal')
    },
    async close() {
      database.close()
      lock.close()
    },
  }
}

function tablesOf(database: DatabaseSync): Map<string, string[]> {
  const rows = database
    .prepare(
      `select tables.name as name, columns.name as "column" from sqlite_schema as tables, pragma_table_info(tables.name) as columns
       where tables.type = 'table' and tables.name not like 'sqlite_%' and tables.name not like 'search_index%'`,
    )
    .all()
  const byTable = Map.groupBy(rows, ({ name }) => String(name))
  return new Map([...byTable].map(([name, its]) => [name, its.map(({ column }) => String(column))]))
}

/** The rows of the original, with marks, in the order in which they were written. */
function keepMarked(database: DatabaseSync, { name, columns, where }: CopiedTable, accountId: string): void {
  const values = columns.map((column) => `marked("${column}") as "${column}"`)
  database
    .prepare(
      `create temp table "copied_${name}" as select ${values.join(', ')} from "${name}" where ${where}`,
    )
    .run({ account: accountId })
  if (name === 'accounts') database.exec(`update copied_accounts set name = name || ' ' || '${mark}'`)
}

function addressesIn(database: DatabaseSync, accountId: string): string[] {
  return database
    .prepare(addressesOfPeople)
    .all({ account: accountId })
    .map(({ email }) => String(email))
}

function marking(addresses: readonly string[]): (value: SQLOutputValue) => SQLInputValue {
  const ids = new RegExp(idPattern, 'g')
  const byMarked = addresses.map((address) => [address, address.replace('@', `+${mark}@`)] as const)
  return (value) => {
    if (typeof value !== 'string') return value
    const withIds = value.replace(ids, `$1${mark}`)
    if (!withIds.includes('@')) return withIds
    return byMarked.reduce((text, [address, marked]) => text.replaceAll(address, marked), withIds)
  }
}

/** Only what has marks is looked through. */
function insertOf(database: DatabaseSync, { name, columns }: CopiedTable): string {
  const hasMark = columns.map((column) => `max(instr("${column}", '${mark}') > 0) as "${column}"`)
  const found = database.prepare(`select ${hasMark.join(', ')} from "copied_${name}"`).get() ?? {}
  const values = columns.map((column) =>
    found[column] === 1 ? `replace("${column}", '${mark}', :ending)` : `"${column}"`,
  )
  const list = columns.map((column) => `"${column}"`).join(', ')
  return `insert into "${name}" (${list}) select ${values.join(', ')} from "copied_${name}"
    where :ending is not null order by rowid`
}

/** By their place in the space of numbers of their account and resource, which is the same in every copy. */
function keepSearch(database: DatabaseSync, tables: readonly CopiedTable[], accountId: string): void {
  const searched = tables.map(({ name }) => `'${name}'`).join(', ')
  database
    .prepare(
      `create temp table copied_search as
       select marked(rows.account_id) as account_id, rows.resource as resource, marked(rows.record_id) as record_id,
         rows.id - spaces.number * ${spaceSize} as place
       from search_rows as rows
       join search_spaces as spaces on spaces.account_id = rows.account_id and spaces.resource = rows.resource
       where rows.account_id = :account and rows.resource in (${searched})
       order by rows.id`,
    )
    .run({ account: accountId })
}

function searchInserts(database: DatabaseSync): StatementSync[] {
  const resources = database
    .prepare('select distinct resource from copied_search order by resource')
    .all()
    .map(({ resource }) => String(resource))
  const space = `select number * ${spaceSize} from search_spaces where resource = copied_search.resource
    and account_id = replace(copied_search.account_id, '${mark}', :ending)`
  return [
    `insert into search_spaces (account_id, resource)
      select distinct replace(account_id, '${mark}', :ending), resource from copied_search order by 2`,
    `insert into search_rows (id, account_id, resource, record_id)
      select (${space}) + place, replace(account_id, '${mark}', :ending), resource, replace(record_id, '${mark}', :ending)
      from copied_search order by rowid`,
    ...resources.map(
      (resource) => `insert into search_index (rowid, search_text)
        select (${space}) + place, replace("copied_${resource}".search_text, '${mark}', :ending)
        from copied_search join "copied_${resource}" on "copied_${resource}".id = copied_search.record_id
        where copied_search.resource = '${resource}' order by place`,
    ),
  ].map((text) => database.prepare(text))
}

function setHash(database: DatabaseSync, bytes: number): void {
  database.exec(`insert into search_index (search_index, rank) values ('hashsize', ${bytes})`)
}

function endingsTaken(database: DatabaseSync): Set<string> {
  const ids = [...Object.keys(peopleTables), 'members'].map((table) => `select id from "${table}"`)
  const rows = database.prepare(`select substr(id, -4) as ending from (${ids.join(' union all ')})`).all()
  return new Set(rows.map(({ ending }) => String(ending)))
}
