import Type, { type TSchema } from 'typebox'
import { idSchema } from '../resource-layer/fields/schemas.ts'
import { fieldsOf, flagsOf } from '../resource-layer/fields-of.ts'
import { includeDeleted, type Resource } from '../resource-layer/resource.ts'
import { bodySchema, fileName, objectSchema } from '../resource-layer/schema.ts'
import type { BodyShape, Parameter, ResponseShape } from './operation.ts'

/** The object of one record. */
export function dataSchema(resource: Resource): TSchema {
  return Type.Object({ data: objectSchema(resource) }, { additionalProperties: false })
}

/** The envelope of a list. */
export function listSchema(resource: Resource): TSchema {
  return Type.Object(
    { data: Type.Array(objectSchema(resource)), meta: listMeta },
    { additionalProperties: false },
  )
}

export const listMeta = Type.Object(
  {
    page_number: Type.Optional(Type.Integer({ description: 'Absent when paging by cursor.' })),
    total_count: Type.Optional(Type.Integer({ description: 'Absent with `include_total=false`.' })),
    total_pages: Type.Optional(Type.Integer({ description: 'Absent with `include_total=false`.' })),
    per_page: Type.Integer(),
    next_cursor: Type.Union([Type.String(), Type.Null()]),
    has_more: Type.Boolean(),
  },
  { additionalProperties: false },
)

/** The answer that shows one record. */
export function recordShape(resource: Resource): ResponseShape {
  return { status: 200, description: `The ${words(resource.singular)}.`, schema: dataSchema(resource) }
}

/** The body that writes a record. */
export function bodyShape(resource: Resource, kind: 'create' | 'update'): BodyShape {
  const file = fileName(resource)
  return {
    schema: bodySchema(resource, kind),
    wrapper: resource.singular,
    ...(file === undefined ? {} : { file }),
  }
}

/** The `{id}` of a path. */
export const idParameter: Parameter = {
  name: 'id',
  in: 'path',
  description: 'The id of the record.',
  schema: idSchema,
  required: true,
}

/** The parameters that add fields to the objects. */
export function flagParameters(resource: Resource): Parameter[] {
  const flags = flagsOf(resource).filter((flag) => flag !== includeDeleted)
  return flags.map((flag) => {
    const added = Object.entries(fieldsOf(resource)).filter(([, field]) => field.flag === flag)
    const names = added.map(([name]) => `\`${name}\``).join(', ')
    return {
      name: flag,
      in: 'query',
      description: `With true, the objects carry ${names}; without it the key is absent.`,
      schema: Type.Boolean(),
    }
  })
}

/** On what reads: deleted records too. */
export const deletedParameter: Parameter = {
  name: includeDeleted,
  in: 'query',
  description:
    'With true, deleted records are there as well, and every object carries `deleted_at`, which is null while it is not deleted.',
  schema: Type.Boolean(),
}

/** `custom_fields` → `CustomFields`, as operations are named. */
export function pascal(name: string): string {
  return name.replace(/(^|_)([a-z])/g, (_, __, letter: string) => letter.toUpperCase())
}

/** `custom_fields` → `custom fields`, as people say it. */
export function words(name: string): string {
  return name.replaceAll('_', ' ')
}
