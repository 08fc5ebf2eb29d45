/**
 * Derived from the schema of a migrated PostgreSQL: what Citus asks of tables that are to be distributed. It needs
 * no Citus, so that a migration which could not be distributed fails here.
 */
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { type Kysely, sql } from 'kysely'
import { openEngine as openStorage } from '../../../test/support/engines.ts'
import { createDatabase } from '../../../test/support/postgres.ts'
import type { Engine } from '../engine.ts'
import { migrations } from '../migrations/index.ts'
import { statements } from '../migrations/statements.ts'
import { openEngine } from '../open.ts'
import type { Tables } from '../tables.ts'
import { newTableIn } from './new-tables.ts'
import { type Placement, placementOf, tablesOf } from './placement.ts'

describe('on postgres', () => {
  let engine: Engine
  let close = async () => {}
  const placements = new Map<string, Placement>()

  before(async () => {
    const storage = await openStorage('postgres')
    engine = await openEngine({ dataDirectory: storage.directory, databaseUrl: storage.url })
    close = async () => {
      await engine.close()
      await storage.close()
    }
    for (const table of await tablesOf(engine.reader)) {
      const placement = placementOf(table)
      assert.ok(
        placement,
        `${table.name} has no account_id in its primary key: say in placement.ts where it lies in a cluster`,
      )
      placements.set(table.name, placement)
    }
  })
  after(() => close())

  it('every table is one account’s, or it is known where it lies', () => {
    assert.ok([...placements.values()].filter(({ kind }) => kind === 'column').length > 40)
    for (const name of ['accounts', 'api_key_hashes']) assert.equal(placements.get(name)?.kind, 'reference')
  })

  it('every primary key and unique index of a table that is spread has the column that it is spread by', async () => {
    for (const { table, name, columns } of await uniqueIndexes(engine.reader)) {
      const placement = placements.get(table)
      if (placement?.kind === 'column')
        assert.ok(
          columns.includes(placement.column),
          `${name} (${columns.join(', ')}) lacks ${placement.column}`,
        )
    }
  })

  it('every foreign key stays on the worker of its account, or points to what is whole everywhere', async () => {
    const keys = await foreignKeys(engine.reader)
    assert.ok(keys.length > 80)
    for (const { table, name, columns, target, targets } of keys) {
      const [from, to] = [placements.get(table), placements.get(target)]
      if (to?.kind === 'reference') continue
      if (from?.kind === 'coordinator') assert.equal(to?.kind, 'coordinator', `${name} points to ${target}`)
      else {
        assert.ok(
          from?.kind === 'column' && to?.kind === 'column',
          `${name} points from ${table} to ${target}`,
        )
        const at = columns.indexOf(from.column)
        assert.ok(at >= 0 && targets[at] === to.column, `${name} does not take ${from.column} along`)
      }
    }
  })

  it('tables that get their foreign keys once they are distributed are the same in the end', async () => {
    const database = await createDatabase()
    // Nothing is migrated when it is opened: the migrations are there already, taken apart.
    const other = await openEngine({ dataDirectory: '', databaseUrl: database.url })
    await sql`drop schema public cascade`.execute(other.writer)
    await sql`create schema public`.execute(other.writer)
    for (const migration of Object.values(migrations))
      for (const statement of statements(migration, 'postgres')) {
        const table = newTableIn(statement)
        const parts = table ? [table.create, ...table.foreignKeys] : [statement]
        for (const part of parts) await sql.raw(part).execute(other.writer)
      }
    const shown = async (one: Engine) =>
      (await foreignKeys(one.reader)).map(({ table, name, columns, target, targets }) =>
        [table, name, columns, target, targets].flat().join(' '),
      )
    assert.deepEqual(await shown(other), await shown(engine))
    assert.deepEqual(await uniqueIndexes(other.reader), await uniqueIndexes(engine.reader))
    await other.close()
    await database.drop()
  })

  it('a new table whose foreign keys are written in another way is refused rather than left without', () => {
    assert.throws(() => newTableIn('create table odd (a uuid constraint to_b\n references b(id))'), /odd/)
  })
})

interface UniqueIndex {
  table: string
  name: string
  columns: string[]
}

async function uniqueIndexes(database: Kysely<Tables>): Promise<UniqueIndex[]> {
  const { rows } = await sql<UniqueIndex>`
    select owner.relname as table, own.relname as name, array(
      select attname::text from pg_attribute where attrelid = owner.oid and attnum = any(indkey) order by 1
    ) as columns
    from pg_index join pg_class as own on own.oid = indexrelid join pg_class as owner on owner.oid = indrelid
    where indisunique and owner.relnamespace = 'public'::regnamespace and owner.relname not like 'schema_migrations%'
    order by owner.relname, own.relname`.execute(database)
  return rows
}

interface ForeignKey {
  table: string
  name: string
  columns: string[]
  target: string
  targets: string[]
}

async function foreignKeys(database: Kysely<Tables>): Promise<ForeignKey[]> {
  const names = (table: string, columns: string) =>
    sql.raw(`array(
    select attname::text from unnest(${columns}) with ordinality as part (number, place)
    join pg_attribute on attrelid = ${table} and attnum = part.number order by part.place)`)
  const { rows } = await sql<ForeignKey>`
    select owner.relname as table, conname as name, target.relname as target,
      ${names('conrelid', 'conkey')} as columns, ${names('confrelid', 'confkey')} as targets
    from pg_constraint
    join pg_class as owner on owner.oid = conrelid join pg_class as target on target.oid = confrelid
    where contype = 'f' and owner.relnamespace = 'public'::regnamespace
    order by owner.relname, conname`.execute(database)
  return rows
}
