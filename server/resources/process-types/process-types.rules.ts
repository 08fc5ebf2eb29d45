import { ApiError } from '../../errors/api-error.ts'
import { deleteChildren, restoreChildren } from '../../resource-layer/children.ts'
import type { Draft } from '../../resource-layer/resource.ts'
import { create } from '../../resource-layer/write.ts'
import type { AccountWriter, Row } from '../../storage/account-store.ts'
import { processStages } from '../process-stages/process-stages.schema.ts'

const children = ['process_stages', 'steps', 'contact_roles', 'assignee_roles', 'custom_fields'].map(
  (resource) => ({ resource, column: 'process_type_id' }),
)

/** A process type goes only when no process is left of it. All that makes it up goes with it … */
export async function deleteProcessType(writer: AccountWriter, row: Row): Promise<void> {
  const process = await writer
    .from('processes')
    .select(['id'])
    .where('process_type_id', '=', String(row.id))
    .where('deleted_at', 'is', null)
    .limit(1)
    .executeTakeFirst()
  if (process) {
    throw new ApiError('process_type_in_use', `"${row.name}" still has processes; delete them first`)
  }
  for (const kind of children) await deleteChildren(writer, kind, row)
}

/** … and what went with it comes back with it. */
export async function restoreProcessType(writer: AccountWriter, row: Row): Promise<void> {
  for (const kind of children) await restoreChildren(writer, kind, row)
}

/** The stages that a new type starts with, one for each status. */
const firstStages = [
  ['Backlog', 'backlog'],
  ['In progress', 'working'],
  ['Completed', 'completed'],
  ['Canceled', 'canceled'],
] as const

/** A process type without stages could have no process, so a new one comes with some. */
export function addFirstStages(draft: Draft): void {
  if (draft.existing) return
  draft.later(async () => {
    const settings = { timeZone: draft.timeZone, ownerId: draft.ownerId, ignored: draft.ignored }
    for (const [name, status] of firstStages) {
      const fields = { name, status, process_type_id: draft.row.id }
      await create(draft.writer, processStages, { fields, wrapper: null }, settings)
    }
  })
}
