import { createHash } from 'node:crypto'
import type { Engine } from '../storage/engine.ts'

/**
 * How often a password may be tried for one e-mail address, from wherever: several nodes count together. Where
 * the person is signed in already, or was until lately, the tries are counted apart. So nobody can lock them out
 * for good by trying again and again, who does not share their address.
 */
export interface Attempts {
  /** Counts one try. Returns null, or in how many seconds the next one is allowed. */
  count(email: string, address: string): Promise<number | null>
  /** The right password was given, or a new one was set: earlier mistakes are forgotten. */
  forget(email: string, address: string | null): Promise<void>
}

export function attemptsOf(engine: Pick<Engine, 'counter' | 'reader'>): Attempts {
  const counter = engine.counter('password', windowSeconds)
  return {
    async count(email, address) {
      const known = await knowsAddress(engine, email, address)
      const { consumedPoints, msBeforeNext } = await counter.consume(keyOf(email, known ? address : null))
      if (consumedPoints <= mostAttempts) return null
      return Math.max(1, Math.ceil(msBeforeNext / 1_000))
    },
    async forget(email, address) {
      await counter.delete(keyOf(email, null))
      if (address !== null) await counter.delete(keyOf(email, address))
    },
  }
}

const mostAttempts = 10
const windowSeconds = 5 * 60

/** Hashed, because people type a password where the address belongs. */
function keyOf(email: string, address: string | null): string {
  const text = email.trim().toLowerCase()
  return createHash('sha256')
    .update(address === null ? text : `${text} ${address}`)
    .digest('hex')
}

/** Whether a session of the person was made from there. It is kept until it runs out or is ended. */
async function knowsAddress(
  { reader }: Pick<Engine, 'reader'>,
  email: string,
  address: string,
): Promise<boolean> {
  // PostgreSQL fails on a character 0 in what it is asked for, and nobody has it in their address.
  if (email.includes('\0')) return false
  const session = await reader
    .selectFrom('sessions')
    .innerJoin('identities', 'identities.id', 'sessions.identity_id')
    .select('sessions.id')
    .where('identities.email', '=', email.trim().toLowerCase())
    .where('sessions.ip_address', '=', address)
    .executeTakeFirst()
  return session !== undefined
}
