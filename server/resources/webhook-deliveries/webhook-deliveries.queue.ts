import type { AccountStore, AccountWriter, Row } from '../../storage/account-store.ts'

/** An event on its way to a subscription. */
export interface NewDelivery {
  subscriptionId: string
  eventId: string
  type: string
  /** Null where it is about no record, and so waits for nothing. */
  recordId: string | null
  /** That of the event: the order within a record. */
  position: number
  isTest?: boolean
  isRedelivery?: boolean
  /** The body, where there is no event that it follows from. */
  payload?: string
}

const recordsAtOnce = 500
/**
 * Milliseconds for which a test is left to the process that was asked for it, which answers with the attempt.
 * Where that process is gone, the test is due after them like any other.
 */
export const testHold = 30_000

/**
 * Puts deliveries into the queue. Of one record only the first is due; each of the others waits until the one
 * before it has ended.
 */
export async function queueDeliveries(
  writer: AccountWriter,
  deliveries: readonly NewDelivery[],
): Promise<Row[]> {
  const taken = await linesOf(writer, deliveries)
  const rows = deliveries.map((delivery): Row => {
    const line = lineOf(delivery.subscriptionId, delivery.recordId)
    const waits = line !== null && taken.has(line)
    if (line !== null) taken.add(line)
    return {
      id: writer.newId(),
      created_at: writer.at,
      updated_at: writer.at,
      deleted_at: null,
      version: 1,
      subscription_id: delivery.subscriptionId,
      event_id: delivery.eventId,
      type: delivery.type,
      record_id: delivery.recordId,
      position: delivery.position,
      status: 'pending',
      is_test: delivery.isTest ? 1 : 0,
      is_redelivery: delivery.isRedelivery ? 1 : 0,
      attempts_count: 0,
      next_attempt_at: waits ? null : delivery.isTest ? writer.at + testHold : writer.at,
      closed_at: null,
      response_status: null,
      duration_ms: null,
      error: null,
      payload: delivery.payload ?? null,
    }
  })
  if (rows.length > 0) await writer.insert('webhook_deliveries', rows)
  return rows
}

/** The records, each of a subscription, of which something is on its way already. */
async function linesOf(store: AccountStore, deliveries: readonly NewDelivery[]): Promise<Set<string>> {
  const records = [...new Set(deliveries.flatMap(({ recordId }) => recordId ?? []))]
  const subscriptions = [...new Set(deliveries.map(({ subscriptionId }) => subscriptionId))]
  const taken = new Set<string>()
  for (let first = 0; first < records.length; first += recordsAtOnce) {
    const pending = await store
      .from('webhook_deliveries')
      .select(['subscription_id', 'record_id'])
      .distinct()
      .where('subscription_id', 'in', subscriptions)
      .where('record_id', 'in', records.slice(first, first + recordsAtOnce))
      .where('closed_at', 'is', null)
      .execute()
    for (const row of pending) {
      const line = lineOf(String(row.subscription_id), String(row.record_id))
      if (line !== null) taken.add(line)
    }
  }
  return taken
}

function lineOf(subscriptionId: string, recordId: string | null): string | null {
  return recordId === null ? null : `${subscriptionId} ${recordId}`
}
