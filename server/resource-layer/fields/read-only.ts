import type { Field } from '../resource.ts'

/** The field as it is, but for clients to read alone. */
export function readOnly(field: Field): Field {
  const { write: _, ...rest } = field
  return rest
}
