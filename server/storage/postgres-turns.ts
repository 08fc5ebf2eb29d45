import { sql, type Transaction } from 'kysely'
import pg from 'pg'
import { unawaited } from './direct-transaction.ts'
import type { Tables } from './tables.ts'

/**
 * How writers of one account keep out of each other's way. All hold the account's lock together; one that has
 * lost often enough takes it alone, waits until the others are done, and runs while nobody else writes there.
 *
 * What is right never rests on this lock: that is what serializable transactions are for. So it does no harm where
 * a transaction goes without, where the connection that holds it dies, or where nodes reach a cluster by different
 * servers and do not see each other's locks.
 */
export interface Turns {
  /** What follows in the transaction is done together with the other writers. */
  together(tx: Transaction<Tables>, accountId: string): void
  /** Runs `work`, which is to call `begin` once its transaction is open and before it has read anything. */
  alone<T>(accountId: string, work: (begin: () => Promise<void>) => Promise<T>): Promise<T>
  close(): Promise<void>
}

/** Connections that only hold locks. Each who waits for its turn has one of the others open besides. */
export const turnConnections = 2

/** Longer than any write takes; only such as a pooler without a free connection can keep somebody so long. */
const patienceMs = 20_000

/**
 * A transaction sees what was there at its first query, and the one that takes a lock would be the first. What
 * changes while it waits for its turn would then be a conflict, so a connection of its own waits and holds the lock.
 * It is the last thing that is waited for: whoever has it needs nothing that another could hold.
 */
export function openTurns(config: pg.PoolConfig): Turns {
  const holders = new pg.Pool({ ...config, max: turnConnections })
  holders.on('error', () => {})
  holders.on('connect', (client) => client.on('error', () => {}))
  return {
    together(tx, accountId) {
      void unawaited(tx, sql`select pg_advisory_xact_lock_shared(${lockOf(accountId)}::bigint)`.execute(tx))
    },
    async alone(accountId, work) {
      const holder = await holders.connect()
      let isSound = true
      const say = async (text: string, values?: unknown[]) => {
        try {
          await holder.query(text, values)
        } catch (error) {
          isSound = false
          throw error
        }
      }
      try {
        return await work(async () => {
          await say(`begin; set local lock_timeout = ${patienceMs}`)
          await say('select pg_advisory_xact_lock($1::bigint)', [lockOf(accountId)])
        })
      } finally {
        if (isSound) await say('rollback').catch(() => {})
        holder.release(!isSound)
      }
    },
    close: () => holders.end(),
  }
}

/** The last 64 bits of the id, which are random. Two accounts with the same would only wait for each other. */
function lockOf(accountId: string): string {
  return BigInt.asIntN(64, BigInt(`0x${accountId.replaceAll('-', '').slice(-16)}`)).toString()
}
