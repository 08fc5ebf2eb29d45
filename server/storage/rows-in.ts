import { CompiledQuery, type Kysely } from 'kysely'
import type { Row, Value } from './account-store.ts'
import { dialectOf } from './dialect-of.ts'
import type { Engine, Statement } from './engine.ts'
import { quoted } from './statements.ts'
import type { Tables } from './tables.ts'

/** Runs a query that takes next to no time. */
export type Quick = Pick<Engine, 'dialect' | 'quick'>

/** The same within a transaction, or wherever else Kysely is bound to. */
export function quickOn(database: Kysely<Tables>): Quick {
  const dialect = dialectOf(database)
  return {
    dialect,
    quick: async (statement, parameters) =>
      (await database.executeQuery(CompiledQuery.raw(statement[dialect], [...parameters]))).rows as Row[],
  }
}

/** The rows of an account's table whose `column` is one of `values`. */
export interface RowsIn {
  table: string
  columns: readonly string[]
  column: string
  values: readonly Value[]
}

/** Its SQL is kept, because building it anew for every page would cost more than running it. */
export function rowsIn({ dialect, quick }: Quick, accountId: string, asked: RowsIn): Promise<Row[]> {
  const { table, columns, column, values } = asked
  const shape = `${table} ${column} ${nameOf(columns)}`
  let statement = statements.get(shape)
  if (!statement) {
    statement = statementOf(asked)
    statements.set(shape, statement)
  }
  return quick(statement, [accountId, dialect === 'sqlite' ? JSON.stringify(values) : values])
}

/** One for each shape that a declaration or a rule asks for, so there are no more than the program has of those. */
const statements = new Map<string, Statement>()

const names = new WeakMap<readonly string[], string>()

/** The columns as one text, kept because most lists of them are asked for again and again. */
function nameOf(columns: readonly string[]): string {
  let name = names.get(columns)
  if (name === undefined) {
    name = columns.join()
    names.set(columns, name)
  }
  return name
}

// A list as one parameter, so that there is one statement for lists of every length.
function statementOf({ table, columns, column }: RowsIn): Statement {
  const from = `select ${columns.map(quoted).join(', ')} from ${quoted(table)}`
  return {
    sqlite: `${from} where "account_id" = ? and ${quoted(column)} in (select value from json_each(?))`,
    postgres: `${from} where "account_id" = $1 and ${quoted(column)} = any($2)`,
  }
}
