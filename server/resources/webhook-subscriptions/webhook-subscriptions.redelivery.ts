import { ApiError } from '../../errors/api-error.ts'
import type { AccountStore, Row } from '../../storage/account-store.ts'
import { eventNamesIn, isNamed } from './webhook-subscriptions.events.ts'
import { filtersIn, passes } from './webhook-subscriptions.filters.ts'

const mostDeliveries = 10_000
const mostEvents = 100_000
const atOnce = 1_000

/** A time in milliseconds since 1970, both ends included. */
interface Time {
  from: number
  to: number
  /** Only events of which no delivery to the subscription has arrived or is under way. */
  onlyFailed: boolean
}

/** Whether an event, a row of `events`, is for the subscription. */
export function isFor(subscription: Row, event: Row): boolean {
  return (
    isNamed(eventNamesIn(subscription.event_names), String(event.type)) &&
    passes(filtersIn(subscription.filters), event)
  )
}

/**
 * The events of a time that are for the subscription, in their order.
 * @throws ApiError too_many_deliveries
 */
export async function eventsToRedeliver(store: AccountStore, subscription: Row, time: Time): Promise<Row[]> {
  const found: Row[] = []
  let last = 0
  for (let seen = 0; ; seen += atOnce) {
    if (seen >= mostEvents || found.length > mostDeliveries) throw tooMany()
    const events = await store
      .from('events')
      .select(['id', 'type', 'record_id', 'position', 'pipeline_id', 'stage_id', 'process_type_id', 'tags'])
      .where('created_at', '>=', time.from)
      .where('created_at', '<=', time.to)
      .where('position', '>', last)
      .orderBy('position')
      .limit(atOnce)
      .execute()
    const wanted = events.filter((event) => isFor(subscription, event))
    found.push(...(time.onlyFailed ? await withoutArrived(store, subscription, wanted) : wanted))
    if (events.length < atOnce) break
    last = Number(events.at(-1)?.position)
  }
  if (found.length > mostDeliveries) throw tooMany()
  return found
}

async function withoutArrived(store: AccountStore, subscription: Row, events: Row[]): Promise<Row[]> {
  if (events.length === 0) return []
  const arrived = await store
    .from('webhook_deliveries')
    .select('event_id')
    .where('subscription_id', '=', String(subscription.id))
    .where('status', 'in', ['delivered', 'pending'])
    .where(
      'event_id',
      'in',
      events.map((event) => String(event.id)),
    )
    .execute()
  const ids = new Set(arrived.map((row) => row.event_id))
  return events.filter((event) => !ids.has(event.id ?? null))
}

function tooMany(): ApiError {
  return new ApiError(
    'too_many_deliveries',
    `From from to to are more than ${mostDeliveries} deliveries or ${mostEvents} events; make the time shorter`,
    { param: 'to' },
  )
}
