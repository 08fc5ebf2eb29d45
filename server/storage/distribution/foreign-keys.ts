import { type Kysely, sql } from 'kysely'
import type { Tables } from '../tables.ts'
import { keptForeignKeys } from './state.ts'

/**
 * Takes away the foreign keys from and to the tables, because Citus moves no table that hangs on one that lies
 * elsewhere. They are kept in the database, so that whoever goes on after a failure can give them back.
 */
export async function takeForeignKeys(database: Kysely<Tables>, tables: readonly string[]): Promise<void> {
  await database.transaction().execute(async (tx) => {
    const kept = sql.table(keptForeignKeys)
    await sql`create table if not exists ${kept} (
      table_name text not null, name text not null, definition text not null, primary key (table_name, name))`.execute(
      tx,
    )
    for (const { table, name, definition } of await foreignKeysOf(tx, tables)) {
      await sql`insert into ${kept} (table_name, name, definition) values (${table}, ${name}, ${definition})`.execute(
        tx,
      )
      await sql`alter table ${sql.table(table)} drop constraint ${sql.ref(name)}`.execute(tx)
    }
  })
}

/** Gives them back, each in a transaction of its own. @returns how many */
export async function returnForeignKeys(database: Kysely<Tables>): Promise<number> {
  const kept = sql.table(keptForeignKeys)
  const { rows } = await sql<ForeignKey>`
    select table_name as table, name, definition from ${kept} order by table_name, name`.execute(database)
  for (const { table, name, definition } of rows) {
    await database.transaction().execute(async (tx) => {
      await sql`alter table ${sql.table(table)} add constraint ${sql.ref(name)} ${sql.raw(definition)}`.execute(
        tx,
      )
      await sql`delete from ${kept} where table_name = ${table} and name = ${name}`.execute(tx)
    })
  }
  await sql`drop table ${kept}`.execute(database)
  return rows.length
}

interface ForeignKey {
  table: string
  name: string
  definition: string
}

async function foreignKeysOf(database: Kysely<Tables>, tables: readonly string[]): Promise<ForeignKey[]> {
  const { rows } = await sql<ForeignKey>`
    select owner.relname as table, conname as name, pg_get_constraintdef(pg_constraint.oid) as definition
    from pg_constraint
    join pg_class as owner on owner.oid = conrelid
    join pg_class as target on target.oid = confrelid
    where contype = 'f' and connamespace = current_schema()::regnamespace
      and (owner.relname = any(${tables}) or target.relname = any(${tables}))
    order by owner.relname, conname`.execute(database)
  return rows
}
