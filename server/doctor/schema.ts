import { type Kysely, sql } from 'kysely'
import type { Dialect } from '../storage/engine.ts'
import { migrations } from '../storage/migrations/index.ts'
import type { Tables } from '../storage/tables.ts'
import { type Findings, findingsOf, someOf } from './finding.ts'

/** Whether the tables are those of this version. Where they are not, nothing else of the data can be looked at. */
export async function checkSchema(
  reader: Kysely<Tables>,
  dialect: Dialect,
): Promise<{ findings: Findings; isCurrent: boolean }> {
  const { ok, warning, problem } = findingsOf('migrations')
  const done = await namesOf(reader, dialect)
  const known = Object.keys(migrations)
  const newer = done.filter((name) => !known.includes(name))
  const missing = known.filter((name) => !done.includes(name))
  if (newer.length > 0) {
    const finding = problem(
      `The data was written by a newer Latchkey (${someOf(newer)})`,
      'Install that version or a later one; this one refuses to start',
    )
    return { findings: [finding], isCurrent: false }
  }
  if (missing.length > 0) {
    const finding = warning(
      `${missing.length} are to be done (${someOf(missing)})`,
      'The next start does them; make a backup before',
    )
    return { findings: [finding], isCurrent: false }
  }
  return { findings: [ok(`All ${known.length} are done`)], isCurrent: true }
}

async function namesOf(reader: Kysely<Tables>, dialect: Dialect): Promise<string[]> {
  const exists =
    dialect === 'sqlite'
      ? sql`select 1 from sqlite_master where type = 'table' and name = 'schema_migrations'`
      : sql`select 1 where to_regclass('schema_migrations') is not null`
  if ((await exists.execute(reader)).rows.length === 0) return []
  const { rows } = await sql<{ name: string }>`select name from schema_migrations order by name`.execute(
    reader,
  )
  return rows.map(({ name }) => name)
}
