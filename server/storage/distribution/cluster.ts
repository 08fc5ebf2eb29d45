import { type Kysely, sql } from 'kysely'
import { StorageError } from '../engine.ts'
import type { Tables } from '../tables.ts'

/**
 * Sees to it that the database is one of a cluster: Citus is there, the coordinator is known to it, and there is
 * a worker.
 * @throws StorageError with what is missing and what to do
 */
export async function requireCluster(database: Kysely<Tables>): Promise<void> {
  const { rows: offered } = await sql`
    select 1 from pg_available_extensions where name = 'citus'`.execute(database)
  if (offered.length === 0) {
    throw new StorageError(
      'This PostgreSQL server does not have Citus. Install it on the coordinator and on every worker (docs/scaling.md), or leave --distribute out: Latchkey runs on plain PostgreSQL as well.',
    )
  }
  try {
    await sql`create extension if not exists citus`.execute(database)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new StorageError(
      `The extension citus could not be made in this database: ${reason}. Let a superuser run "create extension citus" here and in the database of the same name on every worker; the server needs shared_preload_libraries = 'citus'.`,
    )
  }
  const { rows: nodes } = await sql<{ group_id: number; has_shards: boolean }>`
    select groupid as group_id, shouldhaveshards as has_shards from pg_dist_node
    where isactive and noderole = 'primary'`.execute(database)
  if (!nodes.some((node) => node.group_id === 0)) {
    throw new StorageError(
      `Citus does not know the coordinator's own address, which tables that are whole on every node need. Run "select citus_set_coordinator_host('<host>', <port>)" in this database, with an address that the workers reach.`,
    )
  }
  if (!nodes.some((node) => node.has_shards)) {
    throw new StorageError(
      `Citus knows no worker in this database. Make the database and "create extension citus" on each worker, then run "select citus_add_node('<host>', <port>)" here for each.`,
    )
  }
}
