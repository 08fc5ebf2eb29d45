import type { FanOut } from '../events/publisher.ts'
import type { SeenByMaker } from '../resource-layer/resource.ts'
import { queueDeliveries } from '../resources/webhook-deliveries/webhook-deliveries.queue.ts'
import { deliveriesOf } from '../resources/webhook-deliveries/webhook-deliveries.told.ts'
import { isFor } from '../resources/webhook-subscriptions/webhook-subscriptions.redelivery.ts'
import { endForRevokedKey } from './disabling.ts'

/**
 * Queues new events for the subscriptions that are for them, in the transaction that publishes the events. What
 * a key subscribed to ends with the key, and rests while the key does.
 */
export function createFanOut(seenByMaker: SeenByMaker): FanOut {
  return async (writer, events) => {
    const subscriptions = await writer
      .from('webhook_subscriptions')
      .select(['id', 'event_names', 'filters', 'key_id'])
      .where('status', 'in', ['active', 'paused'])
      .where('deleted_at', 'is', null)
      .execute()
    const deliveries = []
    for (const subscription of subscriptions) {
      const wanted = events.filter((event) => isFor(subscription, event))
      if (wanted.length === 0) continue
      const seen = await seenByMaker(writer, subscription)
      if (seen === 'revoked') await endForRevokedKey(writer, String(subscription.id))
      else if (seen !== 'resting') deliveries.push(...(await deliveriesOf(subscription, wanted, seen)))
    }
    await queueDeliveries(writer, deliveries)
  }
}
