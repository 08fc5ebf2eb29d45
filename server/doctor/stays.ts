import { type Kysely, type RawBuilder, sql } from 'kysely'
import type { Tables } from '../storage/tables.ts'
import { type Findings, findingsOf } from './finding.ts'
import { type Extent, told } from './rows.ts'

const atAGlance = 1_000

/** Whether every deal and process stands in the stage that its last stay tells of, and in no other. */
export async function checkStays(reader: Kysely<Tables>, { full }: Extent): Promise<Findings> {
  const { ok, problem } = findingsOf('stage stays')
  const wrong = new Map<string, number>()
  for (const [table, owner] of [
    ['deals', 'deal_id'],
    ['processes', 'process_id'],
  ] as const) {
    const some = full ? sql`true` : await newest(reader, table)
    const { rows } = await sql<{ count: number }>`
      select count(*) as count from ${sql.table(table)} as records
      where deleted_at is null and ${some} and (stage_id is not null and (
        select count(*) from stage_stays
        where stage_stays.account_id = records.account_id and ${sql.ref(`stage_stays.${owner}`)} = records.id
          and stage_stays.left_at is null and stage_stays.stage_id = records.stage_id
          and stage_stays.deleted_at is null) <> 1
      or 1 < (select count(*) from stage_stays
        where stage_stays.account_id = records.account_id and ${sql.ref(`stage_stays.${owner}`)} = records.id
          and stage_stays.left_at is null))`.execute(reader)
    const count = Number(rows[0]?.count ?? 0)
    if (count > 0) wrong.set(table, count)
  }
  if (wrong.size === 0)
    return [ok(`${full ? 'All' : 'The newest'} deals and processes stand where they are told to`)]
  const todo = 'Move each of them to another stage and back; the reports of the time until then stay wrong'
  return [problem(`They stand in another stage than is told: ${told(wrong)}`, todo)]
}

/** A bound and not a limit: Citus joins a table with what lies beside it, and not with a part of it that it has sorted. */
async function newest(reader: Kysely<Tables>, table: 'deals' | 'processes'): Promise<RawBuilder<boolean>> {
  const { rows } = await sql<{ account_id: string; id: string }>`
    select account_id, id from ${sql.table(table)}
    order by account_id desc, id desc limit 1 offset ${atAGlance - 1}`.execute(reader)
  const [last] = rows
  return last ? sql`(records.account_id, records.id) >= (${last.account_id}, ${last.id})` : sql`true`
}
