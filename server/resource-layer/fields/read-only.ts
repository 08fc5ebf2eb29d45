import type { Field } from '../resource.ts'

/** The field as clients read it, filter by it and order by it, without a way to write it. */
export function readOnly(field: Field): Field {
  const { write: _, ...rest } = field
  return rest
}
