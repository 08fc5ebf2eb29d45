import { type Kysely, sql } from 'kysely'
import { searchTextOf } from '../resource-layer/write.ts'
import { resources } from '../resources/operations.ts'
import type { Row } from '../storage/account-store.ts'
import type { Dialect } from '../storage/engine.ts'
import type { Tables } from '../storage/tables.ts'
import { type Findings, findingsOf } from './finding.ts'
import { accountsIn, add, type Extent, looked, rowsOf, told } from './rows.ts'

/** What is found by other words than those of its fields: their texts are made where they are written. */
const withOwnTexts = new Set(['users', 'captured_messages', 'audit_entries'])

/** Whether each record is found by the words that stand in it. */
export async function checkSearch(
  reader: Kysely<Tables>,
  dialect: Dialect,
  extent: Extent,
): Promise<Findings> {
  const { ok, problem } = findingsOf('search')
  const [stale, unindexed] = [new Map<string, number>(), new Map<string, number>()]
  let count = 0
  for (const accountId of await accountsIn(reader, extent)) {
    for (const resource of resources) {
      if (!Object.values(resource.fields).some((field) => field.search)) continue
      for await (const rows of rowsOf(reader, resource.name, { ...extent, accountId })) {
        count += rows.length
        const isStale = (row: Row) => row.search_text !== searchTextOf(resource, row)
        if (!withOwnTexts.has(resource.name)) add(stale, resource, rows.filter(isStale).length)
        if (dialect === 'sqlite') add(unindexed, resource, await missing(reader, resource.name, rows))
      }
    }
  }
  const findings: Findings = []
  if (stale.size > 0) {
    const todo = 'Write each of them once, without a change of its words'
    findings.push(problem(`The words that records are found by are not theirs: ${told(stale)}`, todo))
  }
  if (unindexed.size > 0) {
    const todo = 'Restore the last backup, and report this: it should not be possible'
    findings.push(problem(`The index of searches does not have them: ${told(unindexed)}`, todo))
  }
  return findings.length > 0 ? findings : [ok(`${looked(count, extent)} are found by their words`)]
}

/** SQLite's index stands beside the tables. How many of the rows it does not find by their own words. */
async function missing(reader: Kysely<Tables>, resource: string, rows: readonly Row[]): Promise<number> {
  let count = 0
  for (const { account_id, id, search_text } of rows) {
    const phrase = longestWord(String(search_text))
    const { rows: found } = phrase
      ? await sql`select 1 from search_rows where account_id = ${account_id} and resource = ${resource}
          and record_id = ${id} and id in
            (select rowid from search_index where search_index match ${`"${phrase}"`} and rowid = search_rows.id)
        `.execute(reader)
      : await sql`select 1 from search_rows where account_id = ${account_id} and resource = ${resource}
          and record_id = ${id}`.execute(reader)
    if (found.length === 0) count++
  }
  return count
}

/** Something of at least three letters or digits, which is what the index knows. */
function longestWord(text: string): string | null {
  const words = text.match(/[\p{L}\p{N}]{3,}/gu) ?? []
  return words.reduce<string | null>((best, word) => (word.length > (best?.length ?? 0) ? word : best), null)
}
