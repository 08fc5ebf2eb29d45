import { reference } from '../../resource-layer/fields/reference.ts'
import type { Field } from '../../resource-layer/resource.ts'

/** The pipeline of a stage or source, which it never leaves. */
export function itsPipeline(): Field {
  return reference({
    column: 'pipeline_id',
    to: 'pipelines',
    description: 'The pipeline it belongs to.',
    shows: ['id', 'name'],
    required: true,
    fixed: true,
    unknown: 'unknown_pipeline',
  })
}
