/**
 * What keeps the database from working, where it is no fault of the program. `away`: it cannot be reached, or takes
 * no more work just now. `full`: its disk has no room. `read_only`: it takes no writes. `broken`: its disk fails, or
 * what is on it.
 */
export type Trouble = 'away' | 'full' | 'read_only' | 'broken'

/** What the drivers and PostgreSQL say; 57P03 is that of a server which starts or recovers. */
const awayCodes =
  /^(ECONNREFUSED|ECONNRESET|ENOTFOUND|ENETUNREACH|EHOSTUNREACH|ETIMEDOUT|EPIPE|EAI_AGAIN|57P0[123]|53[234]00|08\d{3})$/
const awayMessages =
  /timeout exceeded when trying to connect|Connection terminated|Client has encountered a connection error/

const ofPostgres: Readonly<Record<string, Trouble>> = {
  '53100': 'full',
  '58030': 'broken',
  '58P01': 'broken',
  XX001: 'broken',
  XX002: 'broken',
}

/** SQLITE_READONLY, SQLITE_IOERR, SQLITE_CORRUPT, SQLITE_FULL, SQLITE_CANTOPEN and SQLITE_NOTADB. */
const ofSqlite: Readonly<Record<number, Trouble>> = {
  8: 'read_only',
  10: 'broken',
  11: 'broken',
  13: 'full',
  14: 'broken',
  26: 'broken',
}

/** What the database is suffering from by this error; null when the error is of another kind. */
export function troubleIn(error: unknown): Trouble | null {
  if (!(error instanceof Error)) return null
  if (error instanceof AggregateError) return error.errors.map(troubleIn).find((one) => one !== null) ?? null
  // The extended codes have the plain one in their lowest byte.
  if ('errcode' in error && typeof error.errcode === 'number') return ofSqlite[error.errcode & 0xff] ?? null
  const code = 'code' in error ? String(error.code) : ''
  if (awayCodes.test(code) || awayMessages.test(error.message)) return 'away'
  return isOfStandby(error) ? 'read_only' : (ofPostgres[code] ?? null)
}

/**
 * Whether PostgreSQL takes no writes on this connection: it leads to a standby, or to a primary that is one by now.
 * Such a one refuses to begin a serializable transaction, before it comes to any write.
 */
export function isOfStandby(error: object): boolean {
  const { code, message } = error as { code?: unknown; message?: unknown }
  return code === '25006' || (code === '0A000' && /stand-?by/i.test(String(message)))
}
