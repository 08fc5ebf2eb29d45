import type { Dialect } from '../storage/engine.ts'
import { BackupError } from './backup-errors.ts'
import type { End, Header, Table } from './format.ts'

/**
 * An empty place that a backup is restored into. Nothing of it can be seen before `keep` has returned: until
 * then it can be given up, or the process may die, and the place is as empty as before.
 */
export interface Target {
  readonly dialect: Dialect
  /** Makes the tables as they were when the backup was taken. */
  begin(header: Header): Promise<void>
  /** Takes rows: lines of JSON, as in `format.ts`. */
  load(table: Table, lines: Buffer): Promise<void>
  /** Checks and completes what was loaded, and brings it up to date. @throws BackupError where rows are amiss */
  complete(end: End): Promise<void>
  query(sql: string): Promise<Record<string, unknown>[]>
  keep(): Promise<void>
  /** Gives up whatever was not kept. */
  close(): Promise<void>
}

/** The migration up to which the tables are made. */
export function lastMigration({ migrations }: Header): string {
  const last = migrations.at(-1)
  if (last === undefined) throw new BackupError('This backup is of a database without tables.')
  return last
}

/** @throws BackupError when the tables that were made are not those of the backup */
export function requireColumns({ name, columns }: Table, made: readonly string[]): void {
  const unknown = columns.filter((column) => !made.includes(column))
  if (made.length > 0 && unknown.length === 0) return
  throw new BackupError(
    `This backup has the table ${name}${made.length > 0 ? ` with ${unknown.join(', ')}` : ''}, which Latchkey has not made.`,
  )
}

/** @throws BackupError when a table has not as many rows as were written */
export function requireCount(table: string, counted: number, end: End): void {
  const written = end.tables[table]?.count
  if (counted !== written)
    throw new BackupError(
      `${table} has ${counted} rows after the restore and had ${written}; nothing was kept.`,
    )
}

export function valuesOf(line: string): (string | number | null)[] {
  return JSON.parse(line)
}

export function linesOf(lines: Buffer): string[] {
  return lines.toString('utf8').trimEnd().split('\n')
}
