import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import type { Engine } from '../storage/engine.ts'
import { newId } from '../storage/ids.ts'

/** How often a password may be tried for one e-mail address, from wherever: several nodes count together. */
export interface Attempts {
  /** Counts one try. Returns null, or in how many seconds the next one is allowed. */
  count(email: string): Promise<number | null>
  /** The right password was given: earlier mistakes are forgotten. */
  forget(email: string): Promise<void>
}

export const attemptsAnEmail = { most: 10, windowMs: 5 * 60_000 }

/** Keeps the counts beside those that better-auth keeps by address, which removes old rows of both. */
export function attemptsOf(engine: Engine, now: () => number = Date.now): Attempts {
  return {
    async count(email) {
      const at = now()
      const { most, windowMs } = attemptsAnEmail
      const isOver = sql<boolean>`sign_in_attempts.last_request <= ${at - windowMs}`
      // One statement, so that tries at the same time are all counted.
      const row = await engine.writer
        .insertInto('sign_in_attempts')
        .values({ id: newId(), key: keyOf(email), count: 1, last_request: at })
        .onConflict((conflict) =>
          conflict.column('key').doUpdateSet({
            count: sql<number>`case when ${isOver} then 1 else sign_in_attempts.count + 1 end`,
            last_request: sql<number>`case when ${isOver} then ${at} else sign_in_attempts.last_request end`,
          }),
        )
        .returning(['count', 'last_request'])
        .executeTakeFirstOrThrow()
      if (row.count <= most) return null
      return Math.max(1, Math.ceil((row.last_request + windowMs - at) / 1_000))
    },
    async forget(email) {
      await engine.writer.deleteFrom('sign_in_attempts').where('key', '=', keyOf(email)).execute()
    },
  }
}

/** Hashed, because people type a password where the address belongs. */
function keyOf(email: string): string {
  return `email|${createHash('sha256').update(email.trim().toLowerCase()).digest('hex')}`
}
