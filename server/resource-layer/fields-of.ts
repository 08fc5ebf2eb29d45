import { externalIds } from './fields/external-ids.ts'
import { nullableIf, timeSchema } from './fields/schemas.ts'
import { type Field, includeDeleted, type Resource } from './resource.ts'
import { presentTime } from './values.ts'

const known = new WeakMap<Resource, Readonly<Record<string, Field>>>()

/** All fields of a resource: those it declares, and those that every record has. */
export function fieldsOf(resource: Resource): Readonly<Record<string, Field>> {
  let fields = known.get(resource)
  if (!fields) {
    fields = everyField(resource)
    known.set(resource, fields)
  }
  return fields
}

/** Records that come from outside can carry the ids that they have there. */
export function isWritten(resource: Resource): boolean {
  return resource.operations.includes('create')
}

/** The flags, such as `include_custom_fields`, that add fields to its objects, with what they add. */
export function flagsOf(resource: Resource): string[] {
  return [...new Set(Object.values(fieldsOf(resource)).flatMap((field) => field.flag ?? []))]
}

function everyField(resource: Resource): Readonly<Record<string, Field>> {
  const fields: Record<string, Field> = { ...resource.fields }
  if (isWritten(resource)) fields.external_ids = externalIds(resource.name)
  fields.deleted_at = deletedAt
  return fields
}

/** Every record has it; only a request with the flag sees it. */
const deletedAt: Field = {
  description: 'When it was deleted; null while it is not.',
  example: null,
  schema: nullableIf(true, timeSchema),
  columns: ['deleted_at'],
  flag: includeDeleted,
  present: (row) => (row.deleted_at === null ? null : presentTime(Number(row.deleted_at))),
}
