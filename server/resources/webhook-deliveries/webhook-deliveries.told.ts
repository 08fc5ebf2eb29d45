import { present } from '../../resource-layer/present.ts'
import { columnsOf } from '../../resource-layer/resource.ts'
import type { AccountStore, Row } from '../../storage/account-store.ts'
import { events } from '../events/events.schema.ts'
import type { NewDelivery } from './webhook-deliveries.queue.ts'

/**
 * The deliveries by which a subscription is told of these events, as far as `seen` shows them. Where that is not
 * everything, a delivery keeps its own body, without what may not be seen.
 */
export async function deliveriesOf(
  subscription: Row,
  wanted: readonly Row[],
  seen: AccountStore,
): Promise<NewDelivery[]> {
  const deliveries = wanted.map((event) => ({
    subscriptionId: String(subscription.id),
    eventId: String(event.id),
    type: String(event.type),
    recordId: String(event.record_id),
    position: Number(event.position),
  }))
  if (seen.sight === null || deliveries.length === 0) return deliveries
  const bodies = await bodiesOf(
    deliveries.map(({ eventId }) => eventId),
    seen,
  )
  return deliveries.flatMap((delivery) => {
    const payload = bodies.get(delivery.eventId)
    return payload === undefined ? [] : [{ ...delivery, payload }]
  })
}

/** The JSON of these events by their ids, of those that are seen. */
export async function bodiesOf(ids: readonly string[], seen: AccountStore): Promise<Map<string, string>> {
  const rows: Row[] = []
  for (let first = 0; first < ids.length; first += idsAtOnce) {
    const some = ids.slice(first, first + idsAtOnce)
    rows.push(
      ...(await seen.from('events').select(columnsOf(events)).where('events.id', 'in', some).execute()),
    )
  }
  const objects = await present(events, rows, {
    store: seen,
    timeZone: 'UTC',
    origin: '',
    flags: new Set(),
    sign: () => '',
  })
  return new Map(rows.map((row, at) => [String(row.id), JSON.stringify(objects[at])]))
}

const idsAtOnce = 500
