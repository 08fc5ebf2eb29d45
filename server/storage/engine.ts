import type { Kysely, Transaction } from 'kysely'
import type { RateLimiterAbstract } from 'rate-limiter-flexible'
import type { Row } from './account-store.ts'
import type { Commits } from './commits.ts'
import type { Tables } from './tables.ts'

/** One of the two databases that Latchkey runs on, opened and migrated. */
export interface Engine {
  readonly dialect: Dialect
  /** Whether other processes may use it as well. If not, what a process has left undone when this one starts is left for good. */
  readonly isShared: boolean
  /** Whether accounts lie on several servers, so that a query that names no account asks all of them. */
  readonly isDistributed: boolean
  /** The names of the migrations that opening it has run. */
  readonly migrated: readonly string[]
  /** For reads outside a transaction. On SQLite they do not wait for a running write. */
  readonly reader: Kysely<Tables>
  /**
   * Runs a query that is known to take next to no time, such as one by id, outside a transaction. It costs less
   * than one of `reader`; what takes longer would hold up others here. The way to its rows has to be the same
   * whatever the parameters are, because PostgreSQL plans it once for all of them.
   */
  quick(statement: Statement, parameters: readonly unknown[]): Promise<Row[]>
  /** Reads everything as it was at one moment, and waits for no write. What takes long belongs here as well. */
  snapshot<T>(work: (reader: Kysely<Tables>) => Promise<T>): Promise<T>
  /** For better-auth, which brings its own statements. Everything else writes through `transaction`. */
  readonly writer: Kysely<Tables>
  /**
   * Runs `work` in one serializable transaction and runs it again when the engine asks for a retry, so
   * `work` must have no effect outside of the transaction. Nothing may be sent from inside it, and no other
   * transaction may be waited for.
   * @param accountId whose rows it writes, where it is one account: its writers take turns when they conflict
   */
  transaction<T>(work: (tx: Transaction<Tables>) => Promise<T>, accountId?: string): Promise<T>
  readonly commits: Commits
  /** Counts that begin anew every `seconds`, shared by all nodes that use this database. */
  counter(name: string, seconds: number): RateLimiterAbstract
  /** How the connections of a pool are used; null where there is none. */
  pool(): PoolUse | null
  close(): Promise<void>
}

/** Connections: how many may be open, are open, have nothing to do; and how many queries wait for one. */
export interface PoolUse {
  most: number
  open: number
  idle: number
  waiting: number
}

export type Dialect = 'sqlite' | 'postgres'

/** The text of a query on each engine, with the parameters in the same order. */
export type Statement = Readonly<Record<Dialect, string>>

/** A data directory or database that must not be opened. The message says what to do. */
export class StorageError extends Error {}
