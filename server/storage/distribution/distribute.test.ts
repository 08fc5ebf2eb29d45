import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Kysely, PostgresDialect, sql } from 'kysely'
import pg from 'pg'
import { createClusterDatabase, createDatabase } from '../../../test/support/postgres.ts'
import { StorageError } from '../engine.ts'
import { newId } from '../ids.ts'
import { migrate } from '../migrate.ts'
import { openEngine } from '../open.ts'
import type { Tables } from '../tables.ts'
import { distribute } from './distribute.ts'
import { migrateAndDistribute } from './migrate-and-distribute.ts'
import { readDistribution } from './state.ts'

describe('on postgres', () => {
  it('says what is missing where there is no cluster, and leaves the database as it is', async () => {
    const database = await createDatabase()
    await assert.rejects(migrateAndDistribute(database.url), (error: Error) => {
      assert.ok(error instanceof StorageError)
      // Without Citus, or on the coordinator of a cluster in a database that knows no nodes.
      return /does not have Citus|citus_set_coordinator_host/.test(error.message)
    })
    const rows = await using(database.url, (on) =>
      sql`select 1 from pg_tables where schemaname = 'public'`.execute(on),
    )
    assert.deepEqual(rows.rows, [])
    await database.drop()
  })

  // These need a TEST_DATABASE_URL that names a coordinator and its workers.
  it('distributes a database with rows in it, and goes on where it was interrupted', async (test) => {
    const database = await createClusterDatabase()
    if (!database) return test.skip('the PostgreSQL of the tests is no cluster')
    const options = { dataDirectory: '', databaseUrl: database.url }
    const accountId = newId()
    await using(database.url, async (on) => {
      await migrate(on, 'postgres')
      await addAccount(on, accountId)
    })
    let moved = 0
    const interrupted = migrateAndDistribute(database.url, () => {
      if (++moved === 20) throw new Error('the power went')
    })
    await assert.rejects(interrupted, /the power went\. What is done is done/)
    await assert.rejects(openEngine(options), /Run "latchkey migrate --distribute"/)

    const rest = await migrateAndDistribute(database.url)
    assert.ok(rest.moved.length > 20)
    assert.ok(rest.foreignKeys > 80)
    const again = await migrateAndDistribute(database.url)
    assert.deepEqual(again, { migrated: [], moved: [], foreignKeys: 0 })

    const engine = await openEngine(options)
    assert.equal(engine.isDistributed, true)
    const settings = await engine.reader.selectFrom('account_settings').selectAll().execute()
    assert.equal(settings[0]?.account_id, accountId)
    await assert.rejects(
      engine.writer
        .insertInto('api_key_days')
        .values({ ...day, account_id: newId() })
        .execute(),
      /foreign key/,
    )
    await engine.close()
    await database.drop()
  })

  it('distributes the tables of later migrations as they are made', async (test) => {
    const database = await createClusterDatabase()
    if (!database) return test.skip('the PostgreSQL of the tests is no cluster')
    await using(database.url, async (on) => {
      await migrate(on, 'postgres', { upTo: '0003-records' })
      await distribute(on)
      await addAccount(on, newId())
      assert.ok((await migrate(on, 'postgres')).length >= 19)
      assert.deepEqual((await readDistribution(on))?.misplaced, [])
    })
    const engine = await openEngine({ dataDirectory: '', databaseUrl: database.url })
    assert.deepEqual(engine.migrated, [])
    await engine.close()
    await database.drop()
  })
})

const day = { key_id: newId(), day: '2026-01-31', requests: 1 }

async function addAccount(on: Kysely<Tables>, id: string): Promise<void> {
  await sql`insert into accounts (id, name, slug, created_at) values (${id}, 'Acme', ${id}, now())`.execute(
    on,
  )
  await sql`insert into account_settings (account_id, time_zone, cors_origins, updated_at)
    values (${id}, 'UTC', '', 1)`.execute(on)
}

async function using<T>(url: string, work: (on: Kysely<Tables>) => Promise<T>): Promise<T> {
  const on = new Kysely<Tables>({
    dialect: new PostgresDialect({ pool: new pg.Pool({ connectionString: url, max: 1 }) }),
  })
  try {
    return await work(on)
  } finally {
    await on.destroy()
  }
}
