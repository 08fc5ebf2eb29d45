import { setTimeout as wait } from 'node:timers/promises'

/** Many, because PostgreSQL also reports conflicts between writers who only came near each other. */
const attempts = 24
const firstWaitMs = 2
const longestWaitMs = 250
const conflicts = new Set(['40001', '40P01', '23505'])

/** Runs `work` again when the database says that the transaction lost a conflict and may be tried anew. */
export async function withRetry<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work()
    } catch (error) {
      if (attempt === attempts || !mayBeTriedAgain(error)) throw error
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
