import { externalIds } from './fields/external-ids.ts'
import type { Field, Resource } from './resource.ts'

const known = new WeakMap<Resource, Readonly<Record<string, Field>>>()

/** All fields of a resource: those it declares, and those that every resource has that can be written. */
export function fieldsOf(resource: Resource): Readonly<Record<string, Field>> {
  let fields = known.get(resource)
  if (!fields) {
    fields = {
      ...resource.fields,
      ...(isWritten(resource) ? { external_ids: externalIds(resource.name) } : {}),
    }
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
