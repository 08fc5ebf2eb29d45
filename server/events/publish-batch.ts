import type { Kysely, Transaction } from 'kysely'
import { type AccountStore, accountStore, type Row } from '../storage/account-store.ts'
import { count } from '../storage/record-counts.ts'
import type { Tables } from '../storage/tables.ts'
import { writeAccount } from '../storage/write.ts'
import { type LoggedChange, makeEvents } from './make-events.ts'
import type { PublisherOptions } from './publisher.ts'

/**
 * `full`: there may be more. `last`: there was no more when it was read. `overtaken`: another process has
 * published the account meanwhile, and it is to be looked at anew.
 */
export type Outcome = 'full' | 'last' | 'nothing' | 'overtaken'

const changesAtOnce = 200

const system = { actor: { kind: 'system', id: null }, requestId: null } as const

/**
 * Gives the oldest changes of an account that have no events yet their events, in one transaction with whatever
 * `fanOut` makes of them. All that is read is read before it, so that it gets in the way of no write.
 */
export async function publishBatch(
  accountId: string,
  options: PublisherOptions,
  at: number,
): Promise<Outcome> {
  const { engine, fanOut } = options
  // At one moment, so that no record is read half before a write and half after it. Where the position is still
  // the same in the transaction, nobody has published in between.
  const { position, changes, made } = await engine.snapshot(async (reader) => {
    const store = accountStore(reader, accountId)
    const unmade = await unpublished(reader, accountId)
    return {
      position: await positionOf(store),
      changes: unmade,
      made: await makeEvents(unmade, store, options),
    }
  })
  if (changes.length === 0) return 'nothing'
  return writeAccount(engine, accountId, system, async (writer, tx) => {
    const events = made.map(
      (event, index): Row => ({
        ...event,
        id: writer.newId(),
        position: (position ?? 0) + index + 1,
        created_at: at,
        updated_at: at,
        deleted_at: null,
        version: 1,
      }),
    )
    if (!(await advance(tx, accountId, { from: position, by: events.length }))) return 'overtaken'
    await writer.insert('events', events)
    await forget(tx, accountId, changes)
    await count(tx, accountId, changes)
    await fanOut(writer, events)
    return changes.length < changesAtOnce ? 'last' : 'full'
  })
}

/** The position of the last event, or null before the first. */
async function positionOf(store: AccountStore): Promise<number | null> {
  const row = await store.from('event_positions').select('position').executeTakeFirst()
  return row ? Number(row.position) : null
}

/**
 * In the order in which they happened. Ids of one process only grow, so they tell changes of one moment apart. A
 * cross join keeps SQLite from going through all changes there ever were, to find the few that wait.
 */
function unpublished(reader: Kysely<Tables>, accountId: string): Promise<LoggedChange[]> {
  return reader
    .selectFrom('unpublished_changes')
    .crossJoin('changes')
    .whereRef('changes.account_id', '=', 'unpublished_changes.account_id')
    .whereRef('changes.id', '=', 'unpublished_changes.change_id')
    .selectAll('changes')
    .where('unpublished_changes.account_id', '=', accountId)
    .orderBy('changes.occurred_at')
    .orderBy('changes.id')
    .limit(changesAtOnce)
    .execute()
}

async function advance(
  tx: Transaction<Tables>,
  accountId: string,
  { from, by }: { from: number | null; by: number },
): Promise<boolean> {
  const position = (from ?? 0) + by
  if (from === null) {
    const { numInsertedOrUpdatedRows } = await tx
      .insertInto('event_positions')
      .values({ account_id: accountId, position })
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst()
    return Number(numInsertedOrUpdatedRows ?? 0) === 1
  }
  const { numUpdatedRows } = await tx
    .updateTable('event_positions')
    .set({ position })
    .where('account_id', '=', accountId)
    .where('position', '=', from)
    .executeTakeFirst()
  return Number(numUpdatedRows) === 1
}

async function forget(
  tx: Transaction<Tables>,
  accountId: string,
  changes: readonly LoggedChange[],
): Promise<void> {
  const ids = changes.map(({ id }) => id)
  await tx
    .deleteFrom('unpublished_changes')
    .where('account_id', '=', accountId)
    .where('change_id', 'in', ids)
    .execute()
}
