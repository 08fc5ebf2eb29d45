import { type Kysely, sql } from 'kysely'
import { StorageError } from '../engine.ts'
import type { Tables } from '../tables.ts'
import { requireCluster } from './cluster.ts'
import { returnForeignKeys, takeForeignKeys } from './foreign-keys.ts'
import { type Placement, placementOf, tablesOf } from './placement.ts'
import { readDistribution } from './state.ts'

/** What was done, for the operator. */
export interface Distributed {
  /** The tables that were moved, by what they are now. */
  moved: { table: string; belongs: Placement }[]
  foreignKeys: number
}

export type Told = (table: string, belongs: Placement) => void

/**
 * Puts every table of a migrated database where it belongs on a Citus cluster, one after the other. Nobody may
 * write meanwhile. Whatever fails, another run goes on from there; where all is done it does nothing.
 * @throws StorageError with what the cluster misses
 */
export async function distribute(database: Kysely<Tables>, told: Told = () => {}): Promise<Distributed> {
  await requireCluster(database)
  const { misplaced, isUnderWay } = await known(database)
  if (misplaced.length === 0 && !isUnderWay) return { moved: [], foreignKeys: 0 }
  const wrong = misplaced.find(({ is }) => is.kind !== 'coordinator')
  if (wrong) {
    throw new StorageError(
      `The table ${wrong.table} was distributed by other means than "latchkey migrate --distribute", ${describe(wrong.is)} instead of ${describe(wrong.belongs)}. Undo it with "select undistribute_table('${wrong.table}')", then run this again.`,
    )
  }
  await takeForeignKeys(
    database,
    misplaced.map(({ table }) => table),
  )
  const moved = misplaced.toSorted((one, other) => turnOf(one.belongs) - turnOf(other.belongs))
  for (const { table, belongs } of moved) {
    await database.transaction().execute((tx) => place(tx, table, belongs))
    // What Citus has copied to the workers is still on the coordinator as well, out of sight.
    await sql`select truncate_local_data_after_distributing_table(${table}::regclass)`.execute(database)
    told(table, belongs)
  }
  return { moved, foreignKeys: await returnForeignKeys(database) }
}

/** Puts one table, which no foreign key holds, where it belongs. */
export async function place(database: Kysely<Tables>, table: string, belongs: Placement): Promise<void> {
  if (belongs.kind === 'coordinator') return
  if (belongs.kind === 'reference') {
    await sql`select create_reference_table(${table}::regclass::text)`.execute(database)
    return
  }
  const beside = await companionOf(database, table, belongs.column)
  await sql`select create_distributed_table(${table}, ${belongs.column}, colocate_with => ${beside})`.execute(
    database,
  )
}

/** Where a table is to go, by its name and keys as they are in the database. */
export async function placementIn(database: Kysely<Tables>, name: string): Promise<Placement | null> {
  const table = (await tablesOf(database)).find((one) => one.name === name)
  return table ? placementOf(table) : null
}

/** A table that is spread by the same column already; `none` for the first. */
async function companionOf(database: Kysely<Tables>, table: string, column: string): Promise<string> {
  const { rows } = await sql<{ name: string }>`
    select logicalrelid::regclass::text as name from pg_dist_partition
    where partmethod = 'h' and column_to_column_name(logicalrelid, partkey) = ${column}
      and logicalrelid <> ${table}::regclass
    order by logicalrelid limit 1`.execute(database)
  return rows[0]?.name ?? 'none'
}

async function known(database: Kysely<Tables>) {
  const distribution = await readDistribution(database)
  if (!distribution) throw new Error('pg_dist_partition is missing although citus was made')
  return distribution
}

/** What is pointed to by all others comes first. */
function turnOf(placement: Placement): number {
  return placement.kind === 'reference' ? 0 : 1
}

export function describe(placement: Placement): string {
  if (placement.kind === 'column') return `spread by ${placement.column}`
  return placement.kind === 'reference' ? 'whole on every node' : 'on the coordinator'
}
