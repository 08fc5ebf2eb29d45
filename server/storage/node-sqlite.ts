import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite'
import type { SqliteDatabase } from 'kysely'
import { objectMaker } from '../object-maker.ts'

const preparedStatements = 400

/**
 * Gives Kysely's SQLite dialect the built-in driver, keeping the statements used last prepared.
 * @param before called before each statement is run
 */
export function nodeSqlite(database: DatabaseSync, before: (sql: string) => void = () => {}): SqliteDatabase {
  const prepared = new Map<string, ReturnType<typeof adapt>>()
  return {
    prepare(sql) {
      // SQLite itself has ended a transaction for which there was no room or whose disk failed, and would answer
      // with an error that hides the first one.
      if (sql === 'rollback' && !database.isTransaction) return nothing
      let statement = prepared.get(sql)
      if (statement) prepared.delete(sql)
      else statement = adapt(database.prepare(sql), () => before(sql))
      if (changesTables.test(sql)) prepared.clear()
      prepared.set(sql, statement)
      if (prepared.size > preparedStatements) forgetOldest(prepared)
      return statement
    },
    close: () => database.close(),
  }
}

type List = readonly unknown[]

/** What `*` stands for is another thing afterwards. */
const changesTables = /^\s*(create|alter|drop)\s/i

function adapt(statement: StatementSync, before: () => void) {
  const names = statement.columns().map(({ name }) => name)
  const reader = names.length > 0
  // The driver's own objects take half as long again as lists and objects of them.
  const objectOf = objectMaker(names)
  statement.setReturnArrays(true)
  // After many deletions SQLite's search index leaves a last row number beyond 2^53, and Node refuses to tell it
  // as a number: in the answer of whatever statement comes next, such as the next BEGIN.
  if (!reader) statement.setReadBigInts(true)
  return {
    reader,
    all(parameters: readonly unknown[]) {
      before()
      return (statement.all(...bound(parameters)) as unknown as List[]).map(objectOf)
    },
    run(parameters: readonly unknown[]) {
      before()
      return statement.run(...bound(parameters))
    },
    iterate(parameters: readonly unknown[]) {
      before()
      return (statement.iterate(...bound(parameters)) as unknown as IteratorObject<List>).map(objectOf)
    },
  }
}

const nothing: ReturnType<SqliteDatabase['prepare']> = {
  reader: false,
  all: () => [],
  run: () => ({ changes: 0, lastInsertRowid: 0 }),
  iterate: () => [][Symbol.iterator](),
}

function bound(parameters: readonly unknown[]): SQLInputValue[] {
  return parameters as SQLInputValue[]
}

function forgetOldest(prepared: Map<string, unknown>): void {
  for (const sql of prepared.keys()) {
    prepared.delete(sql)
    return
  }
}
