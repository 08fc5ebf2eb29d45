import type { DatabaseSync } from 'node:sqlite'

/**
 * How many rows SQLite is to think of. Taken for many more, an account would seem to hold too many rows in any
 * range of times to go to them directly, such as those that are overdue.
 */
const accounts = 1_000
const rowsOfAccount = 200

/**
 * Tells SQLite's planner how much there is to be expected. Without that it takes an account for ten rows, and would
 * rather walk through all of them in the order that is asked for than look up the one that is asked for. It is told
 * the same everywhere and is never told what there really is, so that a query is run in the same way everywhere as
 * well, and the test of plans shows how. What is the same already is left alone.
 */
export function assumeSizes(database: DatabaseSync): void {
  const expected = assumed(database)
  if (known(database) === JSON.stringify(expected)) return
  database.exec('begin immediate')
  // Makes the table of what the planner knows.
  database.exec('analyze accounts; delete from sqlite_stat1')
  const insert = database.prepare('insert into sqlite_stat1 (tbl, idx, stat) values (?, ?, ?)')
  for (const row of expected) insert.run(...row)
  database.exec('commit; analyze sqlite_schema')
}

type Size = [table: string, index: string, sizes: string]

function known(database: DatabaseSync): string | null {
  const has = database.prepare(`select 1 from sqlite_schema where name = 'sqlite_stat1'`).get()
  if (!has) return null
  const rows = database.prepare('select tbl, idx, stat from sqlite_stat1 order by tbl, idx').all()
  return JSON.stringify(rows.map(({ tbl, idx, stat }) => [tbl, idx, stat]))
}

/** Of all indexes that begin with the account. */
function assumed(database: DatabaseSync): Size[] {
  const rows = database
    .prepare(
      `select tables.name as "table", indexes.name as "index", indexes."unique" as is_unique,
         (select group_concat(coalesce(columns.name, '()') order by columns.seqno)
            from pragma_index_info(indexes.name) as columns) as columns
       from sqlite_schema as tables, pragma_index_list(tables.name) as indexes
       where tables.type = 'table' order by tables.name, indexes.name`,
    )
    .all()
  return rows.flatMap((row): Size[] => {
    const columns = String(row.columns).split(',')
    if (columns[0] !== 'account_id') return []
    return [[String(row.table), String(row.index), sizesOf(columns, row.is_unique === 1).join(' ')]]
  })
}

/** All rows, and then how many share the first column, the first two, and so on. */
function sizesOf(columns: readonly string[], isUnique: boolean): number[] {
  const sizes = [accounts * rowsOfAccount]
  for (const [at, column] of columns.entries()) {
    const before = sizes.at(-1) ?? 1
    const isLast = at === columns.length - 1
    if (at === 0) sizes.push(columns.length === 1 && isUnique ? 1 : rowsOfAccount)
    else if (column === 'id' || (isLast && isUnique)) sizes.push(1)
    else sizes.push(Math.min(before, column.endsWith('_at') ? 2 : Math.ceil(before / 100)))
  }
  return sizes
}
