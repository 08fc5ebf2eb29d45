import Type from 'typebox'
import { ApiError } from '../../errors/api-error.ts'
import { parseSwitch } from '../../resource-layer/fields/boolean.ts'
import { parseText } from '../../resource-layer/fields/text.ts'
import {
  type Condition,
  type Draft,
  type Field,
  FieldProblem,
  type ReadContext,
} from '../../resource-layer/resource.ts'
import { create } from '../../resource-layer/write.ts'
import type { AccountStore, AccountWriter, Row, Select } from '../../storage/account-store.ts'
import { parseId } from '../../storage/ids.ts'
import { sourceNamed } from '../sources/sources.rules.ts'
import { sources } from '../sources/sources.schema.ts'
import { stageStatuses } from '../stages/stages.schema.ts'

/** Stage statuses in which somebody still works on the deal. */
export const openStatuses: readonly string[] = ['prospect', 'lead', 'active']

/** A yes-or-no that steers the write and is not kept. */
export function switchOption(name: string, description: string): Field {
  return {
    description,
    schema: Type.Boolean(),
    columns: [],
    write: {
      names: [name],
      schema: Type.Boolean(),
      accept(value, draft) {
        draft.options.set(name, parseSwitch(value))
      },
    },
  }
}

/** A source by its id, or by its name in the deal's pipeline. */
export async function acceptSource(value: unknown, draft: Draft, param: string): Promise<void> {
  const { row, writer } = draft
  if (value === null || value === '') {
    row.source_id = null
    return
  }
  const given = parseText(value, 255)
  if (row.pipeline_id === null) return
  const pipelineId = String(row.pipeline_id)
  const id = parseId(given)
  if (id) {
    const { existing } = draft
    if (existing && existing.pipeline_id === pipelineId && existing.source_id === id) return
    const source = await writer.find('sources', id)
    if (!source || source.deleted_at !== null) draft.problem('unknown_source', param, `${param} is invalid`)
    else if (source.pipeline_id !== pipelineId) {
      draft.problem(
        'source_not_in_pipeline',
        param,
        `${param} is invalid: the source belongs to another pipeline`,
      )
    } else row.source_id = id
    return
  }
  const known = await sourceNamed(writer, pipelineId, given)
  if (known) row.source_id = known.id ?? null
  else if (draft.options.get('create_source_if_new') === true) {
    const fields = { name: given, pipeline_id: pipelineId }
    const settings = { timeZone: draft.timeZone, ownerId: draft.ownerId, ignored: draft.ignored }
    row.source_id = (await create(writer, sources, { fields, wrapper: null }, settings)).id ?? null
  } else {
    draft.problem(
      'unknown_source',
      param,
      `${param} is invalid: the pipeline has no source "${given}"; send create_source_if_new to make it one`,
    )
  }
}

/** Every deal stands in a stage of its own pipeline and has a name. */
export async function placeDeal(draft: Draft): Promise<void> {
  const { row, existing, writer } = draft
  const moved = existing !== null && existing.pipeline_id !== row.pipeline_id
  if (row.stage_id === null || (moved && !draft.supplied.has('stage'))) {
    row.stage_id = await firstStage(writer, String(row.pipeline_id))
    if (row.stage_id === null) {
      const param = draft.supplied.get('pipeline') ?? null
      draft.problem(
        'invalid_field',
        param,
        `${param ?? 'pipeline_id'} is invalid: this pipeline has no stages yet`,
      )
    }
  } else if (!existing || moved || existing.stage_id !== row.stage_id) {
    const stage = await writer.find('stages', String(row.stage_id))
    if (stage?.pipeline_id !== row.pipeline_id) {
      const param = draft.supplied.get('stage') ?? null
      draft.problem(
        'stage_not_in_pipeline',
        param,
        `${param ?? 'stage_id'} is invalid: the stage belongs to another pipeline`,
      )
    }
  }
  if (moved && !draft.supplied.has('source')) row.source_id = null
  if (row.name === '') row.name = existing ? String(existing.name) : 'Unknown Name'
}

/** A deal comes back only into a pipeline and stage that are there. */
export async function requireLivePlace(writer: AccountWriter, row: Row): Promise<void> {
  const stage = await writer.find('stages', String(row.stage_id))
  const pipeline = await writer.find('pipelines', String(row.pipeline_id))
  if (stage?.deleted_at !== null || pipeline?.deleted_at !== null) {
    throw new ApiError('parent_deleted', 'Its stage is deleted; restore the stage (and its pipeline) first')
  }
}

/** By the status of the stage; `open` and `closed` stand for several. */
export function filterByStatus(query: Select, condition: Condition, context: ReadContext): Select {
  if (condition.kind !== 'any') return query
  const statuses = condition.values.flatMap((value) => {
    const word = value.toLowerCase()
    if (word === 'open') return openStatuses
    if (word === 'closed') return stageStatuses.filter((status) => !openStatuses.includes(status))
    const known = stageStatuses.find((status) => status === word)
    if (!known) throw new FieldProblem(`must be one of ${stageStatuses.join(', ')}, open, closed`)
    return [known]
  })
  return query.where(
    'stage_id',
    'in',
    context.store.from('stages').select('id').where('status', 'in', statuses),
  )
}

async function firstStage(store: AccountStore, pipelineId: string): Promise<string | null> {
  const stage = await store
    .from('stages')
    .select(['id'])
    .where('pipeline_id', '=', pipelineId)
    .where('deleted_at', 'is', null)
    .orderBy('position')
    .orderBy('id')
    .limit(1)
    .executeTakeFirst()
  return stage ? String(stage.id) : null
}
