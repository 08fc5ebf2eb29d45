import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  DummyDriver,
  type Kysely,
  type QueryResult,
  Transaction,
} from 'kysely'
import type { Tables } from './tables.ts'

/** Asks the one connection that a transaction holds. It gives the answers in the order in which it was asked. */
export type Ask = <R>(sql: string, parameters: readonly unknown[]) => Promise<QueryResult<R>>

export interface DirectTransaction {
  tx: Transaction<Tables>
  /** After it nothing can be asked any more. */
  end(): void
}

/**
 * A transaction on a connection that has begun one. Kysely's own waits for each answer before it asks the next; here
 * all is asked at once, in the order of the calls.
 */
export function directTransaction(
  { database, dialect }: { database: Kysely<Tables>; dialect: Dialect },
  ask: Ask,
): DirectTransaction {
  let hasEnded = false
  const connection: DatabaseConnection = {
    async executeQuery<R>({ sql, parameters }: CompiledQuery) {
      if (hasEnded) throw new Error('The transaction has ended')
      return ask<R>(sql, parameters)
    },
    streamQuery() {
      throw new Error('A transaction reads in whole answers')
    },
  }
  const executor = database
    .getExecutor()
    .withConnectionProvider({ provideConnection: (consumer) => consumer(connection) })
  return {
    tx: new Transaction<Tables>({ config: { dialect }, dialect, driver: new DummyDriver(), executor }),
    end() {
      hasEnded = true
    },
  }
}

const gathered = new WeakMap<Kysely<Tables>, Promise<unknown>[]>()

/** From now on nobody waits for what is asked `unawaited` in the transaction; it is in this list. */
export function gatherUnawaited(tx: Transaction<Tables>): Promise<unknown>[] {
  const asked: Promise<unknown>[] = []
  gathered.set(tx, asked)
  return asked
}

/**
 * For what nobody needs the answer of, such as an insert: over a network it is not waited for, and fails the
 * transaction at the latest when that is committed.
 */
export async function unawaited(tx: Kysely<Tables>, asked: Promise<unknown>): Promise<void> {
  const others = gathered.get(tx)
  if (!others) return void (await asked)
  asked.catch(() => {})
  others.push(asked)
}
