import { setTimeout as wait } from 'node:timers/promises'
import { type Kysely, sql, type Transaction } from 'kysely'
import type { PostgresTransactions } from './postgres-transactions.ts'
import { ConflictError, LostTransaction } from './retry.ts'
import type { Tables } from './tables.ts'
import { troubleIn } from './trouble.ts'

/** A row that a transaction has written and no other does, by which can be told whether it was committed. */
export interface Mark {
  table: string
  row: Readonly<Record<string, string | number | null>>
  /** The columns of the primary key. */
  key: readonly string[]
  /** The column whose value is this transaction's alone. */
  own: string
}

/**
 * Nobody knows whether a write was committed: the connection was lost while it was, and the database did not
 * come back to be asked.
 */
export class OutcomeUnknownError extends Error {
  override cause: unknown

  constructor(cause: unknown) {
    super(
      'The connection to the database was lost during a commit, and it could not be asked what became of it.',
    )
    this.cause = cause
  }
}

const marks = new WeakMap<Transaction<Tables>, Mark>()

/** Notes what the transaction can be known by. The first counts. */
export function markBy(tx: Transaction<Tables>, mark: Mark): void {
  if (!marks.has(tx)) marks.set(tx, mark)
}

/**
 * Runs `work` in one serializable transaction of a database that is reached over a network. Where the connection
 * is lost during the commit, it looks whether the commit took place.
 * @throws LostTransaction when nothing was committed and it may be run again, OutcomeUnknownError
 */
export async function runToKnownEnd<T>(
  database: Kysely<Tables>,
  transactions: PostgresTransactions,
  work: (tx: Transaction<Tables>) => Promise<T>,
): Promise<T> {
  // Set once the commit is all that is left.
  let done: { result: T; mark: Mark | undefined } | undefined
  try {
    let written: typeof done
    return await transactions.run(
      'write',
      async (tx) => {
        const result = await work(tx)
        written = { result, mark: marks.get(tx) }
        return result
      },
      () => {
        done = written
      },
    )
  } catch (error) {
    if (!done) throw isConnectionLost(error) ? new LostTransaction(error) : error
    if (!leavesOutcomeOpen(error)) throw error
    const { result, mark } = done
    if (mark && (await wasCommitted(database, mark, error))) return result
    if (isRefusedByWorker(error)) throw new ConflictError(error)
    // Of what leaves no mark nobody can tell. It is made so that doing it twice is doing it once.
    throw mark ? new LostTransaction(error) : error
  }
}

/**
 * So long a database may take to come back. A standby takes over within twenty seconds to forty, as Patroni is set.
 * Together with the last question it is less than the time for which a request holds its Idempotency-Key.
 */
const patienceMs = 40_000
const longestQuestionMs = 10_000
const longestPauseMs = 1_000

/**
 * Writes the same row once more, and undoes that. Where the first transaction is still under way, PostgreSQL lets
 * this wait for its end; so what is not there then will not be there later either.
 */
async function wasCommitted(database: Kysely<Tables>, mark: Mark, cause: unknown): Promise<boolean> {
  const until = Date.now() + patienceMs
  for (let pause = 10; ; pause = Math.min(2 * pause, longestPauseMs)) {
    try {
      return await lookForRow(database, mark)
    } catch (error) {
      const mayComeBack = isConnectionLost(error) || troubleIn(error) === 'away' || codeOf(error) === timedOut
      if (!mayComeBack || Date.now() > until) throw new OutcomeUnknownError(cause)
    }
    await wait(pause)
  }
}

async function lookForRow(database: Kysely<Tables>, { table, row, key, own }: Mark): Promise<boolean> {
  try {
    await database
      .transaction()
      .setIsolationLevel('read committed')
      .execute(async (tx) => {
        await sql.raw(`set local statement_timeout = ${longestQuestionMs}`).execute(tx)
        await tx
          .insertInto(table as keyof Tables)
          .values(row as never)
          .execute()
        throw new NotThereError()
      })
    return false
  } catch (error) {
    if (error instanceof NotThereError) return false
    // What the row points to was made in the same transaction.
    if (codeOf(error) === '23503') return false
    if (codeOf(error) !== '23505') throw error
  }
  const columns = key.map((column) => sql`${sql.ref(column)} = ${row[column]}`)
  // Waits for whoever is changing the row: that may be the transaction.
  const { rows } = await sql<Mark['row']>`
    select ${sql.ref(own)} from ${sql.table(table)} where ${sql.join(columns, sql` and `)} for update`.execute(
    database,
  )
  return rows[0]?.[own] === row[own]
}

class NotThereError extends Error {}

const timedOut = '57014'

/** Whether what was thrown by a commit says nothing of how it ended. */
function leavesOutcomeOpen(error: unknown): boolean {
  const code = codeOf(error)
  return code === undefined || isConnectionLost(error) || /^(40003|XX...|58...|57...|53...|08...)$/.test(code)
}

/** Citus: the worker did not commit, most often for a conflict; the coordinator does not say why. */
function isRefusedByWorker(error: unknown): boolean {
  return codeOf(error) === 'XX000' && /could not commit transaction for shard/.test(String(error))
}

const lost = /^(ECONNRESET|EPIPE|57P0[123]|08(?!001)\w{3})$/
const words =
  /Connection terminated|Client has encountered a connection error|Client was closed|Connection ended/

/** Whether there was a connection and it broke; not whether there was none to be had. */
function isConnectionLost(error: unknown): boolean {
  return error instanceof Error && (lost.test(codeOf(error) ?? '') || words.test(error.message))
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}
