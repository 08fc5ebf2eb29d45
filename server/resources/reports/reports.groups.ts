import { sql } from 'kysely'
import { presentTime } from '../../resource-layer/values.ts'
import type { AccountStore, Row, Value } from '../../storage/account-store.ts'
import { type Period, periodOf } from './reports.range.ts'
import type { Records } from './reports.records.ts'

/** A stage with what it belongs to. */
export interface PlacedStage {
  id: string
  name: string
  status: string
  parent: { id: string; name: string }
  isDeleted: boolean
}

const parents = {
  stages: { table: 'pipelines', column: 'pipeline_id' },
  process_stages: { table: 'process_types', column: 'process_type_id' },
} as const

/** All stages, in the order of what they belong to and of their places in it. */
export async function placedStages(
  store: AccountStore,
  table: 'stages' | 'process_stages',
): Promise<PlacedStage[]> {
  const parent = parents[table]
  const found = await store
    .joined(table, parent.table, parent.column, 'id')
    .select([
      `${table}.id as id`,
      `${table}.name as name`,
      `${table}.status as status`,
      `${table}.deleted_at as deleted_at`,
      `${parent.table}.id as parent_id`,
      `${parent.table}.name as parent_name`,
    ])
    .orderBy(`${parent.table}.created_at`)
    .orderBy(`${parent.table}.id`)
    .orderBy(`${table}.position`)
    .orderBy(`${table}.id`)
    .execute()
  return found.map((row) => ({
    id: String(row.id),
    name: String(row.name),
    status: String(row.status),
    parent: { id: String(row.parent_id), name: String(row.parent_name) },
    isDeleted: row.deleted_at !== null,
  }))
}

/** Those that a report shows: what is there and asked for, and whatever holds something. */
export function shownStages(
  stages: readonly PlacedStage[],
  records: Records,
  parentParam: string,
  holds: (id: string) => boolean,
): PlacedStage[] {
  const [ids, parentIds] = [records.chosen('stage_id'), records.chosen(parentParam)]
  const isAskedFor = ({ id, parent }: PlacedStage) =>
    (ids === null || ids.has(id)) && (parentIds === null || parentIds.has(parent.id))
  return stages.filter((stage) => holds(stage.id) || (!stage.isDeleted && isAskedFor(stage)))
}

/** The records of these ids as they are named in a report. */
export async function namesOf(
  store: AccountStore,
  table: string,
  ids: readonly Value[],
  columns: readonly string[] = ['id', 'name'],
): Promise<Map<Value, Row>> {
  const known = ids.filter((id) => id !== null)
  if (known.length === 0) return new Map()
  const found = await store
    .from(table)
    .select([...columns])
    .where('id', 'in', known)
    .execute()
  return new Map(found.map((row) => [row.id ?? null, row]))
}

export const personColumns = ['id', 'name', 'email'] as const

/** Groups, the largest first, and those of one size by their ids. */
export function largestFirst<T>(groups: ReadonlyMap<Value, T>, sizeOf: (group: T) => number): [Value, T][] {
  return [...groups].sort(
    ([oneId, one], [otherId, other]) =>
      sizeOf(other) - sizeOf(one) || (String(oneId) < String(otherId) ? -1 : 1),
  )
}

export function presentPeriod({ startsOn, from, to }: Period) {
  return { starts_on: startsOn, from: presentTime(from), to: presentTime(to) }
}

/** What rows are grouped by. */
export const by = {
  /** No bare column: SQLite would then follow an index in its order, which does not hold what is counted. */
  column: (column: string) => sql<Value>`coalesce(${sql.ref(column)}, null)`,
  period: (column: string, list: readonly Period[]) => periodOf(column, list),
}
