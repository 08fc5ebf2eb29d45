import { integer } from '../../resource-layer/fields/number.ts'
import { readOnly } from '../../resource-layer/fields/read-only.ts'
import { reference } from '../../resource-layer/fields/reference.ts'
import { id, recordTime, time } from '../../resource-layer/fields/standard.ts'
import { defineResource } from '../../resource-layer/resource.ts'
import { itsStage, openFilter, setupFilter } from './stage-stays.stage.ts'

const deal = reference({
  column: 'deal_id',
  to: 'deals',
  description: 'The deal that stood there; null where it was a process.',
  shows: ['id', 'name'],
  unknown: 'unknown_deal',
})

const process = reference({
  column: 'process_id',
  to: 'processes',
  description: 'The process that stood there; null where it was a deal.',
  shows: ['id', 'name'],
  unknown: 'unknown_process',
})

const leftAt = time({
  column: 'left_at',
  description: 'When it left for another stage; null while it stands there.',
})

/** Read only: stays follow from what happens to deals and processes. */
export const stageStays = defineResource({
  name: 'stage_stays',
  singular: 'stage_stay',
  title: 'Stage stays',
  area: null,
  bounds: {
    through: [
      { column: 'deal_id', table: 'deals' },
      { column: 'process_id', table: 'processes' },
    ],
  },
  description:
    'A stay of a deal or process in a stage: from when until when. One begins with the record and with every change of its stage. The stays of a deleted record are deleted with it.',
  operations: ['list', 'get'],
  isLogged: false,
  defaultOrder: 'entered_at',
  searchThrough: [
    { table: 'stage_stays', own: 'id', to: { table: 'deals', other: 'deal_id' } },
    { table: 'stage_stays', own: 'id', to: { table: 'processes', other: 'process_id' } },
  ],
  fields: {
    id: id(),
    deal: readOnly({
      ...deal,
      filters: [...(deal.filters ?? []), setupFilter('pipeline_id', 'stages', 'pipelines')],
    }),
    process: readOnly({
      ...process,
      filters: [
        ...(process.filters ?? []),
        setupFilter('process_type_id', 'process_stages', 'process types'),
      ],
    }),
    stage: itsStage(),
    entered_at: readOnly(
      time({
        column: 'entered_at',
        description: 'When it came into the stage.',
        example: '2026-03-01T09:30:00Z',
        always: true,
      }),
    ),
    left_at: readOnly({ ...leftAt, filters: [...(leftAt.filters ?? []), openFilter] }),
    seconds: readOnly(
      integer({
        column: 'seconds',
        description: 'How long it stood there, in whole seconds; null while it stands there.',
        example: 86_400,
      }),
    ),
    created_at: recordTime('created_at'),
    updated_at: recordTime('updated_at'),
  },
})
