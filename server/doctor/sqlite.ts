import { closeSync, openSync, readSync, statSync } from 'node:fs'
import { type Kysely, sql } from 'kysely'
import type { Tables } from '../storage/tables.ts'
import { databaseFile } from './examined.ts'
import { type Findings, findingsOf, someOf } from './finding.ts'

/** What can be read whole within a minute or so. */
const quickBytes = 2 * 1024 ** 3

/** The file of the embedded database: that it is whole, and kept in the way that Latchkey relies on. */
export async function checkSqlite(
  reader: Kysely<Tables>,
  { directory, full }: { directory: string; full: boolean },
): Promise<Findings> {
  const findings = checkJournal(databaseFile(directory))
  const { ok, problem, warning } = findingsOf('integrity')
  if (!full && statSync(databaseFile(directory)).size > quickBytes) {
    const says = 'The file is too large to be read whole at a glance'
    return [...findings, warning(says, 'Run latchkey doctor --full when there is time')]
  }
  const damage = await texts(reader, 'integrity_check')
  if (damage.join() !== 'ok') {
    const says = `The file is damaged: ${someOf(damage)}`
    findings.push(problem(says, 'Stop the server, keep a copy of the directory, and restore the last backup'))
  } else findings.push(ok('The file and its indexes are whole'))
  return [...findings, ...(await checkForeignKeys(reader))]
}

/** The header of the file says it, in its bytes 18 and 19 (sqlite.org/fileformat.html). */
function checkJournal(file: string): Findings {
  const { ok, problem } = findingsOf('journal')
  const header = Buffer.alloc(20)
  const handle = openSync(file, 'r')
  readSync(handle, header, 0, header.length, 0)
  closeSync(handle)
  if (header[18] === 2 && header[19] === 2) {
    return [ok('It is written ahead (WAL), so reads do not wait for writes')]
  }
  return [problem('Its journal is not written ahead (WAL)', 'Start Latchkey once: it sets it')]
}

async function checkForeignKeys(reader: Kysely<Tables>): Promise<Findings> {
  const { ok, problem } = findingsOf('foreign keys')
  const { rows } = await sql<{ table: string; parent: string }>`pragma foreign_key_check`.execute(reader)
  if (rows.length === 0) return [ok('No row points to one that is not there')]
  const kinds = [...new Set(rows.map(({ table, parent }) => `${table} → ${parent}`))]
  return [
    problem(
      `${rows.length} rows point to rows that are not there: ${someOf(kinds)}`,
      'Restore the last backup',
    ),
  ]
}

async function texts(reader: Kysely<Tables>, pragma: string): Promise<string[]> {
  const { rows } = await sql.raw<Record<string, unknown>>(`pragma ${pragma}`).execute(reader)
  return rows.flatMap((row) => Object.values(row).map(String))
}
