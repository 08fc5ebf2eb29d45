import { Kysely, PostgresDialect, sql } from 'kysely'
import pg from 'pg'
import { StorageError } from '../engine.ts'
import { migrate } from '../migrate.ts'
import type { Tables } from '../tables.ts'
import { requireCluster } from './cluster.ts'
import { type Distributed, distribute, type Told } from './distribute.ts'
import { readDistribution } from './state.ts'

/** "Latchkey" in numbers. */
const lock = 7_658_412

/**
 * Brings the schema of a PostgreSQL with Citus up to date and puts every table where it belongs. No server may
 * run meanwhile.
 * @param told each table as it is done
 * @throws StorageError with what the server or the cluster misses
 */
export async function migrateAndDistribute(
  url: string,
  told: Told = () => {},
): Promise<Distributed & { migrated: string[] }> {
  // One connection, because the lock is its own.
  const pool = new pg.Pool({ connectionString: url, max: 1, connectionTimeoutMillis: 10_000 })
  pool.on('error', () => {})
  const database = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) })
  try {
    const { rows } = await sql<{ free: boolean }>`select pg_try_advisory_lock(${lock}) as free`.execute(
      database,
    )
    if (!rows[0]?.free)
      throw new StorageError(
        'Another "latchkey migrate --distribute" is at work on this database; wait for it.',
      )
    await requireCluster(database)
    // What was begun with the tables as they were is ended with them, before there are new ones.
    const isUnderWay = (await readDistribution(database))?.isUnderWay
    const before = isUnderWay ? await distribute(database, told) : { moved: [], foreignKeys: 0 }
    const migrated = await migrate(database, 'postgres')
    const after = await distribute(database, told)
    return {
      migrated,
      moved: [...before.moved, ...after.moved],
      foreignKeys: before.foreignKeys + after.foreignKeys,
    }
  } catch (error) {
    if (error instanceof StorageError) throw error
    const reason = error instanceof Error ? error.message || error.name : String(error)
    throw new StorageError(
      `The database of DATABASE_URL could not be distributed: ${reason}. What is done is done; once the cause is mended, run the same again and it goes on from there.`,
    )
  } finally {
    await database.destroy()
  }
}
