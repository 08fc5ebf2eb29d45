import type { Dialect } from '../engine.ts'

/** One text for both engines, or a text for each where they offer something of their own. */
export type Migration = string | Record<Dialect, string>

/**
 * Turns the one text of a migration into the statements of an engine. The text is written in the words
 * `uuid`, `text`, `integer` (64 bits), `boolean` and `timestamp`; the last two are for better-auth's tables
 * only, our own keep milliseconds and 0 or 1 in integers so that both engines hold the same values.
 */
export function statements(migration: Migration, dialect: Dialect): string[] {
  const text = typeof migration === 'string' ? migration : migration[dialect]
  return text
    .split(';')
    .map((statement) => statement.trim())
    .filter(Boolean)
    .map((statement) => (dialect === 'sqlite' ? forSqlite(statement) : forPostgres(statement)))
}

function forSqlite(statement: string): string {
  const typed = statement.replace(/\b(uuid|timestamp)\b/g, 'text').replace(/\bboolean\b/g, 'integer')
  return /^create table/i.test(typed) ? `${typed} strict` : typed
}

/** Text compares by bytes there as here, so that order and cursors agree on both engines. */
function forPostgres(statement: string): string {
  return statement
    .replace(/\btext\b/g, 'text collate "C"')
    .replace(/\binteger\b/g, 'bigint')
    .replace(/\btimestamp\b/g, 'timestamptz')
}
