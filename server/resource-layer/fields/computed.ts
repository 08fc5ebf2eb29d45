import type { TSchema } from 'typebox'
import type { Row } from '../../storage/account-store.ts'
import type { Field, ReadContext } from '../resource.ts'

/** A value that follows from the row's own columns. */
export function computed(options: {
  description: string
  schema: TSchema
  columns?: readonly string[]
  example?: unknown
  present(row: Row, context: ReadContext): unknown
}): Field {
  return { columns: [], ...options }
}

/** A value that follows from other rows: one query for a page. */
export function loaded(options: {
  description: string
  schema: TSchema
  example?: unknown
  shows?: Field['shows']
  load(rows: readonly Row[], context: ReadContext): Promise<(row: Row) => unknown>
}): Field {
  return { columns: [], ...options }
}
