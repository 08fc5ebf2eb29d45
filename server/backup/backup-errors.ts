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
