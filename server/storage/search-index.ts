import { CompiledQuery, type Kysely, type RawBuilder, sql } from 'kysely'
import { dialectOf } from './dialect-of.ts'
import type { Tables } from './tables.ts'

/** SQLite's trigrams find nothing shorter. */
const shortestIndexed = 3

/**
 * SQLite's index holds the rows of all accounts. Those of one resource of an account are numbered within a space
 * of their own, so that a search passes over all others without reading them. Some eight million spaces have
 * numbers that JavaScript can tell.
 */
export const spaceSize = 2 ** 30
/** Within the text: as a parameter it would be no whole number, and the index would not know where to begin. */
const size = sql.lit(spaceSize)

/**
 * Whether the `search_text` of a row of `table` contains `word`, as SQL. A seam of the engines: PostgreSQL's
 * index serves LIKE itself, SQLite's stands beside the table.
 */
export function contains(
  database: Kysely<Tables>,
  accountId: string,
  table: string,
  word: string,
): RawBuilder<boolean> {
  if (dialectOf(database) !== 'sqlite' || [...word].length < shortestIndexed) return like(table, word)
  const phrase = `"${word.replaceAll('"', '""')}"`
  return sql<boolean>`${sql.ref(`${table}.id`)} in (
    select record_id from search_rows where id in (
      select rowid from search_index where search_index match ${phrase}
        and rowid > ${beginning(accountId, table)} and rowid < ${beginning(accountId, table)} + ${size}))`
}

/** Keeps SQLite's index in step with the `search_text` of a row, in the row's own transaction. */
export async function indexSearchText(
  tx: Kysely<Tables>,
  record: { accountId: string; table: string; id: string; searchText: string },
): Promise<void> {
  if (dialectOf(tx) !== 'sqlite') return
  const { accountId, table, id, searchText } = record
  const number =
    (await numberBy(tx, statements.known, [accountId, table, id])) ?? (await numberAnew(tx, record))
  await tx.executeQuery(CompiledQuery.raw(statements.index, [number, searchText]))
}

/**
 * As text, because every write needs them and building them anew would take longer than running them. Each changes
 * one row and returns none: before any other, SQLite has the index write what it has gathered, which it else does
 * once for all writes that are committed together.
 */
const statements = {
  known: 'select id as number from search_rows where account_id = ? and resource = ? and record_id = ?',
  next: `
    select coalesce(
      (select max(id) from search_rows where id > beginning and id < beginning + ${spaceSize}), beginning) + 1 as number
    from (select number * ${spaceSize} as beginning from search_spaces where account_id = ? and resource = ?)`,
  take: 'insert into search_rows (id, account_id, resource, record_id) values (?, ?, ?, ?)',
  index: 'insert or replace into search_index (rowid, search_text) values (?, ?)',
}

/** Numbers a record that was not in the index yet. */
async function numberAnew(
  tx: Kysely<Tables>,
  { accountId, table, id }: { accountId: string; table: string; id: string },
): Promise<number> {
  let number = await numberBy(tx, statements.next, [accountId, table])
  if (number === null) {
    await sql`insert into search_spaces (account_id, resource) values (${accountId}, ${table})`.execute(tx)
    number = await numberBy(tx, statements.next, [accountId, table])
  }
  if (number === null) throw new Error('search_spaces gave no number')
  await tx.executeQuery(CompiledQuery.raw(statements.take, [number, accountId, table, id]))
  return number
}

async function numberBy(
  tx: Kysely<Tables>,
  statement: string,
  parameters: readonly string[],
): Promise<number | null> {
  const { rows } = await tx.executeQuery(CompiledQuery.raw(statement, [...parameters]))
  const [row] = rows as { number: number }[]
  return row?.number ?? null
}

/** The number before the first that rows of a resource of an account may have. */
function beginning(accountId: string, table: string): RawBuilder<number> {
  return sql<number>`(select number * ${size} from search_spaces
    where account_id = ${accountId} and resource = ${table})`
}

/** Forgets what an account's rows were found by, but for those of some tables. */
export async function forgetSearchTexts(
  tx: Kysely<Tables>,
  accountId: string,
  kept: readonly string[],
): Promise<void> {
  await forget(tx, sql`account_id = ${accountId} and resource not in (${sql.join(kept)})`)
}

/** The same of some rows. */
export async function forgetSearchTextsOf(
  tx: Kysely<Tables>,
  accountId: string,
  { table, ids }: { table: string; ids: readonly string[] },
): Promise<void> {
  const own = sql`account_id = ${accountId} and resource = ${table}`
  await forget(tx, sql`${own} and record_id in (${sql.join(ids)})`)
}

async function forget(tx: Kysely<Tables>, gone: RawBuilder<unknown>): Promise<void> {
  if (dialectOf(tx) !== 'sqlite') return
  await sql`delete from search_index where rowid in (select id from search_rows where ${gone})`.execute(tx)
  await sql`delete from search_rows where ${gone}`.execute(tx)
}

function like(table: string, word: string): RawBuilder<boolean> {
  const pattern = `%${word.replace(/[\\%_]/g, '\\$&')}%`
  // SQLite knows no escape character unless it is named.
  return sql<boolean>`${sql.ref(`${table}.search_text`)} like ${pattern} escape '\\'`
}
