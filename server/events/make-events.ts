import { eventNamesOf } from '../resource-layer/events.ts'
import { tellChanges } from '../resource-layer/told-changes.ts'
import { actorNames } from '../resources/events/events.actors.ts'
import { keptTags } from '../resources/events/events.filters.ts'
import type { AccountStore, Row } from '../storage/account-store.ts'
import type { Tables } from '../storage/tables.ts'
import { type Place, placesOf } from './places.ts'
import type { PublisherOptions } from './publisher.ts'
import { type Snapshot, snapshotsOf } from './snapshots.ts'

/** An entry of the change log. */
export type LoggedChange = Tables['changes']

/** A longer record is not told in its events. Bytes of JSON, of which most are characters. */
const longestRecord = 256 * 1024

/** The events of these changes, in their order: rows of `events` without id, position and times of publishing. */
export async function makeEvents(
  changes: readonly LoggedChange[],
  store: AccountStore,
  options: PublisherOptions,
): Promise<Row[]> {
  const known = new Map(options.resources.map((resource) => [resource.name, resource]))
  const snapshots = await snapshotsOf(changes, known, store, options)
  const places = await placesOf([...snapshots.values()], store)
  const names = await actorNames(changes, store)
  return changes.flatMap((change) => {
    const resource = known.get(change.resource)
    if (!resource) return []
    const changed: Changed = JSON.parse(change.changed)
    const snapshot = snapshots.get(change.record_id)
    const common: Row = {
      occurred_at: change.occurred_at,
      resource: change.resource,
      record_id: change.record_id,
      change_id: change.id,
      actor_kind: change.actor_kind,
      actor_id: change.actor_id,
      actor_name: names.get(change.actor_id ?? '') ?? null,
      request_id: change.request_id,
      ...placeAfter(changed, places.get(change.record_id)),
      tags: keptTags(tagsIn(snapshot)),
      changed: JSON.stringify(tellChanges(resource, changed)),
      record: recordIn(snapshot),
    }
    return eventNamesOf(resource, { action: change.action, changed }).map((type) => ({ ...common, type }))
  })
}

type Changed = Parameters<typeof eventNamesOf>[1]['changed']

/** Where the record stood after the change, though it may have moved on since. */
function placeAfter({ stage_id: stage }: Changed, place: Place | undefined): Row {
  const { pipeline_id = null, process_type_id = null, stage_id = null } = place ?? {}
  return { pipeline_id, process_type_id, stage_id: stage?.[1] ?? stage_id }
}

function tagsIn(snapshot: Snapshot | undefined): string[] {
  const tags = snapshot?.object?.tags
  return Array.isArray(tags) ? tags.filter((tag) => typeof tag === 'string') : []
}

function recordIn(snapshot: Snapshot | undefined): string | null {
  const text = snapshot?.object ? JSON.stringify(snapshot.object) : null
  return text !== null && text.length <= longestRecord ? text : null
}
