import { EventEmitter } from 'node:events'
import { Kysely, PostgresDialect, type Transaction } from 'kysely'
import pg from 'pg'
import { RateLimiterMemory, RateLimiterPostgres } from 'rate-limiter-flexible'
import type { Row } from './account-store.ts'
import { type Commits, telling } from './commits.ts'
import { requireWhole } from './distribution/state.ts'
import { type Engine, StorageError } from './engine.ts'
import { migrate } from './migrate.ts'
import { runToKnownEnd } from './outcome.ts'
import { connectionLifetime, PreparingClient, types } from './postgres-client.ts'
import { openLanes } from './postgres-lanes.ts'
import { type PostgresTransactions, postgresTransactions } from './postgres-transactions.ts'
import { openTurns, type Turns } from './postgres-turns.ts'
import { withRetry } from './retry.ts'
import type { Tables } from './tables.ts'

export const poolSize = 10

/** PostgreSQL for several nodes. A pooler in transaction mode may stand between: no session state is kept there. */
export async function openPostgres(url: string): Promise<Engine> {
  const config = { connectionString: url, types, connectionTimeoutMillis: 10_000 }
  const pool = new pg.Pool({
    ...config,
    Client: PreparingClient,
    max: poolSize,
    maxLifetimeSeconds: connectionLifetime,
    // What is asked at the same time in one transaction is sent without waiting in between.
    pipeline: true,
    onConnect: (client) => (client as PreparingClient).lookForPooler(),
  })
  // A connection that dies while idle is replaced by the pool; without a listener it would end the process.
  pool.on('error', () => {})
  // So would one that dies under a query, although the query itself fails with the same error.
  pool.on('connect', (client) => client.on('error', () => {}))
  // The pool lets go of one that is ending as it comes back.
  pool.on('release', (_, client) => {
    if ((client as unknown as PreparingClient).takesNoWrites) client.end().catch(() => {})
  })
  const dialect = new PostgresDialect({ pool })
  const database = new Kysely<Tables>({ dialect })
  const transactions = postgresTransactions(pool, { database, dialect })
  let migrated: string[]
  let isDistributed: boolean
  try {
    await database.connection().execute(async () => {})
    isDistributed = await requireWhole(database)
    migrated = await migrate(database, 'postgres')
  } catch (error) {
    await database.destroy()
    if (error instanceof StorageError) throw error
    const reason = error instanceof Error ? error.message || error.name : String(error)
    throw new StorageError(`The database of DATABASE_URL cannot be used: ${reason}`)
  }
  const commits: Commits = new EventEmitter()
  const lanes = openLanes(config, { plansOnce: !isDistributed })
  const turns = openTurns({ ...config, maxLifetimeSeconds: connectionLifetime })
  return {
    dialect: 'postgres',
    isShared: true,
    isDistributed,
    migrated,
    reader: database,
    writer: database,
    commits,
    quick: async ({ postgres }, parameters) =>
      await (lanes.query(postgres, parameters) ?? pool.query<Row>(postgres, [...parameters]).then(rowsOf)),
    snapshot: (work) => transactions.run('snapshot', work),
    transaction: (work, accountId) =>
      telling(
        commits,
        (told) =>
          withRetry((attempt) =>
            inTurn({ database, transactions, turns }, { work: told, accountId, attempt }),
          ),
        work,
      ),
    counter: (name, seconds) =>
      new RateLimiterPostgres({
        storeClient: pool,
        tableName: 'rate_budgets',
        tableCreated: true,
        keyPrefix: name,
        points: Number.MAX_SAFE_INTEGER,
        duration: seconds,
        // Reading goes on where nothing can be written; each node then counts for itself.
        insuranceLimiter: new RateLimiterMemory({ points: Number.MAX_SAFE_INTEGER, duration: seconds }),
      }),
    async close() {
      await lanes.close()
      await turns.close()
      await database.destroy()
    },
    pool: () => ({
      most: poolSize,
      open: pool.totalCount,
      idle: pool.idleCount,
      waiting: pool.waitingCount,
    }),
  }
}

/** Conflicts after which a writer of an account waits until it is alone. */
const mostConflicts = 4

interface Parts {
  database: Kysely<Tables>
  transactions: PostgresTransactions
  turns: Turns
}

interface Turn<T> {
  work(tx: Transaction<Tables>): Promise<T>
  accountId: string | undefined
  /** From 1. */
  attempt: number
}

function inTurn<T>(
  { database, transactions, turns }: Parts,
  { work, accountId, attempt }: Turn<T>,
): Promise<T> {
  const run = (inside: Turn<T>['work']) => runToKnownEnd(database, transactions, inside)
  if (accountId === undefined) return run(work)
  if (attempt <= mostConflicts) {
    return run((tx) => {
      turns.together(tx, accountId)
      return work(tx)
    })
  }
  return turns.alone(accountId, (begin) =>
    run(async (tx) => {
      await begin()
      return work(tx)
    }),
  )
}

function rowsOf({ rows }: { rows: Row[] }): Row[] {
  return rows
}
