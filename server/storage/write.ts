import type { Transaction } from 'kysely'
import { type AccountWriter, type Actor, accountWriter, type Origin, type Sight } from './account-store.ts'
import type { Engine } from './engine.ts'
import type { Tables } from './tables.ts'

/** Who writes, and in answer to which request. */
export interface WriteContext {
  actor: Actor
  requestId: string | null
  /** Where the request came from; without it that is not known. */
  origin?: Origin
  /** What the writer may see and do; everything unless it says otherwise. */
  sight?: Sight | null
  /** Milliseconds since 1970; the clock's unless it says otherwise. */
  at?: number
}

/**
 * The one way to change an account's rows: a function that may run again, in one transaction, which reads,
 * decides, writes rows and appends to the change log. It must have no effect outside of the transaction.
 * `tx` is for what belongs to no account, such as the outbox of mails; records never need it.
 */
export function writeAccount<T>(
  engine: Pick<Engine, 'transaction'>,
  accountId: string,
  context: WriteContext,
  work: (writer: AccountWriter, tx: Transaction<Tables>) => Promise<T>,
): Promise<T> {
  return engine.transaction(
    (tx) => work(accountWriter(tx, accountId, { ...context, at: context.at ?? Date.now() }), tx),
    accountId,
  )
}
