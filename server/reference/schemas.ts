import type { TSchema } from 'typebox'
import type { Resource } from '../resource-layer/resource.ts'
import { bodySchema, objectSchema } from '../resource-layer/schema.ts'
import { pascal } from '../rest/shapes.ts'
import type { Json, JsonObject } from './openapi.types.ts'

/** The named schemas of the document, and the way from a schema of the code to its form in the document. */
export interface Schemas {
  /** The schema as it stands in the document: what has a name is a `$ref`. */
  of(schema: TSchema): JsonObject
  /** Every named schema that was used so far. */
  used(): Record<string, JsonObject>
}

/** Fields of a record that are objects of their own kind, wherever they stand. */
const namedFields: Record<string, string> = {
  full_address: 'FullAddress',
  phone_numbers: 'PhoneNumber',
  custom_fields: 'CustomFieldValue',
}

/**
 * Schemas are recognised by what they say, not by identity: every field builds its own.
 * @param resources give names to their objects and bodies: `Contact`, `ContactUpdate`.
 * @param others further named schemas.
 */
export function createSchemas(
  resources: readonly Resource[],
  others: Readonly<Record<string, JsonObject>> = {},
): Schemas {
  const names = new Map<string, string>()
  const definitions = new Map<string, JsonObject>()
  const used = new Set<string>()
  const add = (name: string, schema: JsonObject) => {
    if (names.has(fingerprint(schema))) return
    names.set(fingerprint(schema), name)
    definitions.set(name, schema)
  }
  for (const [name, schema] of Object.entries(others)) add(name, schema)
  for (const resource of resources) {
    const object = plain(objectSchema(resource))
    for (const [field, name] of Object.entries(namedFields)) {
      const inner = objectIn(propertiesOf(object)[field])
      if (inner) add(name, inner)
    }
    add(pascal(resource.singular), object)
    const [create, update] = [plain(bodySchema(resource, 'create')), plain(bodySchema(resource, 'update'))]
    if (Object.keys(propertiesOf(create)).length === 0) continue
    const isSame = fingerprint(create) === fingerprint(update)
    add(`${pascal(resource.singular)}${isSame ? 'Fields' : 'Create'}`, create)
    add(`${pascal(resource.singular)}Update`, update)
  }

  const refer = (schema: JsonObject): JsonObject => {
    const name = schema.type === 'object' ? names.get(fingerprint(schema)) : undefined
    if (name === undefined) return inside(schema)
    used.add(name)
    const ref = { $ref: `#/components/schemas/${name}` }
    const own = definitions.get(name)?.description
    // The field says what the object is there for; that stands beside the reference.
    return schema.description === undefined || schema.description === own
      ? ref
      : { ...ref, description: schema.description }
  }
  const inside = (schema: JsonObject): JsonObject => mapSchemas(schema, refer)
  return {
    of: (schema) => refer(plain(schema)),
    used() {
      // A definition can use further ones, so it goes on until nothing is added.
      const result: Record<string, JsonObject> = {}
      for (const name of used) result[name] = inside(definitions.get(name) ?? {})
      const sorted = Object.keys(result).sort()
      return Object.fromEntries(sorted.map((name) => [name, result[name] ?? {}]))
    },
  }
}

/** A schema of the code as plain JSON, in the shorter of two ways to say the same. */
export function plain(schema: TSchema): JsonObject {
  const made = plains.get(schema) ?? shorten(JSON.parse(JSON.stringify(schema)) as JsonObject)
  plains.set(schema, made)
  return made
}

/** Operations share many of their schemas, and none is changed once it is made. */
const plains = new WeakMap<TSchema, JsonObject>()

function shorten(given: JsonObject): JsonObject {
  const schema = mapSchemas(given, shorten)
  const { anyOf, patternProperties, ...rest } = schema
  if (isObject(patternProperties) && isObject(patternProperties['^.*$'])) {
    return { ...rest, additionalProperties: patternProperties['^.*$'] }
  }
  if (!Array.isArray(anyOf)) return schema
  const options = anyOf.filter(isObject)
  if (options.length > 0 && options.every((option) => typeof option.const === 'string')) {
    return { ...rest, type: 'string', enum: options.map((option) => option.const ?? null) }
  }
  const [other, ...more] = options.filter((option) => option.type !== 'null')
  const isNullable = options.length === 2 && more.length === 0
  if (isNullable && other && typeof other.type === 'string' && !other.properties) {
    const short: JsonObject = { ...other, ...rest, type: [other.type, 'null'] }
    if (Array.isArray(other.enum)) short.enum = [...other.enum, null]
    return short
  }
  return schema
}

/** Applies `change` to the schemas directly inside of a schema. */
function mapSchemas(schema: JsonObject, change: (inner: JsonObject) => JsonObject): JsonObject {
  const result: JsonObject = {}
  for (const [key, value] of Object.entries(schema)) result[key] = mapped(key, value, change)
  return result
}

function mapped(key: string, value: Json, change: (inner: JsonObject) => JsonObject): Json {
  if (key === 'properties' || key === 'patternProperties') {
    if (!isObject(value)) return value
    const entries = Object.entries(value).map(([name, inner]) => [
      name,
      isObject(inner) ? change(inner) : inner,
    ])
    return Object.fromEntries(entries)
  }
  if (key === 'items' || key === 'additionalProperties') return isObject(value) ? change(value) : value
  if (['anyOf', 'oneOf', 'allOf'].includes(key) && Array.isArray(value)) {
    return value.map((inner) => (isObject(inner) ? change(inner) : inner))
  }
  return value
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function propertiesOf(schema: JsonObject): Record<string, JsonObject> {
  return isObject(schema.properties) ? (schema.properties as Record<string, JsonObject>) : {}
}

/** What it says, apart from its own description. */
function fingerprint({ description: _, ...schema }: JsonObject): string {
  return JSON.stringify(schema)
}

function objectIn(schema: JsonObject | undefined): JsonObject | null {
  const inner = schema?.type === 'array' && isObject(schema.items) ? schema.items : schema
  if (inner?.type !== 'object' || !inner.properties) return null
  const { description: _, ...rest } = inner
  return rest
}
