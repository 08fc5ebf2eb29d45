import { ApiError } from '../../errors/api-error.ts'
import { deleteChildren, restoreChildren } from '../../resource-layer/children.ts'
import type { Draft } from '../../resource-layer/resource.ts'
import { create } from '../../resource-layer/write.ts'
import type { AccountWriter, Row } from '../../storage/account-store.ts'
import { stages } from '../stages/stages.schema.ts'

const children = [
  { resource: 'stages', column: 'pipeline_id' },
  { resource: 'sources', column: 'pipeline_id' },
]

/** A pipeline goes only when no deal would be left without one. Its stages and sources go with it … */
export async function deletePipeline(writer: AccountWriter, row: Row): Promise<void> {
  await refuseWhileInUse(writer, row)
  for (const kind of children) await deleteChildren(writer, kind, row)
}

/** … and those that went with it come back with it. */
export async function restorePipeline(writer: AccountWriter, row: Row): Promise<void> {
  for (const kind of children) await restoreChildren(writer, kind, row)
}

async function refuseWhileInUse(writer: AccountWriter, row: Row): Promise<void> {
  const deal = await writer
    .from('deals')
    .select(['id'])
    .where('pipeline_id', '=', String(row.id))
    .where('deleted_at', 'is', null)
    .limit(1)
    .executeTakeFirst()
  if (!deal) return
  throw new ApiError('pipeline_in_use', `"${row.name}" still holds deals; move or delete them first`)
}

/** The stages that a new pipeline starts with, one for each category. */
const firstStages = [
  ['Prospective', 'prospect'],
  ['Potential', 'lead'],
  ['Current', 'won'],
  ['Missed', 'lost'],
  ['Invalid', 'invalid'],
] as const

/** A pipeline without stages could hold no deal, so a new one comes with some. */
export function addFirstStages(draft: Draft): void {
  if (draft.existing) return
  draft.later(async () => {
    const settings = { timeZone: draft.timeZone, ownerId: draft.ownerId, ignored: draft.ignored }
    for (const [name, status] of firstStages) {
      const fields = { name, status, pipeline_id: draft.row.id }
      await create(draft.writer, stages, { fields, wrapper: null }, settings)
    }
  })
}
