import { createHash } from 'node:crypto'
import type { Engine } from '../storage/engine.ts'

/** How often a password may be tried for one e-mail address, from wherever: several nodes count together. */
export interface Attempts {
  /** Counts one try. Returns null, or in how many seconds the next one is allowed. */
  count(email: string): Promise<number | null>
  /** The right password was given: earlier mistakes are forgotten. */
  forget(email: string): Promise<void>
}

export function attemptsOf(engine: Pick<Engine, 'counter'>): Attempts {
  const counter = engine.counter('password', windowSeconds)
  return {
    async count(email) {
      const { consumedPoints, msBeforeNext } = await counter.consume(keyOf(email))
      if (consumedPoints <= mostAttempts) return null
      return Math.max(1, Math.ceil(msBeforeNext / 1_000))
    },
    async forget(email) {
      await counter.delete(keyOf(email))
    },
  }
}

const mostAttempts = 10
const windowSeconds = 5 * 60

/** Hashed, because people type a password where the address belongs. */
function keyOf(email: string): string {
  return createHash('sha256').update(email.trim().toLowerCase()).digest('hex')
}
