import { choice } from '../../resource-layer/fields/choice.ts'
import { integer } from '../../resource-layer/fields/number.ts'
import { id, recordTime } from '../../resource-layer/fields/standard.ts'
import { text } from '../../resource-layer/fields/text.ts'
import { defineResource } from '../../resource-layer/resource.ts'
import { itsPipeline } from '../pipelines/pipelines.field.ts'
import { moveDealsAway, placeLast, requireLivePipeline } from './stages.rules.ts'

/** The words that existing clients read (`contract.md` §4), one list for every pipeline. */
export const stageStatuses = ['prospect', 'lead', 'active', 'won', 'lost', 'past', 'invalid'] as const

export const stages = defineResource({
  name: 'stages',
  singular: 'stage',
  title: 'Stages',
  area: 'setup',
  bounds: { place: { kind: 'pipeline', column: 'pipeline_id' } },
  managedBy: 'manage_stages',
  description:
    'A stage of a pipeline: the bucket that a deal stands in. Lists are in the order of `position`.',
  setup: true,
  defaultOrder: 'position',
  hooks: { beforeWrite: placeLast, beforeDelete: moveDealsAway, beforeRestore: requireLivePipeline },
  fields: {
    id: id(),
    name: text({
      column: 'name',
      description: 'What it is called.',
      example: 'First call',
      required: true,
      filter: true,
      sort: true,
      search: true,
    }),
    status: choice({
      column: 'status',
      description:
        'What a deal in it is: still open (prospect, lead, active) or closed (won, lost, past, invalid).',
      choices: stageStatuses,
      default: 'lead',
    }),
    position: integer({
      column: 'position',
      description: 'Its place in the pipeline, from 0.',
      example: 0,
      min: 0,
    }),
    pipeline: itsPipeline(),
    created_at: recordTime('created_at'),
    updated_at: recordTime('updated_at'),
  },
})
