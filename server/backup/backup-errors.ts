import { troubleIn } from '../storage/trouble.ts'

/** A backup or a restore that cannot be done. Its message is for the operator and says what to do. */
export class BackupError extends Error {}

/** @param reason what is wrong with the file, as half a sentence */
export function damaged(reason: string): BackupError {
  return new BackupError(
    `This is no whole backup of Latchkey: ${reason}. Nothing of it was restored; take another one.`,
  )
}

/** What a system call or a driver said, in its own words. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  // Node puts what happened into one of several where it tried several addresses.
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors[0])
  return error.message || error.name
}

/**
 * Makes a sentence of what the system, the database or its driver said; any other error stays as it is.
 * @param what such as "The backup could not be written to nightly.backup"
 */
export function explained(error: unknown, what: string): unknown {
  if (!(error instanceof Error) || error instanceof BackupError || !isOfOutside(error)) return error
  return new BackupError(`${what}: ${outsideReason(error)}. Nothing of it was kept.`)
}

/** A system call that failed, SQLite, PostgreSQL, or a connection. */
function isOfOutside(error: Error): boolean {
  const code = 'code' in error ? String(error.code) : ''
  return 'syscall' in error || 'severity' in error || code === 'ERR_SQLITE_ERROR' || troubleIn(error) !== null
}

function outsideReason(error: Error): string {
  const code = 'code' in error ? String(error.code) : ''
  return reasons[code] ?? reasonOf(error)
}

const reasons: Readonly<Record<string, string>> = {
  ENOSPC: 'there is no room left',
  EFBIG: 'it became too large',
  EPIPE: 'nobody takes it',
  ECONNRESET: 'the connection was lost',
}
