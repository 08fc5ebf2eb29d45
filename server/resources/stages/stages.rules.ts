import { ApiError } from '../../errors/api-error.ts'
import type { Draft } from '../../resource-layer/resource.ts'
import type { AccountWriter, Row } from '../../storage/account-store.ts'
import { parseId } from '../../storage/ids.ts'
import { moveStay } from '../stage-stays/stage-stays.keeping.ts'

/** A new stage without a position comes after the others of its pipeline. */
export async function placeLast(draft: Draft): Promise<void> {
  if (draft.row.position !== null) return
  const last = await draft.writer
    .from('stages')
    .select(['position'])
    .where('pipeline_id', '=', String(draft.row.pipeline_id))
    .where('deleted_at', 'is', null)
    .orderBy('position', 'desc')
    .limit(1)
    .executeTakeFirst()
  draft.row.position = last ? Number(last.position) + 1 : 0
}

/** A stage that holds deals goes only when they have somewhere to go: `?move_to_stage_id=`. */
export async function moveDealsAway(
  writer: AccountWriter,
  row: Row,
  parameters: Readonly<Record<string, string>>,
): Promise<void> {
  const deals = await writer
    .from('deals')
    .select(['id', 'version'])
    .where('stage_id', '=', String(row.id))
    .where('deleted_at', 'is', null)
    .execute()
  if (deals.length === 0) return
  const target = await targetStage(writer, row, parameters.move_to_stage_id)
  for (const deal of deals) {
    await writer.update(
      'deals',
      { id: deal.id ?? null },
      { stage_id: target, updated_at: writer.at, version: Number(deal.version) + 1 },
    )
    await moveStay(writer, 'deal_id', String(deal.id), target)
    await writer.log({
      resource: 'deals',
      recordId: String(deal.id),
      action: 'updated',
      changed: { stage_id: [row.id ?? null, target] },
    })
  }
}

/** A stage comes back only into a pipeline that is there. */
export async function requireLivePipeline(writer: AccountWriter, row: Row): Promise<void> {
  const pipeline = await writer.find('pipelines', String(row.pipeline_id))
  if (pipeline?.deleted_at !== null) {
    throw new ApiError('parent_deleted', 'Its pipeline is deleted; restore the pipeline first')
  }
}

async function targetStage(writer: AccountWriter, from: Row, given: string | undefined): Promise<string> {
  if (given === undefined) {
    throw new ApiError(
      'stage_in_use',
      `"${from.name}" still holds deals; name the stage that they move to as move_to_stage_id`,
      { param: 'move_to_stage_id' },
    )
  }
  const id = parseId(given)
  const stage = id && id !== from.id ? await writer.find('stages', id) : null
  if (!stage || stage.deleted_at !== null || stage.pipeline_id !== from.pipeline_id) {
    throw new ApiError(
      'unknown_stage',
      'move_to_stage_id is invalid: it must be another stage of the same pipeline',
      {
        param: 'move_to_stage_id',
      },
    )
  }
  return String(stage.id)
}
