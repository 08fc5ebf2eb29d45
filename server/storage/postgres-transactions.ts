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
  /**
   * @param committing called when all that was asked is done, and the commit about to be sent
   * @throws what failed first
   */
  run<T>(
    kind: keyof typeof beginnings,
    work: (tx: Transaction<Tables>) => Promise<T>,
    committing?: () => void,
  ): Promise<T>
}

/**
 * Transactions in which as little as possible is waited for: each answer takes the time to the server and back, and
 * both sides wake up for it. The beginning goes out with the first query, and what is unawaited goes on top of each
 * other. The commit alone waits for all of it: where the connection breaks before, nothing can be committed later.
 */
export function postgresTransactions(
  pool: pg.Pool,
  speaking: { database: Kysely<Tables>; dialect: Dialect },
): PostgresTransactions {
  return {
    async run(kind, work, committing = () => {}) {
      const client = await pool.connect()
      const { failures, query } = noting(client)
      const { tx, end } = directTransaction(speaking, asking(query))
      const asked = gatherUnawaited(tx)
      let isCommitting = false
      try {
        void unawaited(tx, query(beginnings[kind]))
        const result = await work(tx)
        await Promise.all(asked)
        committing()
        isCommitting = true
        requireCommitted(await client.query('commit'))
        return result
      } catch (error) {
        if (isCommitting) throw error
        // Its answer comes behind all that was asked.
        await client.query('rollback').catch(() => {})
        throw failures[0] ?? error
      } finally {
        end()
        client.release()
      }
    },
  }
}

type Query = (sql: string, parameters?: readonly unknown[]) => Promise<pg.QueryResult>

/**
 * Queries whose failures are listed in the order of their answers. What comes after a failure fails because of it,
 * and may reach whoever waits for both before the failure itself does.
 */
function noting(client: pg.PoolClient): { failures: Error[]; query: Query } {
  const failures: Error[] = []
  return {
    failures,
    async query(sql, parameters) {
      try {
        return await client.query(sql, parameters && [...parameters])
      } catch (error) {
        failures.push(error as Error)
        throw error
      }
    },
  }
}

function asking(query: Query): Ask {
  return async (sql, parameters) => {
    const { command, rowCount, rows } = await query(sql, parameters)
    return changing.has(command) ? { numAffectedRows: BigInt(rowCount ?? 0), rows } : { rows }
  }
}

const changing = new Set(['INSERT', 'UPDATE', 'DELETE', 'MERGE'])

/** A server that has refused something before answers to a commit that it has rolled back. */
function requireCommitted({ command }: pg.QueryResult): void {
  if (command !== 'COMMIT') throw new Error('The transaction was rolled back instead of committed')
}
