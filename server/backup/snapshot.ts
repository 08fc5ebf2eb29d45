import type { Dialect } from '../storage/engine.ts'
import type { Table } from './format.ts'

/** A database as it was at one moment. Whoever writes to it meanwhile is not held up and does not show. */
export interface Snapshot {
  readonly engine: Dialect
  /** The migrations that have been run, in their order. */
  readonly migrations: readonly string[]
  /** Those that belong in a backup, by name, with about how many rows they have. */
  readonly tables: readonly (Table & { about: number })[]
  /** The rows of a table as lines of JSON, in pieces of whole lines of about a MiB. */
  rows(table: Table): AsyncIterable<Buffer>
  /** A small query in words that both engines know. */
  query(sql: string): Promise<Record<string, unknown>[]>
  close(): Promise<void>
}

/** Bytes from which a piece is handed on. */
export const pieceSize = 1024 * 1024
