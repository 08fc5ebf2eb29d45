import type { EventEmitter } from 'node:events'
import type { Transaction } from 'kysely'
import type { Tables } from './tables.ts'
import { type Trouble, troubleIn } from './trouble.ts'

/**
 * Tells of each account whose change log has grown, once the transaction is committed; and of the trouble that
 * keeps the database from taking writes, when it begins, changes and, with null, has ended.
 */
export type Commits = EventEmitter<{ changes: [accountId: string]; trouble: [Trouble | null] }>

type Work<T> = (tx: Transaction<Tables>) => Promise<T>

const grown = new WeakMap<Transaction<Tables>, Set<string>>()
const troubles = new WeakMap<Commits, Trouble>()

/** Notes that the transaction appends to the change log of the account. */
export function noteGrowth(tx: Transaction<Tables>, accountId: string): void {
  const accounts = grown.get(tx) ?? new Set()
  grown.set(tx, accounts.add(accountId))
}

/** What has kept the database from taking the last write; null when it took it. */
export function troubleWith(commits: Commits): Trouble | null {
  return troubles.get(commits) ?? null
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
  }).catch((error) => {
    const trouble = troubleIn(error)
    if (trouble) noteTrouble(commits, trouble)
    throw error
  })
  noteTrouble(commits, null)
  for (const accountId of accounts ?? []) commits.emit('changes', accountId)
  return result
}

function noteTrouble(commits: Commits, trouble: Trouble | null): void {
  if (troubleWith(commits) === trouble) return
  if (trouble) troubles.set(commits, trouble)
  else troubles.delete(commits)
  commits.emit('trouble', trouble)
}
