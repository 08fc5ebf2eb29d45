import type { ControlledTransaction, Kysely, Transaction } from 'kysely'
import type { Tables } from './tables.ts'

type Work<T> = (tx: Transaction<Tables>) => Promise<T>

/** A write that waits for its commit. */
interface Waiting {
  work: Work<unknown>
  /** Told once the commit has taken place. */
  resolve(result: unknown): void
  reject(error: unknown): void
}

/** What a write came to, before the commit. */
type Ended = () => void

/** Whoever comes first waits for no more than so many others, and no longer. */
const usual = { most: 64, longestMs: 20 }

/**
 * Runs writes one after the other on a single connection and commits those together that wait at the same time: what
 * a commit costs, which is waiting for the disk, they pay once. Each is told its end after that commit, so an
 * acknowledged write is on the disk. One that fails is undone alone, by a savepoint; where the commit fails or the
 * database gives the transaction up, every one of them runs again, in a transaction of its own.
 * @param database has that one connection, and no other does the writing
 * @param isOpen whether the connection is inside a transaction
 */
export function committingTogether(
  database: Kysely<Tables>,
  isOpen: () => boolean,
  { most, longestMs } = usual,
): <T>(work: Work<T>) => Promise<T> {
  const waiting: Waiting[] = []
  let isRunning = false

  async function runAll(): Promise<void> {
    isRunning = true
    while (waiting.length > 0) {
      // What has arrived already is on its way to here, and comes first; so do reads.
      await nextTurn()
      const first = waiting.shift()
      if (first) await (waiting.length === 0 ? runAlone(first) : runTogether(first))
    }
    isRunning = false
  }

  async function runAlone({ work, resolve, reject }: Waiting): Promise<void> {
    await database.transaction().execute(work).then(resolve, reject)
  }

  async function runTogether(first: Waiting): Promise<void> {
    const group: Waiting[] = []
    try {
      const ended = await runInOne(first, group)
      for (const tell of ended) tell()
    } catch {
      for (const one of group) await runAlone(one)
    }
  }

  /** Fills `group` with what it has run. @throws what kept the database from committing them */
  async function runInOne(first: Waiting, group: Waiting[]): Promise<Ended[]> {
    const began = performance.now()
    group.push(first)
    const transaction = await database.startTransaction().execute()
    try {
      const ended = [await runOne(transaction, first)]
      while (group.length < most && performance.now() - began < longestMs) {
        const next = waiting.shift()
        if (!next) break
        group.push(next)
        ended.push(await runOne(transaction, next))
      }
      await transaction.commit().execute()
      return ended
    } catch (error) {
      if (!transaction.isCommitted) await transaction.rollback().execute()
      throw error
    }
  }

  async function runOne(
    transaction: ControlledTransaction<Tables>,
    { work, resolve, reject }: Waiting,
  ): Promise<Ended> {
    const point = await transaction.savepoint('write').execute()
    try {
      const result = await work(point)
      await point.releaseSavepoint('write').execute()
      return () => resolve(result)
    } catch (error) {
      // SQLite itself has ended a transaction for which there was no room.
      if (!isOpen()) throw error
      await point.rollbackToSavepoint('write').execute()
      await point.releaseSavepoint('write').execute()
      return () => reject(error)
    }
  }

  return <T>(work: Work<T>) =>
    new Promise<T>((resolve, reject) => {
      waiting.push({ work, resolve: resolve as Waiting['resolve'], reject })
      if (!isRunning) void runAll()
    })
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
