import type { Dialect, Kysely, SqliteDatabase, Transaction } from 'kysely'
import { type Ask, directTransaction } from './direct-transaction.ts'
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

export interface Writing {
  /** Has one connection, on which no other does the writing. */
  database: Kysely<Tables>
  dialect: Dialect
  /** The statements of that connection. */
  statements: SqliteDatabase
  /** Whether it is inside a transaction. */
  isOpen(): boolean
}

/**
 * Runs writes one after the other on a single connection and commits those together that wait at the same time: what
 * a commit costs they pay once. Each is told its end after that commit, so an acknowledged write is on the disk. One
 * that fails before it has changed anything takes no part. Where one fails later, where the commit fails or the
 * database gives the transaction up, nothing is kept and each runs again, in a transaction of its own.
 */
export function committingTogether(
  { database, dialect, statements, isOpen }: Writing,
  { most, longestMs } = usual,
): <T>(work: Work<T>) => Promise<T> {
  const waiting: Waiting[] = []
  let isRunning = false
  const say = (sql: string) => void statements.prepare(sql).run([])
  const changes = () => (statements.prepare('select total_changes() as made').all([]) as Changes[])[0]?.made
  const ask: Ask = async <R>(sql: string, parameters: readonly unknown[]) => {
    const statement = statements.prepare(sql)
    if (statement.reader) return { rows: statement.all(parameters) as R[] }
    return { rows: [], numAffectedRows: BigInt(statement.run(parameters).changes) }
  }

  async function runAll(): Promise<void> {
    isRunning = true
    while (waiting.length > 0) {
      await untilAllAreHere()
      // Sign-in writes by itself, and not in between.
      await database.connection().execute(runWaiting)
    }
    isRunning = false
  }

  /** What has arrived already is on its way to here, and comes first; so do reads. */
  async function untilAllAreHere(): Promise<void> {
    let here: number
    do {
      here = waiting.length
      await nextTurn()
    } while (waiting.length > here && waiting.length < most)
  }

  async function runWaiting(): Promise<void> {
    const group: Waiting[] = []
    try {
      for (const tell of await runTogether(group)) tell()
    } catch (error) {
      const [only, ...others] = group
      if (only && others.length === 0) only.reject(error)
      else for (const one of group) await runAlone(one)
    }
  }

  async function runAlone(one: Waiting): Promise<void> {
    try {
      for (const tell of await inTransaction(async () => [await runOne(one)])) tell()
    } catch (error) {
      one.reject(error)
    }
  }

  /** Fills `group` with what it has run. @throws what kept the database from committing them, or any of them */
  function runTogether(group: Waiting[]): Promise<Ended[]> {
    const began = performance.now()
    return inTransaction(async () => {
      const ended: Ended[] = []
      while (group.length < most && (group.length === 0 || performance.now() - began < longestMs)) {
        const next = waiting.shift()
        if (!next) break
        group.push(next)
        ended.push(await runOne(next))
      }
      return ended
    })
  }

  async function inTransaction(run: () => Promise<Ended[]>): Promise<Ended[]> {
    say('begin')
    try {
      const ended = await run()
      say('commit')
      return ended
    } catch (error) {
      say('rollback')
      throw error
    }
  }

  async function runOne({ work, resolve, reject }: Waiting): Promise<Ended> {
    const before = changes()
    const { tx, end } = directTransaction({ database, dialect }, ask)
    try {
      const result = await work(tx)
      return () => resolve(result)
    } catch (error) {
      // SQLite itself has ended a transaction for which there was no room.
      if (!isOpen() || changes() !== before) throw error
      return () => reject(error)
    } finally {
      end()
    }
  }

  return <T>(work: Work<T>) =>
    new Promise<T>((resolve, reject) => {
      waiting.push({ work, resolve: resolve as Waiting['resolve'], reject })
      if (!isRunning) void runAll()
    })
}

interface Changes {
  made: number
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
