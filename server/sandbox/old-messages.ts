import type { Engine } from '../storage/engine.ts'
import { forgetSearchTextsOf } from '../storage/search-index.ts'

/** How long captured messages are kept: as long as deliveries of webhooks. In milliseconds. */
export const capturedKeptFor = 42 * 24 * 60 * 60_000

const atOnce = 500

/** Removes what was captured long ago, a few at a time. */
export async function dropOldMessages(engine: Engine, now: number): Promise<void> {
  const sandboxes = await engine.reader.selectFrom('sandboxes').select('account_id').execute()
  for (const { account_id } of sandboxes) while (await dropSome(engine, account_id, now)) {}
}

async function dropSome(engine: Engine, accountId: string, now: number): Promise<boolean> {
  const old = await engine.reader
    .selectFrom('captured_messages')
    .select('id')
    .where('account_id', '=', accountId)
    .where('created_at', '<', now - capturedKeptFor)
    .orderBy('created_at')
    .limit(atOnce)
    .execute()
  if (old.length === 0) return false
  const ids = old.map(({ id }) => id)
  await engine.transaction(async (tx) => {
    await tx
      .deleteFrom('captured_messages')
      .where('account_id', '=', accountId)
      .where('id', 'in', ids)
      .execute()
    await forgetSearchTextsOf(tx, accountId, { table: 'captured_messages', ids })
  })
  return old.length === atOnce
}
