import type { Dialect, Kysely, Transaction } from 'kysely'
import type pg from 'pg'
import { type Ask, directTransaction, gatherUnawaited, unawaited } from './direct-transaction.ts'
import type { Tables } from './tables.ts'

/** How a transaction begins. */
export const beginnings = {
  write: 'start transaction isolation level serializable',
  snapshot: 'start transaction isolation level repeatable read read only',
} as const

export interface PostgresTransactions {
  /** @throws what failed first; `wasRefused` tells whether it was before the commit. */
  run<T>(kind: keyof typeof beginnings, work: (tx: Transaction<Tables>) => Promise<T>): Promise<T>
}

const refused = new WeakSet<object>()

/** Whether the server has refused a statement of a transaction, so that nothing of it was committed. */
export function wasRefused(error: unknown): boolean {
  return typeof error === 'object' && error !== null && refused.has(error)
}

/**
 * Transactions in which as little as possible is waited for: each answer takes the time to the server and back, and
 * both sides wake up for it. The beginning goes out with the first query, and the commit with all that is unawaited.
 */
export function postgresTransactions(
  pool: pg.Pool,
  speaking: { database: Kysely<Tables>; dialect: Dialect },
): PostgresTransactions {
  async function run<T>(
    kind: keyof typeof beginnings,
    work: (tx: Transaction<Tables>) => Promise<T>,
  ): Promise<T> {
    const client = await pool.connect()
    // What was not even sent: the server knows nothing of it, and would commit the rest.
    let unsent: unknown
    const ask: Ask = async (sql, parameters) => {
      try {
        parameters.forEach(requireSendable)
      } catch (error) {
        unsent ??= error
        throw error
      }
      const { command, rowCount, rows } = await client.query(sql, [...parameters])
      return changing.has(command) ? { numAffectedRows: BigInt(rowCount ?? 0), rows } : { rows }
    }
    const { tx, end } = directTransaction(speaking, ask)
    const asked = gatherUnawaited(tx)
    let commit: Promise<unknown> | null = null
    try {
      void unawaited(tx, client.query(beginnings[kind]))
      const result = await work(tx)
      if (unsent) throw unsent
      commit = client.query('commit').then(requireCommitted)
      void unawaited(tx, commit)
      await Promise.all(asked)
      return result
    } catch (error) {
      const cause = await firstFailure(asked, commit)
      if (!commit) await client.query('rollback').catch(() => {})
      throw cause ?? error
    } finally {
      end()
      client.release()
    }
  }
  return { run }
}

/** The cause of all that failed after it. */
async function firstFailure(asked: readonly Promise<unknown>[], commit: Promise<unknown> | null) {
  for (const one of asked) {
    try {
      await one
    } catch (error) {
      if (isAnswer(error) && error.code === afterFailure) continue
      if (one !== commit && isAnswer(error)) refused.add(error)
      return error
    }
  }
  return undefined
}

/** in_failed_sql_transaction */
const afterFailure = '25P02'

/** A server that has refused something before answers to a commit that it has rolled back. */
function requireCommitted({ command }: pg.QueryResult): void {
  if (command !== 'COMMIT') throw new Error('The transaction was rolled back instead of committed')
}

/** Whether the server said so, and not the connection broke. */
function isAnswer(error: unknown): error is pg.DatabaseError {
  return typeof error === 'object' && error !== null && 'severity' in error && error.severity !== undefined
}

const changing = new Set(['INSERT', 'UPDATE', 'DELETE', 'MERGE'])

/** What the driver turns into bytes in any case. */
function requireSendable(value: unknown): void {
  const isSendable =
    value === null ||
    value === undefined ||
    typeof value !== 'object' ||
    value instanceof Date ||
    value instanceof Uint8Array
  if (Array.isArray(value)) value.forEach(requireSendable)
  else if (!isSendable) throw new TypeError('A parameter is an object that no column can hold')
}
