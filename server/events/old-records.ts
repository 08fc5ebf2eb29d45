import type { Engine } from '../storage/engine.ts'

/** How long an event tells the record as it was; the event itself stays. In milliseconds. */
export const recordsKeptFor = 42 * 24 * 60 * 60_000

const atOnce = 1_000

/** Drops the records of events that are old enough. */
export async function dropOldRecords(engine: Engine, now: number): Promise<void> {
  const accounts = await engine.reader.selectFrom('accounts').select('id').execute()
  for (const { id } of accounts) while (await dropSome(engine, id, now - recordsKeptFor)) {}
}

async function dropSome(engine: Engine, accountId: string, before: number): Promise<boolean> {
  const old = await engine.reader
    .selectFrom('events')
    .select('id')
    .where('account_id', '=', accountId)
    .where('created_at', '<', before)
    .where('record', 'is not', null)
    .orderBy('created_at')
    .limit(atOnce)
    .execute()
  if (old.length === 0) return false
  const ids = old.map(({ id }) => id)
  await engine.transaction((tx) =>
    tx
      .updateTable('events')
      .set({ record: null })
      .where('account_id', '=', accountId)
      .where('id', 'in', ids)
      .execute(),
  )
  return old.length === atOnce
}
