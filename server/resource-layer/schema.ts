import Type, { type TSchema } from 'typebox'
import { fieldsOf } from './fields-of.ts'
import type { Resource } from './resource.ts'

/** The JSON schema of an object as it is read; fields behind a flag are optional. */
export function objectSchema(resource: Resource): TSchema {
  const properties: Record<string, TSchema> = {}
  for (const [name, field] of Object.entries(fieldsOf(resource))) {
    if (!field.present && !field.load) continue
    const schema = { ...field.schema, description: field.description } as TSchema
    properties[name] = field.flag ? Type.Optional(schema) : schema
  }
  return Type.Object(properties, { additionalProperties: false, description: resource.description })
}

/** The name under which a body carries the file of a record, if it has one. */
export function fileName(resource: Resource): string | undefined {
  return Object.values(resource.fields).find(({ write }) => write?.isFile)?.write?.names[0]
}

/** The JSON schema of a body that writes it. On creation the required fields are marked. */
export function bodySchema(resource: Resource, kind: 'create' | 'update'): TSchema {
  const properties: Record<string, TSchema> = {}
  for (const field of Object.values(fieldsOf(resource))) {
    if (!field.write) continue
    const schema = { ...field.write.schema, description: field.description } as TSchema
    const required = kind === 'create' && field.write.required
    properties[field.write.names[0]] = required ? schema : Type.Optional(schema)
  }
  return Type.Object(properties)
}
