import { setTimeout as wait } from 'node:timers/promises'

/** Many, because PostgreSQL also reports conflicts between writers who only came near each other. */
const attempts = 24
const firstWaitMs = 2
const longestWaitMs = 250
/** A database that is gone for longer is told of, rather than waited for by every request. */
const attemptsAfterLoss = 4
const conflicts = new Set(['40001', '40P01', '23505'])

/** A transaction of which nothing was committed, because its connection was lost. It may be run again. */
export class LostTransaction extends Error {
  override cause: unknown

  constructor(cause: unknown) {
    super('The connection was lost before the commit')
    this.cause = cause
  }
}

/** Runs `work` again when the database says that the transaction lost a conflict and may be tried anew. */
export async function withRetry<T>(work: () => Promise<T>): Promise<T> {
  let losses = 0
  for (let attempt = 1; ; attempt++) {
    try {
      return await work()
    } catch (error) {
      if (error instanceof LostTransaction) {
        if (++losses === attemptsAfterLoss) throw error.cause
      } else if (attempt === attempts || !mayBeTriedAgain(error)) throw error
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
function mayBeTriedAgain(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  if ('code' in error && conflicts.has(String(error.code))) return true
  return 'errcode' in error && typeof error.errcode === 'number' && (error.errcode & 0xff) === 5
}
