import { createHash } from 'node:crypto'
import { fieldsOf, flagsOf } from '../resource-layer/fields-of.ts'
import type { Resource } from '../resource-layer/resource.ts'
import type { Json, JsonObject } from './openapi.types.ts'
import { isObject, plain, propertiesOf } from './schemas.ts'

/** Makes the examples of responses from the examples of the fields. */
export interface Examples {
  /** A record of the resource, as it is read without flags. */
  record(resource: Resource): JsonObject
  /** A value that the schema takes, as full of meaning as what is known of the field allows. */
  value(schema: JsonObject, name: string): Json
}

/** The names under which records show another one. */
const roles: Record<string, string> = { assignee: 'user', tenants: 'contact' }

const moment = '2026-03-01T09:30:00Z'

export function createExamples(resources: readonly Resource[], publicUrl: string): Examples {
  const made = new Map<string, JsonObject>()
  const bySingular = new Map(resources.map((resource) => [resource.singular, resource]))
  const byName = new Map(resources.map((resource) => [resource.name, resource]))

  const record = (resource: Resource): JsonObject => {
    const known = made.get(resource.name)
    if (known) return known
    const result: JsonObject = {}
    made.set(resource.name, result)
    for (const [name, field] of Object.entries(fieldsOf(resource))) {
      if (field.flag || (!field.present && !field.load)) continue
      result[name] = fieldValue(resource, name, plain(field.schema), field.example)
    }
    return result
  }

  const fieldValue = (resource: Resource, name: string, schema: JsonObject, example: unknown): Json => {
    if (name === 'id' || name === 'label_id') return exampleId(resource.name)
    if (name === 'link') return `${publicUrl}/${resource.name}/${exampleId(resource.name)}`
    return example === undefined ? value(schema, name) : (example as Json)
  }

  const value = (schema: JsonObject, name: string): Json => {
    const alternatives = schema.anyOf ?? schema.oneOf
    if (Array.isArray(alternatives)) {
      const first = alternatives.find((option) => isObject(option) && option.type !== 'null')
      return isObject(first) ? value(first, name) : null
    }
    const type = Array.isArray(schema.type) ? schema.type[0] : schema.type
    if (schema.default !== undefined) return schema.default
    if (Array.isArray(schema.enum)) return schema.enum[0] ?? null
    if (type === 'array') return arrayValue(schema, name)
    if (type === 'object') return objectValue(schema, name)
    if (type === 'integer' || type === 'number') return 1
    if (type === 'boolean') return true
    if (type === 'null' || type === undefined) return null
    return textValue(schema, name)
  }

  const arrayValue = (schema: JsonObject, name: string): Json => {
    const resource = byName.get(name) ?? bySingular.get(roles[name] ?? '')
    if (resource && isObject(schema.items) && schema.items.type === 'object') return [record(resource)]
    const ids = byName.get(`${name.replace(/_ids$/, '')}s`) ?? byName.get(name)
    if (name.endsWith('_ids') && ids) return [exampleId(ids.name)]
    return isObject(schema.items) ? [value(schema.items, name)] : []
  }

  const objectValue = (schema: JsonObject, name: string): JsonObject => {
    const shown = bySingular.get(roles[name] ?? name)
    const known = shown ? record(shown) : {}
    const result: JsonObject = {}
    const flags = new Set(shown ? flagsOf(shown) : [])
    const required = Array.isArray(schema.required) ? schema.required : []
    for (const [key, inner] of Object.entries(propertiesOf(schema))) {
      if (!required.includes(key) && flags.size > 0) continue
      if (name === 'full_address' && emptyLines.includes(key)) {
        result[key] = null
        continue
      }
      result[key] = known[key] ?? linkTo(shown, key) ?? addressPart(name, key) ?? value(inner, key)
    }
    return result
  }

  /** A record can show itself inside of another one, before its own example is complete. */
  const linkTo = (resource: Resource | undefined, key: string): string | undefined =>
    resource && key === 'link' ? `${publicUrl}/${resource.name}/${exampleId(resource.name)}` : undefined

  const textValue = (schema: JsonObject, name: string): string => {
    if (schema.format === 'uuid') {
      const owner = bySingular.get(roles[name.replace(/_id$/, '')] ?? name.replace(/_id$/, ''))
      return exampleId(owner?.name ?? name)
    }
    return textByFormat[String(schema.format)] ?? texts[name] ?? 'text'
  }

  return { record, value }
}

/** Each resource has an example id of its own, so that a sample's ids can be told apart. */
export function exampleId(name: string): string {
  return `0197a1c2-5b1e-7c3a-9d40-${createHash('sha256').update(name).digest('hex').slice(0, 12)}`
}

const textByFormat: Record<string, string> = {
  'date-time': moment,
  date: moment.slice(0, 10),
  decimal: '1450.0',
  uri: 'https://latchkey.example.com',
}

const texts: Record<string, string> = { time_zone: 'America/Chicago', name: 'Oak Street Homes' }

/** The lines of an address that are rarely there read null. */
const emptyLines = ['line_2', 'line_3', 'line_4']

const address: Record<string, string> = {
  line_1: '18 Alder Court',
  locality: 'Ashford',
  region: 'OR',
  postal_code: '97001',
  country: 'US',
  full_address: '18 Alder Court #2B, Ashford, OR 97001',
}

function addressPart(object: string, key: string): string | undefined {
  return object === 'full_address' ? address[key] : undefined
}
