/** What the drivers and PostgreSQL say when the database cannot be reached or takes no more work just now. */
const codes =
  /^(ECONNREFUSED|ECONNRESET|ENOTFOUND|ENETUNREACH|EHOSTUNREACH|ETIMEDOUT|EPIPE|EAI_AGAIN|57P0[123]|53300|08\d{3})$/
const messages =
  /timeout exceeded when trying to connect|Connection terminated|Client has encountered a connection error/

/** Whether the database was out of reach, so that the same request may succeed a little later. */
export function isUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  if (error instanceof AggregateError) return error.errors.some(isUnavailable)
  return ('code' in error && codes.test(String(error.code))) || messages.test(error.message)
}
