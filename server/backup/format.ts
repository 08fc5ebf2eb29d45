import { hash } from 'node:crypto'
import { damaged } from './backup-errors.ts'

/**
 * A backup is a tar compressed by zstd, so that it can be read without Latchkey as well. In this order:
 *
 * - `latchkey.json`, a `Header`, and `latchkey.json.sha256`. Every version begins with these two.
 * - `rows/<table>/<number>.ndjson`: one JSON array a row, its values in the order of the table's columns. A value
 *   is a text, a whole number or null, as SQLite keeps it: booleans are 0 or 1, timestamps are ISO 8601 in UTC.
 * - `files/<place>`: the bytes of the uploaded files, at the place that they have in a data directory
 * - `end.json`, an `End`. A file without it broke off.
 */
export const formatVersion = 1

export const headerName = 'latchkey.json'
export const headerHashName = `${headerName}.sha256`
export const endName = 'end.json'

export interface Header {
  format: 'latchkey backup'
  version: number
  /** The Latchkey that wrote it. */
  latchkey: string
  /** ISO 8601. All that was answered before is in it. */
  taken_at: string
  engine: 'sqlite' | 'postgres'
  /** Those that had been run, in their order: what the tables look like. */
  migrations: string[]
  /** Names the secret by which keys and other secrets in the rows are sealed; null where there are none. */
  sealing_key_id: string | null
  /** Whether the bytes of uploaded files are in it. */
  has_files: boolean
  tables: Table[]
  /** Tables whose rows stay behind on purpose. */
  left_out: string[]
}

export interface Table {
  name: string
  columns: string[]
}

export interface End {
  tables: Record<string, Tally>
  /** `sha256` is of the bytes of all of them, one after the other. */
  files: Tally
  /** Uploaded files whose bytes were not in the storage, or not as they came in. */
  missing_files: number
}

/** How much there is of something: rows of a table or files, and the bytes that they take here. */
export interface Tally {
  count: number
  bytes: number
  sha256: string
}

/** As `sha256sum` writes it and checks it. */
export function headerHash(text: string): string {
  return `${hash('sha256', text)}  ${headerName}\n`
}

export function rowsName(table: string, part: number): string {
  return `rows/${table}/${String(part).padStart(6, '0')}.ndjson`
}

/** @throws BackupError where it is something else, or from a newer Latchkey */
export function parseHeader(text: string): Header {
  const header = parse(text)
  if (header.format !== 'latchkey backup' || typeof header.version !== 'number')
    throw damaged('it begins otherwise')
  return header as unknown as Header
}

/** @throws BackupError */
export function parseEnd(text: string): End {
  return parse(text) as unknown as End
}

function parse(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>
  } catch {
    // Said below.
  }
  throw damaged('its description cannot be read')
}
