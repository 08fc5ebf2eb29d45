import { channel } from 'node:diagnostics_channel'
import { setTimeout as wait } from 'node:timers/promises'

/** Many, because PostgreSQL also reports conflicts between writers who only came near each other. */
const attempts = 24
const firstWaitMs = 2
const longestWaitMs = 250
const conflicts = new Set(['40001', '40P01', '23505'])

/** Tells, as a `TransactionRetry`, of each transaction that is tried again, or that is given up. */
export const transactionRetries = channel('latchkey:transaction:retry')

export interface TransactionRetry {
  /** What the engine called it: `40001`, or `busy` of SQLite. */
  reason: string
  isGivenUp: boolean
}

/** Runs `work` again when the database says that the transaction lost a conflict and may be tried anew. */
export async function withRetry<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work()
    } catch (error) {
      const reason = conflictOf(error)
      if (reason === null) throw error
      const isGivenUp = attempt === attempts
      transactionRetries.publish({ reason, isGivenUp } satisfies TransactionRetry)
      if (isGivenUp) throw error
      const ceiling = Math.min(longestWaitMs, firstWaitMs * 2 ** attempt)
      await wait(Math.random() * ceiling)
    }
  }
}

/**
 * PostgreSQL: serialization_failure, deadlock_detected, and unique_violation: a write looks before it takes a
 * name, so another took it in between, which PostgreSQL may report in either way. SQLite: SQLITE_BUSY with its
 * extended codes.
 */
function conflictOf(error: unknown): string | null {
  if (!(error instanceof Error)) return null
  if ('code' in error && conflicts.has(String(error.code))) return String(error.code)
  const isBusy = 'errcode' in error && typeof error.errcode === 'number' && (error.errcode & 0xff) === 5
  return isBusy ? 'busy' : null
}
