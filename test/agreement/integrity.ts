import { sql } from 'kysely'
import type { Engine } from '../../server/storage/engine.ts'

/** What the engine's own checks find. */
export function integrity(engine: Engine): Promise<string[]> {
  return engine.dialect === 'sqlite' ? ofSqlite(engine) : ofPostgres(engine)
}

async function ofSqlite({ reader, writer }: Engine): Promise<string[]> {
  const checked = await sql<{ integrity_check: string }>`pragma integrity_check`.execute(reader)
  const pointing = await sql<{ table: string }>`pragma foreign_key_check`.execute(reader)
  const search = await sql`insert into search_index (search_index) values ('integrity-check')`
    .execute(writer)
    .then(() => [], String)
  return [
    ...checked.rows.map((row) => row.integrity_check).filter((said) => said !== 'ok'),
    ...pointing.rows.map(({ table }) => `a row of ${table} points at none`),
    ...[search].flat(),
  ]
}

/** By the extension amcheck, where the server has it: every table, and that its indexes hold all of its rows. */
async function ofPostgres({ reader, isDistributed }: Engine): Promise<string[]> {
  // The coordinator's own tables are empty.
  if (isDistributed) return []
  const available = await sql`select 1 from pg_available_extensions where name = 'amcheck'`.execute(reader)
  if (available.rows.length === 0) return []
  await sql`create extension if not exists amcheck`.execute(reader)
  const tables = await sql<{ name: string; problem: string }>`
    select relname as name, problems.msg as problem from pg_class, verify_heapam(oid) as problems
    where relkind = 'r' and relnamespace = 'public'::regnamespace`.execute(reader)
  const indexes = await sql`
    select bt_index_check(pg_class.oid, true) from pg_class join pg_am on pg_am.oid = relam
    where amname = 'btree' and relkind = 'i' and relnamespace = 'public'::regnamespace`
    .execute(reader)
    .then(() => [], String)
  return [...tables.rows.map(({ name, problem }) => `${name}: ${problem}`), ...[indexes].flat()]
}
