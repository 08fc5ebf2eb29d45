import { choice } from '../../resource-layer/fields/choice.ts'
import { integer } from '../../resource-layer/fields/number.ts'
import { id, recordTime } from '../../resource-layer/fields/standard.ts'
import { text } from '../../resource-layer/fields/text.ts'
import { defineResource } from '../../resource-layer/resource.ts'
import { itsProcessType } from '../process-types/process-types.field.ts'
import { requireLiveProcessType } from '../process-types/process-types.live.ts'
import { processStatuses } from '../processes/processes.status.ts'
import { arrangeStage, deleteStage, restoreStage } from './process-stages.rules.ts'

export const processStages = defineResource({
  name: 'process_stages',
  singular: 'process_stage',
  title: 'Process stages',
  area: 'setup',
  bounds: { place: { kind: 'process_type', column: 'process_type_id' } },
  managedBy: 'manage_stages',
  description:
    'A stage of a process type: where a process stands. Lists are in the order of `position`. The stages of one type are also at `/process_types/{id}/stages`.',
  setup: true,
  defaultOrder: 'position',
  hooks: {
    beforeWrite: arrangeStage,
    beforeDelete: deleteStage,
    async beforeRestore(writer, row) {
      await requireLiveProcessType(writer, row)
      await restoreStage(writer, row)
    },
  },
  fields: {
    id: id(),
    name: text({
      column: 'name',
      description: 'What it is called.',
      example: 'Walk-through',
      required: true,
      filter: true,
      sort: true,
      search: true,
    }),
    status: choice({
      column: 'status',
      description: 'What a process in it is: open (backlog, working) or closed (completed, canceled).',
      choices: processStatuses,
      default: 'working',
    }),
    position: integer({
      column: 'position',
      description: 'Its place in the process type, from 0.',
      example: 0,
      min: 0,
    }),
    process_type: itsProcessType(),
    created_at: recordTime('created_at'),
    updated_at: recordTime('updated_at'),
  },
})
