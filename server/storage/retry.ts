import { channel } from 'node:diagnostics_channel'
import { setTimeout as wait } from 'node:timers/promises'

/** Many, because PostgreSQL also reports conflicts between writers who only came near each other. */
const attempts = 24
const firstWaitMs = 2
const longestWaitMs = 250
/** A database that is gone for longer is told of, rather than waited for by every request. */
const attemptsAfterLoss = 4
const conflicts = new Set(['40001', '40P01', '55P03', '23505'])

/** A transaction of which nothing was committed, because its connection was lost. It may be run again. */
export class LostTransaction extends Error {
  override cause: unknown

  constructor(cause: unknown) {
    super('The connection was lost before the commit')
    this.cause = cause
  }
}

/** What a transaction went by has changed meanwhile. It may be run again. */
export class ConflictError extends Error {
  readonly code = '40001'
  override cause: unknown

  constructor(cause: unknown) {
    super('What the transaction went by has changed meanwhile')
    this.cause = cause
  }
}

/** Tells, as a `TransactionRetry`, of each transaction that is tried again, or that is given up. */
export const transactionRetries = channel('latchkey:transaction:retry')

export interface TransactionRetry {
  /** What the engine called it: `40001`, `busy` of SQLite, or `connection lost`. */
  reason: string
  isGivenUp: boolean
}

/**
 * Runs `work` again when the database says that the transaction lost a conflict and may be tried anew. It is told
 * which try it is, from 1.
 */
export async function withRetry<T>(work: (attempt: number) => Promise<T>): Promise<T> {
  let losses = 0
  for (let attempt = 1; ; attempt++) {
    try {
      return await work(attempt)
    } catch (error) {
      const reason = conflictOf(error)
      if (reason === null) throw error
      const isLost = error instanceof LostTransaction
      const isGivenUp = isLost ? ++losses === attemptsAfterLoss : attempt === attempts
      transactionRetries.publish({ reason, isGivenUp } satisfies TransactionRetry)
      if (isGivenUp) throw isLost ? error.cause : error
      const ceiling = Math.min(longestWaitMs, firstWaitMs * 2 ** attempt)
      await wait(Math.random() * ceiling)
    }
  }
}

/**
 * Why it may be run again. PostgreSQL: serialization_failure, deadlock_detected, lock_not_available, and
 * unique_violation: a write looks before it takes a name, so another took it in between, which PostgreSQL may
 * report in either way. SQLite: SQLITE_BUSY with its extended codes.
 */
function conflictOf(error: unknown): string | null {
  if (!(error instanceof Error)) return null
  if (error instanceof LostTransaction) return 'connection lost'
  if ('code' in error && conflicts.has(String(error.code))) return String(error.code)
  const isBusy = 'errcode' in error && typeof error.errcode === 'number' && (error.errcode & 0xff) === 5
  return isBusy ? 'busy' : null
}
