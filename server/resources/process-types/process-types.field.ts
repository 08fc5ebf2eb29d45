import { reference } from '../../resource-layer/fields/reference.ts'
import type { Field } from '../../resource-layer/resource.ts'

/** The process type of a stage or role, which it never leaves. */
export function itsProcessType(): Field {
  return reference({
    column: 'process_type_id',
    to: 'process_types',
    description: 'The process type it belongs to.',
    shows: ['id', 'name'],
    required: true,
    fixed: true,
    unknown: 'unknown_process_type',
  })
}
