import { ApiError } from '../../errors/api-error.ts'
import { deleteChildren, restoreChildren } from '../../resource-layer/children.ts'
import type { Draft } from '../../resource-layer/resource.ts'
import type { AccountStore, AccountWriter, Row, Value } from '../../storage/account-store.ts'
import { requireLiveProcessType } from '../process-types/process-types.live.ts'
import { deleteStays, keepStays, restoreStays } from '../stage-stays/stage-stays.keeping.ts'
import { openTasks } from '../tasks/tasks.open.ts'
import { keepLeaseFacts } from './processes.lease-facts.ts'
import { nameProcess } from './processes.naming.ts'
import { closedStatuses } from './processes.status.ts'

/** Every process stands in a stage of its own type, has a name, and is closed exactly when its stage is. */
export async function placeProcess(draft: Draft): Promise<void> {
  const { row, existing } = draft
  const stage = await stageFor(draft)
  if (!stage) return
  row.stage_id = stage.id ?? null
  if (!closedStatuses.includes(String(stage.status))) {
    row.closed_at = null
    row.lease_facts = null
  } else if (row.closed_at === null || draft.supplied.has('properties')) {
    row.closed_at ??= draft.writer.at
    draft.later(() => keepLeaseFacts(draft))
  }
  row.time_to_close = row.closed_at === null ? null : secondsBetween(row.created_at, row.closed_at)
  keepStays(draft, 'process_id')
  if (row.name === '') row.name = existing ? String(existing.name) : await nameProcess(draft)
}

/** The tasks that are still open go with their process, as its stays do … */
export async function deleteProcess(writer: AccountWriter, row: Row): Promise<void> {
  await deleteChildren(writer, openTasks('process_id'), row)
  await deleteStays(writer, 'process_id', row)
}

/** … and come back with it, where its type and stage are there. */
export async function restoreProcess(writer: AccountWriter, row: Row): Promise<void> {
  await requireLiveProcessType(writer, row)
  const stage = await writer.find('process_stages', String(row.stage_id))
  if (stage?.deleted_at !== null) {
    throw new ApiError('parent_deleted', 'Its stage is deleted; restore the stage first')
  }
  await restoreChildren(writer, openTasks('process_id'), row)
  await restoreStays(writer, 'process_id', row)
}

function secondsBetween(from: Value | undefined, to: Value | undefined): number {
  return Math.max(0, Math.floor((Number(to) - Number(from)) / 1000))
}

async function stageFor({ row, existing, writer, supplied, problem }: Draft): Promise<Row | null> {
  if (row.stage_id === null) {
    const first = await firstStage(writer, String(row.process_type_id))
    const param = supplied.get('process_type') ?? 'process_type_id'
    if (!first) problem('invalid_field', param, `${param} is invalid: this process type has no stages yet`)
    return first
  }
  const stage = await writer.find('process_stages', String(row.stage_id))
  if (stage && (stage.process_type_id === row.process_type_id || existing?.stage_id === row.stage_id))
    return stage
  const param = supplied.get('stage') ?? 'stage_id'
  problem(
    'stage_not_in_process_type',
    param,
    `${param} is invalid: the stage belongs to another process type`,
  )
  return null
}

/** The first backlog stage, or else the first of all. */
async function firstStage(store: AccountStore, processTypeId: string): Promise<Row | null> {
  const stages = await store
    .from('process_stages')
    .select(['id', 'status'])
    .where('process_type_id', '=', processTypeId)
    .where('deleted_at', 'is', null)
    .orderBy('position')
    .orderBy('id')
    .execute()
  return stages.find(({ status }) => status === 'backlog') ?? stages[0] ?? null
}
