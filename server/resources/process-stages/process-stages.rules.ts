import { ApiError } from '../../errors/api-error.ts'
import { deleteChildren, restoreChildren } from '../../resource-layer/children.ts'
import { placeLast } from '../../resource-layer/position.ts'
import type { Draft } from '../../resource-layer/resource.ts'
import { update } from '../../resource-layer/write.ts'
import type { AccountWriter, Row } from '../../storage/account-store.ts'
import { parseId } from '../../storage/ids.ts'
import { processes } from '../processes/processes.schema.ts'

/** Gives a new stage its place. One that gets another status closes or reopens the processes in it. */
export async function arrangeStage(draft: Draft): Promise<void> {
  await placeLast(draft, 'process_type_id')
  const { writer, row, existing } = draft
  if (!existing || existing.status === row.status) return
  draft.later(() => moveProcesses(writer, row, row.id))
}

const steps = { resource: 'steps', column: 'stage_id' }

/** A stage that holds processes goes only when they have somewhere to go. Its steps go with it … */
export async function deleteStage(
  writer: AccountWriter,
  row: Row,
  parameters: Readonly<Record<string, string>>,
): Promise<void> {
  if ((await processesIn(writer, row).limit(1).execute()).length > 0) {
    await moveProcesses(writer, row, await targetStage(writer, row, parameters.move_to_stage_id))
  }
  await deleteChildren(writer, steps, row)
}

/** … and come back with it. */
export function restoreStage(writer: AccountWriter, row: Row): Promise<void> {
  return restoreChildren(writer, steps, row)
}

function processesIn(writer: AccountWriter, stage: Row) {
  return writer
    .from('processes')
    .selectAll()
    .where('stage_id', '=', String(stage.id))
    .where('deleted_at', 'is', null)
}

/** Through the one write path, because a move closes and reopens processes. */
async function moveProcesses(writer: AccountWriter, from: Row, to: string): Promise<void> {
  const settings = { timeZone: 'UTC', ownerId: null, ignored: new Set<string>() }
  for (const process of await processesIn(writer, from).execute()) {
    await update(writer, processes, process, { fields: { stage_id: to }, wrapper: null }, settings)
  }
}

async function targetStage(writer: AccountWriter, from: Row, given: string | undefined): Promise<string> {
  const param = 'move_to_stage_id'
  if (given === undefined) {
    throw new ApiError(
      'stage_in_use',
      `"${from.name}" still holds processes; name the stage that they move to as ${param}`,
      { param },
    )
  }
  const id = parseId(given)
  const stage = id && id !== from.id ? await writer.find('process_stages', id) : null
  if (!stage || stage.deleted_at !== null || stage.process_type_id !== from.process_type_id) {
    throw new ApiError(
      'unknown_stage',
      `${param} is invalid: it must be another stage of the same process type`,
      { param },
    )
  }
  return String(stage.id)
}
