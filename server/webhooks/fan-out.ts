import { queueDeliveries } from '../resources/webhook-deliveries/webhook-deliveries.queue.ts'
import { isFor } from '../resources/webhook-subscriptions/webhook-subscriptions.redelivery.ts'
import type { AccountWriter, Row } from '../storage/account-store.ts'

/** Queues new events for the subscriptions that are for them, in the transaction that publishes the events. */
export async function fanOut(writer: AccountWriter, events: readonly Row[]): Promise<void> {
  const subscriptions = await writer
    .from('webhook_subscriptions')
    .select(['id', 'event_names', 'filters'])
    .where('status', 'in', ['active', 'paused'])
    .where('deleted_at', 'is', null)
    .execute()
  await queueDeliveries(
    writer,
    subscriptions.flatMap((subscription) =>
      events
        .filter((event) => isFor(subscription, event))
        .map((event) => ({
          subscriptionId: String(subscription.id),
          eventId: String(event.id),
          type: String(event.type),
          recordId: String(event.record_id),
          position: Number(event.position),
        })),
    ),
  )
}
