import { nameOf } from '../named-schemas.ts'
import type { Json, JsonObject } from '../openapi.types.ts'
import { isObject, propertiesOf } from '../schemas.ts'
import type { Direction } from '../swagger-schema.ts'
import { base } from './page.ts'

/** What a value is, in words: `list of [Contact](…)`, `string (date) or null`. */
export function typeWords(schema: JsonObject): string {
  const name = nameOf(schema)
  if (name !== null) return `[${name}](${base}/objects/${name})`
  const options = [schema.anyOf, schema.oneOf].find(Array.isArray)?.filter(isObject)
  if (options) return [...new Set(options.map(typeWords))].join(' or ')
  const types = [schema.type].flat().filter((type) => typeof type === 'string')
  if (types.length === 0) return 'any value'
  return types.map((type) => oneType(type, schema)).join(' or ')
}

function oneType(type: string, schema: JsonObject): string {
  if (type === 'null') return 'null'
  if (type === 'array') return isObject(schema.items) ? `list of ${plural(schema.items)}` : 'list'
  if (type === 'object') {
    const { additionalProperties } = schema
    const isMap = isObject(additionalProperties) && Object.keys(propertiesOf(schema)).length === 0
    return isMap ? 'object by key' : 'object'
  }
  const format = typeof schema.format === 'string' ? schema.format : schema.contentMediaType && 'file'
  return format ? `${type} (${String(format)})` : type
}

function plural(items: JsonObject): string {
  const words = typeWords(items)
  return /^(string|number|integer|boolean|object)$/.test(words) ? `${words}s` : words
}

/**
 * The fields of an object as a list, those of objects inside of it indented.
 * @param direction what is sent says which fields are required; what is read, which may be absent.
 */
export function fieldList(schema: JsonObject, direction: Direction, depth = 0): string {
  const required = Array.isArray(schema.required) ? schema.required : []
  return Object.entries(propertiesOf(schema))
    .map(([name, field]) => {
      const isRequired = required.includes(name)
      const inner = objectIn(field)
      const line = entry(name, field, noteOf(direction, isRequired))
      return `${'  '.repeat(depth)}${line}${inner ? `\n${fieldList(inner, direction, depth + 1)}` : ''}`
    })
    .filter((line) => line !== '')
    .join('\n')
}

/** One field or parameter: its name, what it is, and what it means. */
export function entry(
  name: string,
  schema: JsonObject,
  note: string,
  description = schema.description,
): string {
  const parts = [`- \`${name}\` ${typeWords(schema)}${note ? `, ${note}` : ''}.`]
  if (typeof description === 'string' && description !== '') parts.push(description.replace(/\s+/g, ' '))
  return [...parts, ...limitsOf(schema)].join(' ')
}

function noteOf(direction: Direction, isRequired: boolean): string {
  if (direction === 'sent') return isRequired ? 'required' : ''
  return isRequired ? '' : 'may be absent'
}

function limitsOf(schema: JsonObject): string[] {
  const inner = schema.type === 'array' && isObject(schema.items) ? schema.items : schema
  const limits: string[] = []
  const values = Array.isArray(inner.enum) ? inner.enum.filter((value) => value !== null) : []
  if (values.length > 0) limits.push(`One of ${values.map(code).join(', ')}.`)
  const { minimum, maximum, maxLength, maxItems } = inner
  if (typeof minimum === 'number') limits.push(`At least ${minimum}.`)
  if (typeof maximum === 'number') limits.push(`At most ${maximum}.`)
  if (typeof maxLength === 'number') limits.push(`At most ${maxLength} characters.`)
  const most = typeof schema.maxItems === 'number' ? schema.maxItems : maxItems
  if (typeof most === 'number') limits.push(`At most ${most} entries.`)
  if (schema.default !== undefined) limits.push(`Default: ${code(schema.default)}.`)
  return limits
}

function code(value: Json): string {
  return `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``
}

/** The object whose fields stand below a field: it, what a list holds, or what it is when it is not null. */
function objectIn(schema: JsonObject): JsonObject | null {
  if (Object.keys(propertiesOf(schema)).length > 0) return schema
  if (isObject(schema.items)) return objectIn(schema.items)
  const options = [schema.anyOf, schema.oneOf].find(Array.isArray)?.filter(isObject) ?? []
  return options.map(objectIn).find((option) => option !== null) ?? null
}
