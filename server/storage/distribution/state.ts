import { type Kysely, sql } from 'kysely'
import { StorageError } from '../engine.ts'
import type { Tables } from '../tables.ts'
import { isSame, type Placement, placementOf, tablesOf } from './placement.ts'

/** How the tables of a database lie on the nodes of a cluster. */
export interface Distribution {
  /** Whether any table is spread over workers. */
  isDistributed: boolean
  /** Where each table lies that does not lie where it belongs, and where it belongs. */
  misplaced: { table: string; is: Placement; belongs: Placement }[]
  /** Whether a distribution was begun and not ended. */
  isUnderWay: boolean
}

/** A table in which a distribution keeps the foreign keys that it has taken away until they are back. */
export const keptForeignKeys = 'distribution_foreign_keys'

/** @returns null on a PostgreSQL without Citus */
export async function readDistribution(database: Kysely<Tables>): Promise<Distribution | null> {
  if (!(await exists(database, 'pg_catalog.pg_dist_partition'))) return null
  const placed = await readPlacements(database)
  const isUnderWay = await exists(database, keptForeignKeys)
  const misplaced: Distribution['misplaced'] = []
  for (const table of await tablesOf(database)) {
    const belongs = placementOf(table)
    const is = placed.get(table.name) ?? { kind: 'coordinator' as const }
    if (belongs && !isSame(is, belongs)) misplaced.push({ table: table.name, is, belongs })
  }
  const isDistributed = [...placed.values()].some(({ kind }) => kind === 'column')
  return { isDistributed, misplaced, isUnderWay }
}

/**
 * Whether the database is distributed over workers.
 * @throws StorageError when it is so in part, with what to do
 */
export async function requireWhole(database: Kysely<Tables>): Promise<boolean> {
  const distribution = await readDistribution(database)
  if (!distribution) return false
  const { isDistributed, misplaced, isUnderWay } = distribution
  if (!isUnderWay && !(isDistributed && misplaced.length > 0)) return isDistributed
  const count = misplaced.length
  const left =
    isDistributed && count > 0
      ? `${count} ${count === 1 ? 'table is' : 'tables are'} not`
      : 'it is not complete'
  throw new StorageError(
    `This database is being distributed over the workers of Citus, and ${left}. Run "latchkey migrate --distribute", which goes on where it stopped, then start again.`,
  )
}

/** Where the tables lie that Citus knows of. */
async function readPlacements(database: Kysely<Tables>): Promise<Map<string, Placement>> {
  const { rows } = await sql<{ name: string; method: string; model: string; column: string | null }>`
    select class.relname as name, part.partmethod::text as method, part.repmodel::text as model,
      case when part.partkey is null then null else column_to_column_name(part.logicalrelid, part.partkey) end as column
    from pg_dist_partition as part join pg_class as class on class.oid = part.logicalrelid
    where class.relnamespace = current_schema()::regnamespace`.execute(database)
  return new Map(rows.map(({ name, ...row }) => [name, placementFrom(row)]))
}

function placementFrom(row: { method: string; model: string; column: string | null }): Placement {
  if (row.column !== null) return { kind: 'column', column: row.column }
  return { kind: row.model === 't' ? 'reference' : 'coordinator' }
}

async function exists(database: Kysely<Tables>, table: string): Promise<boolean> {
  const { rows } = await sql<{ found: boolean }>`select to_regclass(${table}) is not null as found`.execute(
    database,
  )
  return rows[0]?.found ?? false
}
