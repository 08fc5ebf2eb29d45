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
      `select tables.name as "table", indexes.name as "index", indexes."unique" as is_unique, indexes.partial as is_partial,
         (select group_concat(coalesce(columns.name, '()') order by columns.seqno)
            from pragma_index_info(indexes.name) as columns) as columns
       from sqlite_schema as tables, pragma_index_list(tables.name) as indexes
       where tables.type = 'table' order by tables.name, indexes.name`,
    )
    .all()
  return rows.flatMap((row): Size[] => {
    const columns = String(row.columns).split(',')
    if (columns[0] !== 'account_id') return []
    // What is indexed in part is what is looked for most, such as the few that are still open.
    const rows = row.is_partial === 1 ? rowsOfAccount / 10 : rowsOfAccount
    return [[String(row.table), String(row.index), sizesOf(columns, rows, row.is_unique === 1).join(' ')]]
  })
}

/** All rows, and then how many share the first column, the first two, and so on. */
function sizesOf(columns: readonly string[], rows: number, isUnique: boolean): number[] {
  const sizes = [accounts * rows]
  for (const [at, column] of columns.entries()) {
    const before = sizes.at(-1) ?? 1
    const isLast = at === columns.length - 1
    if (at === 0) sizes.push(columns.length === 1 && isUnique ? 1 : rows)
    else if (column === 'id' || (isLast && isUnique)) sizes.push(1)
    else sizes.push(Math.min(before, sharing(column, before)))
  }
  return sizes
}

/** Of rows that share what stands before the column, how many share its value as well. */
function sharing(column: string, rows: number): number {
  if (column === 'created_at' || column === 'updated_at' || column === 'entered_at') return 2
  // Many have no such time: they are not done, not closed, not deleted.
  return column.endsWith('_at') ? Math.ceil(rows / 2) : Math.ceil(rows / 100)
}
