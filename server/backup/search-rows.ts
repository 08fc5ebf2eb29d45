import type { DatabaseSync } from 'node:sqlite'
import { spaceSize } from '../storage/search-index.ts'

/**
 * Fills SQLite's search index from the rows of all tables that have a text to be found by. PostgreSQL has an index
 * on the column instead, so a backup holds neither.
 */
export function makeSearchIndex(database: DatabaseSync): void {
  if (!has(database, 'search_rows')) return
  database.exec('delete from search_index; delete from search_rows')
  const hasSpaces = has(database, 'search_spaces')
  if (hasSpaces) database.exec('delete from search_spaces')
  for (const table of searchedTables(database))
    database.exec(hasSpaces ? numberedInSpaces(table) : numbered(table))
  for (const table of searchedTables(database)) {
    database.exec(`
      insert into search_index (rowid, search_text) select search_rows.id, "${table}".search_text
        from search_rows join "${table}"
          on "${table}".account_id = search_rows.account_id and "${table}".id = search_rows.record_id
        where search_rows.resource = '${table}' order by search_rows.id`)
  }
}

/** As it was before the rows of each account lay together. */
function numbered(table: string): string {
  return `
    insert into search_rows (account_id, resource, record_id)
      select account_id, '${table}', id from "${table}" where search_text <> ''`
}

function numberedInSpaces(table: string): string {
  return `
    insert into search_spaces (account_id, resource)
      select distinct account_id, '${table}' from "${table}" where search_text <> '' order by account_id;
    insert into search_rows (id, account_id, resource, record_id)
      select spaces.number * ${spaceSize} + row_number() over (partition by spaces.number order by found.id),
        found.account_id, '${table}', found.id
      from "${table}" as found
      join search_spaces as spaces on spaces.account_id = found.account_id and spaces.resource = '${table}'
      where found.search_text <> ''`
}

function searchedTables(database: DatabaseSync): string[] {
  return database
    .prepare(
      `select tables.name from sqlite_schema as tables
       where tables.type = 'table' and tables.name not like 'search_index%' and exists
         (select 1 from pragma_table_info(tables.name) as columns where columns.name = 'search_text')
       order by tables.name`,
    )
    .all()
    .map(({ name }) => String(name))
}

function has(database: DatabaseSync, table: string): boolean {
  return database.prepare('select 1 from sqlite_schema where name = ?').get(table) !== undefined
}
