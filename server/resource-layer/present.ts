import { objectMaker } from '../object-maker.ts'
import type { Row } from '../storage/account-store.ts'
import { fieldsOf } from './fields-of.ts'
import type { Field, ReadContext, Resource } from './resource.ts'

/**
 * The objects that the API shows for these rows: the declared fields in their order, and nothing else. What
 * stands in other tables is loaded in one query a field for the whole page, never one a row.
 */
export async function present(
  resource: Resource,
  rows: readonly Row[],
  context: ReadContext,
): Promise<Record<string, unknown>[]> {
  if (rows.length === 0) return []
  const readers = await Promise.all(
    readableFields(resource, context.flags).map(
      async ([name, field]) => [name, await readerOf(field, rows, context)] as const,
    ),
  )
  const make = objectMaker(readers.map(([name]) => name))
  return rows.map((row) => make(readers.map(([, read]) => read(row))))
}

/** The fields that a request with these flags sees. */
export function readableFields(resource: Resource, flags: ReadonlySet<string>): [string, Field][] {
  return Object.entries(fieldsOf(resource)).filter(
    ([, field]) => (field.present || field.load) && (!field.flag || flags.has(field.flag)),
  )
}

async function readerOf(field: Field, rows: readonly Row[], context: ReadContext) {
  if (field.load) return field.load(rows, context)
  return (row: Row) => field.present?.(row, context)
}
