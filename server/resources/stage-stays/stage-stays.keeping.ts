import type { Draft } from '../../resource-layer/resource.ts'
import type { AccountWriter, Row } from '../../storage/account-store.ts'

/** Whose stays they are: the column of `stage_stays` that names the record. */
export type StayOwner = 'deal_id' | 'process_id'

/** Begins a stay when a record is created or changes its stage, once its row is written. */
export function keepStays(draft: Draft, owner: StayOwner): void {
  const { writer, row, existing } = draft
  if (row.stage_id === null || row.stage_id === existing?.stage_id) return
  const stageId = String(row.stage_id)
  // Whoever hands a record over may not see it any more.
  draft.later(() => moveStay(writer.whole, owner, row.id, stageId))
}

/** Ends the stay of a record and begins the next one, at the time of the transaction. */
export async function moveStay(
  writer: AccountWriter,
  owner: StayOwner,
  recordId: string,
  stageId: string,
): Promise<void> {
  const last = await writer
    .from('stage_stays')
    .select(['id', 'version', 'entered_at'])
    .where(owner, '=', recordId)
    .where('left_at', 'is', null)
    .executeTakeFirst()
  // A clock that was set back must not let a stay end before it began.
  const at = last ? Math.max(writer.at, Number(last.entered_at)) : writer.at
  if (last) {
    await writer.update(
      'stage_stays',
      { id: last.id ?? null },
      {
        left_at: at,
        seconds: Math.floor((at - Number(last.entered_at)) / 1000),
        updated_at: writer.at,
        version: Number(last.version) + 1,
      },
    )
  }
  await writer.insert('stage_stays', {
    id: writer.newId(),
    created_at: writer.at,
    updated_at: writer.at,
    deleted_at: null,
    version: 1,
    [owner]: recordId,
    stage_id: stageId,
    entered_at: at,
    left_at: null,
    seconds: null,
  })
}

/** The stays of a record go with it … */
export function deleteStays(writer: AccountWriter, owner: StayOwner, record: Row): Promise<void> {
  return markStays(writer, owner, record, writer.at)
}

/** … and come back with it, as if it had stood there all the time. */
export function restoreStays(writer: AccountWriter, owner: StayOwner, record: Row): Promise<void> {
  return markStays(writer, owner, record, null)
}

/** Without entries of the change log: the one of the record tells it. */
async function markStays(
  writer: AccountWriter,
  owner: StayOwner,
  record: Row,
  deletedAt: number | null,
): Promise<void> {
  const stays = await writer
    .from('stage_stays')
    .select(['id', 'version'])
    .where(owner, '=', String(record.id))
    .execute()
  for (const stay of stays) {
    const set = { deleted_at: deletedAt, updated_at: writer.at, version: Number(stay.version) + 1 }
    await writer.update('stage_stays', { id: stay.id ?? null }, set)
  }
}
