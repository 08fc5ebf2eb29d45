import Type from 'typebox'
import { ApiError } from '../../errors/api-error.ts'
import { choice } from '../../resource-layer/fields/choice.ts'
import { computed } from '../../resource-layer/fields/computed.ts'
import { integer } from '../../resource-layer/fields/number.ts'
import { reference } from '../../resource-layer/fields/reference.ts'
import { idSchema } from '../../resource-layer/fields/schemas.ts'
import { id, idFilter, recordTime } from '../../resource-layer/fields/standard.ts'
import { text } from '../../resource-layer/fields/text.ts'
import { placeLast } from '../../resource-layer/position.ts'
import { type Draft, defineResource } from '../../resource-layer/resource.ts'
import type { AccountWriter, Row } from '../../storage/account-store.ts'
import { taskKinds } from './steps.kinds.ts'

export const steps = defineResource({
  name: 'steps',
  singular: 'step',
  title: 'Steps',
  area: 'setup',
  bounds: { place: { kind: 'process_type', column: 'process_type_id' } },
  managedBy: 'manage_stages',
  description:
    'Something that is to be done in a stage of a process type. Lists are in the order of `position`. The steps of one stage are also at `/process_types/{id}/stages/{process_stage_id}/steps`.',
  setup: true,
  defaultOrder: 'position',
  hooks: { beforeWrite: placeStep, beforeRestore: requireLiveStage },
  fields: {
    id: id(),
    kind: choice({ column: 'kind', description: 'What it asks for.', choices: taskKinds, default: 'todo' }),
    description: text({
      column: 'description',
      description: 'What is to be done; newlines are kept.',
      example: 'Send the renewal offer.',
      long: true,
      search: true,
    }),
    name: text({
      column: 'name',
      description: 'A short name.',
      example: 'Renewal offer',
      nullable: true,
      filter: true,
      sort: true,
      search: true,
    }),
    delay_minutes: {
      ...integer({
        column: 'delay_minutes',
        description: 'How long after the step before, in minutes.',
        example: 1440,
        min: 0,
        zero: true,
      }),
      schema: Type.Integer(),
    },
    position: integer({
      column: 'position',
      description: 'Its place in the stage, from 0.',
      example: 0,
      min: 0,
    }),
    stage: reference({
      column: 'stage_id',
      to: 'process_stages',
      description: 'The stage it belongs to.',
      example: { id: '0197a1c2-5b1e-7c3a-9d40-2f6b8e1a7c55', name: 'In progress', status: 'working' },
      shows: ['id', 'name', 'status'],
      required: true,
      fixed: true,
      unknown: 'unknown_stage',
    }),
    process_type_id: {
      ...computed({
        description: 'The process type of its stage.',
        schema: idSchema,
        columns: ['process_type_id'],
        present: (row) => row.process_type_id,
      }),
      filters: [idFilter('process_type_id', 'Only the steps of these process types.')],
    },
    created_at: recordTime('created_at'),
    updated_at: recordTime('updated_at'),
  },
})

async function placeStep(draft: Draft): Promise<void> {
  await placeLast(draft, 'stage_id')
  const stage = await draft.writer.find('process_stages', String(draft.row.stage_id))
  draft.row.process_type_id = stage?.process_type_id ?? null
}

async function requireLiveStage(writer: AccountWriter, row: Row): Promise<void> {
  const stage = await writer.find('process_stages', String(row.stage_id))
  if (stage?.deleted_at !== null) {
    throw new ApiError('parent_deleted', 'Its stage is deleted; restore the stage first')
  }
}
