import type { AccountStore, Row, Value } from '../storage/account-store.ts'
import type { Snapshot } from './snapshots.ts'

/** Where a record stands: in the set-up that it is part of, or that what it belongs to is in. */
export interface Place {
  pipeline_id: Value
  process_type_id: Value
  stage_id: Value
}

/** What of the set-up stands in itself. */
const ofItself: Readonly<Record<string, keyof Place>> = {
  pipelines: 'pipeline_id',
  stages: 'stage_id',
  process_types: 'process_type_id',
  process_stages: 'stage_id',
}

/** By the columns that name the kind of parent and its id, for what can belong to records of several kinds. */
const parentColumns = [
  ['parent_type', 'parent_id'],
  ['uploadable_type', 'uploadable_id'],
] as const

const placedKinds: Readonly<Record<string, string>> = {
  Deal: 'deals',
  deals: 'deals',
  Process: 'processes',
  processes: 'processes',
  Task: 'tasks',
  tasks: 'tasks',
}

/** The places of these records by their ids; what stands nowhere has nulls. */
export async function placesOf(
  snapshots: readonly Snapshot[],
  store: AccountStore,
): Promise<Map<string, Place>> {
  const places = new Map<string, Place>()
  await fill(
    places,
    snapshots.map(({ resource, row }) => ({ table: resource.name, row })),
    store,
  )
  return places
}

interface Placed {
  table: string
  row: Row
}

async function fill(places: Map<string, Place>, records: readonly Placed[], store: AccountStore) {
  const parents = Map.groupBy(
    records.flatMap((record) => parentOf(record) ?? []),
    ({ table }) => table,
  )
  const above: Placed[] = []
  for (const [table, found] of parents) {
    const ids = [...new Set(found.map(({ id }) => id))].filter((id) => !places.has(id))
    if (ids.length === 0) continue
    const rows = await store.from(table).selectAll().where('id', 'in', ids).execute()
    above.push(...rows.map((row) => ({ table, row })))
  }
  // A note stands on a task, a task in a process: two steps at most.
  if (above.length > 0) await fill(places, above, store)
  for (const record of records) {
    const parent = parentOf(record)
    places.set(String(record.row.id), ownPlace(record) ?? (parent && places.get(parent.id)) ?? nowhere)
  }
}

const nowhere: Place = { pipeline_id: null, process_type_id: null, stage_id: null }

function ownPlace({ table, row }: Placed): Place | null {
  const { pipeline_id = null, process_type_id = null, stage_id = null, id = null } = row
  const own = { pipeline_id, process_type_id, stage_id }
  const itself = ofItself[table]
  if (itself) return { ...own, [itself]: id }
  return pipeline_id === null && process_type_id === null && stage_id === null ? null : own
}

/** The deal, process or task that a record belongs to. */
function parentOf({ table, row }: Placed): { table: string; id: string } | null {
  if (ownPlace({ table, row })) return null
  if (typeof row.deal_id === 'string') return { table: 'deals', id: row.deal_id }
  if (typeof row.process_id === 'string') return { table: 'processes', id: row.process_id }
  for (const [type, id] of parentColumns) {
    const above = placedKinds[String(row[type])]
    const parentId = row[id]
    if (above && typeof parentId === 'string') return { table: above, id: parentId }
  }
  return null
}
