import type { EventEmitter } from 'node:events'
import type { Transaction } from 'kysely'
import type { Tables } from './tables.ts'

/** Tells of each account whose change log has grown, once the transaction is committed. */
export type Commits = EventEmitter<{ changes: [accountId: string] }>

type Work<T> = (tx: Transaction<Tables>) => Promise<T>

const grown = new WeakMap<Transaction<Tables>, Set<string>>()

/** Notes that the transaction appends to the change log of the account. */
export function noteGrowth(tx: Transaction<Tables>, accountId: string): void {
  const accounts = grown.get(tx) ?? new Set()
  grown.set(tx, accounts.add(accountId))
}

/** Runs `work` in a transaction that `run` makes, and tells whose change log has grown when it is done. */
export async function telling<T>(
  commits: Commits,
  run: (work: Work<T>) => Promise<T>,
  work: Work<T>,
): Promise<T> {
  let accounts: Set<string> | undefined
  const result = await run(async (tx) => {
    const made = await work(tx)
    accounts = grown.get(tx)
    return made
  })
  for (const accountId of accounts ?? []) commits.emit('changes', accountId)
  return result
}
