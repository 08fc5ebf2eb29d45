import { sql } from 'kysely'
import { testHold } from '../resources/webhook-deliveries/webhook-deliveries.queue.ts'
import type { Engine } from '../storage/engine.ts'

/** An attempt that no other node makes, for the time of the lease. */
export interface Claim {
  accountId: string
  id: string
  subscriptionId: string
  eventId: string
  /** Of the event: `deal.created`. */
  type: string
  recordId: string | null
  targetUrl: string
  /** The key that made the subscription. */
  keyId: string | null
  /** Its number, from 1. */
  attempt: number
  isTest: boolean
  payload: string | null
}

/** Twice what an attempt may take, so that one that lives is never doubled; after a crash the next begins then. */
export const lease = 30_000

/** How many more attempts a subscription may have at the same time. */
export type Room = (subscription: { id: string; isFailing: boolean }) => number

/** Claims what is due of the active subscriptions of an account, in the order of the events. */
export async function claimDue(
  engine: Engine,
  accountId: string,
  { now, room }: { now: number; room: Room },
): Promise<Claim[]> {
  const subscriptions = await engine.reader
    .selectFrom('webhook_subscriptions')
    .innerJoin('webhook_states', (join) =>
      join
        .onRef('webhook_states.account_id', '=', 'webhook_subscriptions.account_id')
        .onRef('webhook_states.subscription_id', '=', 'webhook_subscriptions.id'),
    )
    .select(['webhook_subscriptions.id', 'webhook_states.failing_since'])
    .where('webhook_subscriptions.account_id', '=', accountId)
    .where('webhook_subscriptions.status', '=', 'active')
    .where('webhook_subscriptions.deleted_at', 'is', null)
    .where(makerLives(now))
    .execute()
  const due: { id: string; attempts_count: number }[] = []
  for (const { id, failing_since } of subscriptions) {
    const free = room({ id, isFailing: failing_since !== null })
    if (free <= 0) continue
    const found = await engine.reader
      .selectFrom('webhook_deliveries')
      .select(['id', 'attempts_count'])
      .where('account_id', '=', accountId)
      .where('subscription_id', '=', id)
      .where('next_attempt_at', '<=', now)
      .orderBy('next_attempt_at')
      .orderBy('position')
      .limit(free)
      .execute()
    due.push(...found)
  }
  return due.length === 0 ? [] : claim(engine, accountId, { due, now })
}

/** Claims a test, which is held for this, whatever the status of its subscription; null when it is taken. */
export async function claimTest(
  engine: Engine,
  accountId: string,
  { id, now }: { id: string; now: number },
): Promise<Claim | null> {
  const due = [{ id, attempts_count: 0 }]
  const [claimed] = await claim(engine, accountId, { due, now, dueBy: now + testHold })
  return claimed ?? null
}

/** Takes the number of the next attempt by compare-and-set, so that of two nodes one alone makes it. */
function claim(
  engine: Engine,
  accountId: string,
  {
    due,
    now,
    dueBy = now,
  }: { due: readonly { id: string; attempts_count: number }[]; now: number; dueBy?: number },
): Promise<Claim[]> {
  return engine.transaction(async (tx) => {
    const claimed: string[] = []
    for (const [count, alike] of Map.groupBy(due, ({ attempts_count }) => attempts_count)) {
      const taken = await tx
        .updateTable('webhook_deliveries')
        .set({ attempts_count: count + 1, next_attempt_at: now + lease, updated_at: now })
        .where('account_id', '=', accountId)
        .where('id', 'in', idsOf(alike))
        .where('attempts_count', '=', count)
        .where('next_attempt_at', '<=', dueBy)
        .returning('id')
        .execute()
      claimed.push(...idsOf(taken))
    }
    if (claimed.length === 0) return []
    const rows = await tx
      .selectFrom('webhook_deliveries')
      .innerJoin('webhook_subscriptions', (join) =>
        join
          .onRef('webhook_subscriptions.account_id', '=', 'webhook_deliveries.account_id')
          .onRef('webhook_subscriptions.id', '=', 'webhook_deliveries.subscription_id'),
      )
      .select([
        'webhook_deliveries.id',
        'webhook_deliveries.subscription_id',
        'webhook_deliveries.event_id',
        'webhook_deliveries.type',
        'webhook_deliveries.record_id',
        'webhook_deliveries.attempts_count',
        'webhook_deliveries.is_test',
        'webhook_deliveries.payload',
        'webhook_subscriptions.target_url',
        'webhook_subscriptions.key_id',
      ])
      .where('webhook_deliveries.account_id', '=', accountId)
      .where('webhook_deliveries.id', 'in', claimed)
      .orderBy('webhook_deliveries.position')
      .execute()
    return rows.map((row) => ({
      accountId,
      id: row.id,
      subscriptionId: row.subscription_id,
      eventId: row.event_id,
      type: row.type,
      recordId: row.record_id,
      targetUrl: row.target_url,
      keyId: row.key_id,
      attempt: row.attempts_count,
      isTest: row.is_test === 1,
      payload: row.payload,
    }))
  }, accountId)
}

/** What a key subscribed to waits while the key is switched off or has expired, and ends when it is revoked. */
export function makerLives(now: number) {
  return sql<boolean>`(webhook_subscriptions.key_id is null or exists (
    select 1 from api_keys
    where api_keys.account_id = webhook_subscriptions.account_id and api_keys.id = webhook_subscriptions.key_id
      and api_keys.disabled_at is null and (api_keys.expires_at is null or api_keys.expires_at > ${now})))`
}

function idsOf(rows: readonly { id: string }[]): string[] {
  return rows.map(({ id }) => id)
}

/**
 * Makes due at once what was claimed before a time and not ended, rather than when the leases run out. Only for
 * an engine that is not shared: whoever claimed it is gone.
 */
export async function takeBackClaims(
  engine: Engine,
  { before, now }: { before: number; now: number },
): Promise<void> {
  await engine.transaction((tx) =>
    tx
      .updateTable('webhook_deliveries')
      .set({ next_attempt_at: now })
      .where('status', '=', 'pending')
      .where('attempts_count', '>', 0)
      .where('next_attempt_at', '>', now)
      .where('updated_at', '<', before)
      .where((on) =>
        on.not(
          on.exists(
            on
              .selectFrom('webhook_attempts')
              .select('number')
              .whereRef('webhook_attempts.account_id', '=', 'webhook_deliveries.account_id')
              .whereRef('webhook_attempts.delivery_id', '=', 'webhook_deliveries.id')
              .whereRef('webhook_attempts.number', '=', 'webhook_deliveries.attempts_count'),
          ),
        ),
      )
      .execute(),
  )
}

/** The accounts of active subscriptions with something due, and when the next is due in any. */
export async function turns(engine: Engine, now: number): Promise<{ due: string[]; next: number | null }> {
  const rows = await engine.reader
    .selectFrom('webhook_subscriptions')
    .select((on) => [
      'account_id',
      on
        .selectFrom('webhook_deliveries')
        .select((inner) => inner.fn.min('next_attempt_at').as('next'))
        .whereRef('webhook_deliveries.account_id', '=', 'webhook_subscriptions.account_id')
        .whereRef('webhook_deliveries.subscription_id', '=', 'webhook_subscriptions.id')
        .where('next_attempt_at', 'is not', null)
        .as('next'),
    ])
    .where('status', '=', 'active')
    .where('deleted_at', 'is', null)
    .where(makerLives(now))
    .execute()
  const due = new Set<string>()
  let next: number | null = null
  for (const row of rows) {
    if (row.next === null) continue
    if (row.next <= now) due.add(row.account_id)
    else next = Math.min(next ?? row.next, row.next)
  }
  return { due: [...due], next }
}
