import { nameOf } from './named-schemas.ts'
import type { Json, JsonObject } from './openapi.types.ts'
import { isObject } from './schemas.ts'

/** Whether a value is in a response, or in a request. */
export type Direction = 'read' | 'sent'

/** Words of JSON Schema 2020-12 that Swagger 2.0 takes as they are. */
const same = [
  'title',
  'description',
  'format',
  'default',
  'pattern',
  'minimum',
  'maximum',
  'minLength',
  'maxLength',
  'minItems',
  'maxItems',
  'uniqueItems',
]

/**
 * A schema in the words of Swagger 2.0: null becomes `x-nullable`, and where a value can be of several types,
 * what is sent is documented as the first of them, which is always taken, and what is read as any value.
 */
export function swaggerSchema(schema: JsonObject, direction: Direction): JsonObject {
  const name = nameOf(schema)
  if (name !== null) return { $ref: `#/definitions/${name}` }
  const options = [schema.anyOf, schema.oneOf].find(Array.isArray)?.filter(isObject)
  if (options) return alternative(options, schema, direction)
  const types = [schema.type].flat().filter((type) => type !== undefined && type !== null)
  const [type, ...others] = types.filter((one) => one !== 'null')
  const result: JsonObject = {}
  for (const word of same) if (schema[word] !== undefined) result[word] = schema[word]
  if (type !== undefined && (others.length === 0 || direction === 'sent')) result.type = type
  const values = valuesOf(schema)
  if (values) result.enum = values
  if (types.includes('null')) result['x-nullable'] = true
  const [example] = Array.isArray(schema.examples) ? schema.examples : []
  if (example !== undefined) result.example = example
  return { ...result, ...limits(schema), ...inside(schema, direction) }
}

function alternative(options: JsonObject[], schema: JsonObject, direction: Direction): JsonObject {
  const nullable: JsonObject = options.some(({ type }) => type === 'null') ? { 'x-nullable': true } : {}
  const description: JsonObject = schema.description === undefined ? {} : { description: schema.description }
  const [first, ...others] = options.filter(({ type }) => type !== 'null')
  if (!first || (others.length > 0 && direction === 'read')) return { ...description, ...nullable }
  const given = swaggerSchema(first, direction)
  // Nothing may stand beside a $ref.
  const base: JsonObject = given.$ref === undefined ? given : { allOf: [given] }
  return { ...base, ...description, ...nullable }
}

function valuesOf(schema: JsonObject): Json[] | null {
  if (schema.const !== undefined) return [schema.const]
  if (!Array.isArray(schema.enum)) return null
  return schema.enum.filter((value) => value !== null)
}

/** In Swagger 2.0 an exclusive limit is a limit and a flag. */
function limits({ exclusiveMinimum, exclusiveMaximum }: JsonObject): JsonObject {
  return {
    ...(typeof exclusiveMinimum === 'number' ? { minimum: exclusiveMinimum, exclusiveMinimum: true } : {}),
    ...(typeof exclusiveMaximum === 'number' ? { maximum: exclusiveMaximum, exclusiveMaximum: true } : {}),
  }
}

function inside(schema: JsonObject, direction: Direction): JsonObject {
  const result: JsonObject = {}
  const { items, properties, required, additionalProperties, allOf } = schema
  // Swagger 2.0 takes no empty list.
  if (Array.isArray(required) && required.length > 0) result.required = required
  if (isObject(items)) result.items = swaggerSchema(items, direction)
  else if (schema.type === 'array') result.items = {}
  if (isObject(properties)) {
    result.properties = Object.fromEntries(
      Object.entries(properties).map(([key, inner]) => [
        key,
        isObject(inner) ? swaggerSchema(inner, direction) : {},
      ]),
    )
  }
  if (isObject(additionalProperties)) {
    result.additionalProperties = swaggerSchema(additionalProperties, direction)
  } else if (typeof additionalProperties === 'boolean') result.additionalProperties = additionalProperties
  if (Array.isArray(allOf)) {
    result.allOf = allOf.filter(isObject).map((inner) => swaggerSchema(inner, direction))
  }
  return result
}
