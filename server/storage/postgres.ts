import { EventEmitter } from 'node:events'
import { Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'
import { RateLimiterMemory, RateLimiterPostgres } from 'rate-limiter-flexible'
import { type Commits, telling } from './commits.ts'
import { type Engine, StorageError } from './engine.ts'
import { migrate } from './migrate.ts'
import { withRetry } from './retry.ts'
import type { Tables } from './tables.ts'

const poolSize = 10

/** Counts and millisecond times are 64-bit there and always within a JavaScript integer here. */
const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    oid === pg.types.builtins.INT8
      ? Number
      : pg.types.getTypeParser(oid, format as 'text')) as typeof pg.types.getTypeParser,
}

/** PostgreSQL for several nodes. No session state is kept, so a pooler in transaction mode may stand between. */
export async function openPostgres(url: string): Promise<Engine> {
  const pool = new pg.Pool({ connectionString: url, max: poolSize, types, connectionTimeoutMillis: 10_000 })
  // A connection that dies while idle is replaced by the pool; without a listener it would end the process.
  pool.on('error', () => {})
  // So would one that dies under a query, although the query itself fails with the same error.
  pool.on('connect', (client) => client.on('error', () => {}))
  const database = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) })
  try {
    await database.connection().execute(async () => {})
    await migrate(database, 'postgres')
  } catch (error) {
    await database.destroy()
    if (error instanceof StorageError) throw error
    const reason = error instanceof Error ? error.message || error.name : String(error)
    throw new StorageError(`The database of DATABASE_URL cannot be used: ${reason}`)
  }
  const commits: Commits = new EventEmitter()
  return {
    dialect: 'postgres',
    isShared: true,
    reader: database,
    writer: database,
    commits,
    snapshot: (work) =>
      database.transaction().setIsolationLevel('repeatable read').setAccessMode('read only').execute(work),
    transaction: (work) =>
      telling(
        commits,
        (told) => withRetry(() => database.transaction().setIsolationLevel('serializable').execute(told)),
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
    close: () => database.destroy(),
  }
}
