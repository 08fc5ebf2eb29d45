import type { Engine } from '../storage/engine.ts'
import { release } from './outcomes.ts'

/** How long deliveries are kept, and held for a subscription that is paused. In milliseconds. */
export const deliveriesKeptFor = 42 * 24 * 60 * 60_000

const atOnce = 500

/** Cancels what has waited for too long, and removes what is old, a few at a time. */
export async function dropOldDeliveries(engine: Engine, now: number): Promise<void> {
  const accounts = await engine.reader.selectFrom('accounts').select('id').execute()
  for (const { id } of accounts) while (await dropSome(engine, id, now)) {}
}

async function dropSome(engine: Engine, accountId: string, now: number): Promise<boolean> {
  const old = await engine.reader
    .selectFrom('webhook_deliveries')
    .select(['id', 'subscription_id', 'record_id', 'closed_at'])
    .where('account_id', '=', accountId)
    .where('created_at', '<', now - deliveriesKeptFor)
    .orderBy('created_at')
    .limit(atOnce)
    .execute()
  if (old.length === 0) return false
  const ids = old.map(({ id }) => id)
  await engine.transaction(async (tx) => {
    await tx
      .deleteFrom('webhook_attempts')
      .where('account_id', '=', accountId)
      .where('delivery_id', 'in', ids)
      .execute()
    await tx
      .deleteFrom('webhook_deliveries')
      .where('account_id', '=', accountId)
      .where('id', 'in', ids)
      .execute()
    const waiting = old.filter((row) => row.closed_at === null)
    for (const { subscription_id: subscriptionId, record_id: recordId } of waiting)
      await release(tx, { accountId, subscriptionId, recordId }, now)
  })
  return old.length === atOnce
}
