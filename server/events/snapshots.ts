import { present } from '../resource-layer/present.ts'
import { columnsOf, type ReadContext, type Resource } from '../resource-layer/resource.ts'
import type { AccountStore, Row } from '../storage/account-store.ts'
import type { PublisherOptions } from './publisher.ts'

/** A record as it is when its events are made. */
export interface Snapshot {
  resource: Resource
  row: Row
  /** As the API shows it, without what a flag would add; null when it could not be made. */
  object: Record<string, unknown> | null
}

/** The records of these changes, deleted ones too, by their ids: a query a resource, and one a relation. */
export async function snapshotsOf(
  changes: readonly { resource: string; record_id: string }[],
  known: ReadonlyMap<string, Resource>,
  store: AccountStore,
  options: Pick<PublisherOptions, 'publicUrl' | 'sign' | 'log'>,
): Promise<Map<string, Snapshot>> {
  const context: ReadContext = {
    store,
    timeZone: await timeZoneOf(store),
    origin: options.publicUrl(),
    flags: new Set(),
    sign: options.sign,
  }
  const snapshots = new Map<string, Snapshot>()
  for (const [name, logged] of Map.groupBy(changes, (change) => change.resource)) {
    const resource = known.get(name)
    if (!resource) continue
    const ids = [...new Set(logged.map((change) => change.record_id))]
    const rows = await store.from(name).select(columnsOf(resource)).where('id', 'in', ids).execute()
    const objects = await presented(resource, rows, context, options)
    for (const [at, row] of rows.entries()) {
      snapshots.set(String(row.id), { resource, row, object: objects[at] ?? null })
    }
  }
  return snapshots
}

/** A record that cannot be shown must not hold up all events after it; they tell what changed all the same. */
async function presented(
  resource: Resource,
  rows: readonly Row[],
  context: ReadContext,
  { log }: Pick<PublisherOptions, 'log'>,
): Promise<Record<string, unknown>[]> {
  try {
    return await present(resource, rows, context)
  } catch (error) {
    log.error(
      { err: error, account: context.store.accountId, resource: resource.name },
      'Records could not be shown in their events',
    )
    return []
  }
}

async function timeZoneOf(store: AccountStore): Promise<string> {
  const row = await store.from('account_settings').select('time_zone').executeTakeFirst()
  return row ? String(row.time_zone) : 'UTC'
}
