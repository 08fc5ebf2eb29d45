import type { TSchema } from 'typebox'
import { fieldsOf, flagsOf } from '../../server/resource-layer/fields-of.ts'
import type { Filter, Resource } from '../../server/resource-layer/resource.ts'
import { sortableFields } from '../../server/rest/list-query.ts'

/** A request for a list, and what it asks for beside the plain list. */
export interface Asked {
  resource: Resource
  path: string
  filter?: string
  sort?: string
  /** Where there are many, what follows the page is asked for as well, by its cursor. */
  isFollowed?: true
}

/** A custom field, as the API tells of it. */
export interface CustomField {
  category: string
  key: string
  data_type: string
}

/** Every list in every way that the reference documents, each alone. */
export function listRequests(resource: Resource, customFields: readonly CustomField[]): Asked[] {
  const list = `/${resource.name}`
  const sorts = sortableFields(resource).flatMap((sort) =>
    (['asc', 'desc'] as const).map((direction) => ({
      sort,
      path: `${list}?order_field=${sort}&order_direction=${direction}&per_page=2`,
      ...(direction === 'asc' ? { isFollowed: true as const } : {}),
    })),
  )
  const filters = filtersOf(resource).flatMap((filter) =>
    queriesOf(resource, filter).map((query) => ({ filter: filter.param, path: `${list}?${query}` })),
  )
  const custom = customFields
    .filter(({ category }) => category === resource.customFields)
    .flatMap(({ key, data_type }) =>
      data_type === 'text' ? [`[${key}]=smith`] : [`[${key}]=3`, `[${key}][gte]=3`],
    )
    .map((query) => ({ filter: 'custom_fields', path: `${list}?custom_fields${query}` }))
  const flags = flagsOf(resource).map((flag) => ({ path: `${list}?${flag}=true` }))
  const others = [
    ...['', 'page=600', 'include_total=false', 'include_deleted=true', 'updated_since=2026-11-20T00:00:00Z'],
    'search=smith',
  ].map((query) => ({ path: `${list}?${query}` }))
  return [...others, ...flags, ...sorts, ...filters, ...custom].map((asked) => ({ resource, ...asked }))
}

/** What they ask for, a range by its lower end. */
export function parametersOf(asked: readonly Asked[]): Set<string> {
  const names = asked.flatMap(({ path }) => [...new URLSearchParams(path.split('?')[1]).keys()])
  const custom = names.map((name) => name.replace(/^custom_fields\[\w+\]/, 'custom_fields[key]'))
  return new Set([...custom, ...(asked.some(({ isFollowed }) => isFollowed) ? ['cursor'] : [])])
}

export function filtersOf(resource: Resource): Filter[] {
  return Object.values(fieldsOf(resource)).flatMap(({ filters }) => filters ?? [])
}

function queriesOf(resource: Resource, { param, schema, range }: Filter): string[] {
  const field = resource.fields[param]
  const words = field?.schema as { enum?: string[]; anyOf?: { enum?: string[] }[] } | undefined
  // The schema of such a filter is that of any text; and a decimal has an example.
  const [word] = words?.enum ?? words?.anyOf?.flatMap((one) => one.enum ?? []) ?? []
  const example = range && typeof field?.example !== 'object' ? field?.example : undefined
  const sample = samples[`${resource.name}.${param}`] ?? word ?? samples[param] ?? example
  const value = encodeURIComponent(String(sample ?? sampleOf(schema, param)))
  if (value === 'true') return [`${param}=true`, `${param}=false`]
  return [`${param}=${value}`, ...(range ? [`${param}[gte]=${value}`] : [])]
}

const someId = '0197a1c2-0000-7c3a-9d40-000000000001'

/** Where the schema of a filter does not tell which words it takes, by resource or for all. */
const samples: Readonly<Record<string, string>> = {
  role: 'admin',
  status: 'lead',
  'processes.status': 'open',
  'text_messages.from': '+15550104477',
  'text_messages.to': '+15550104477',
  'calls.from': '+15550104477',
  'calls.to': '+15550104477',
  type: 'deal.created',
}

/** A value that the schema of a filter takes. */
function sampleOf(schema: TSchema, param: string): string {
  const {
    anyOf,
    enum: words,
    format,
    type,
  } = schema as {
    anyOf?: TSchema[]
    enum?: string[]
    format?: string
    type?: string
  }
  if (anyOf?.[0]) return sampleOf(anyOf[0], param)
  if (words?.[0] !== undefined) return words[0]
  if (format === 'uuid' || param === 'id' || param.endsWith('_id')) return someId
  if (format === 'date-time') return '2026-11-20T00:00:00Z'
  if (format === 'date') return '2026-11-20'
  if (type === 'boolean') return 'true'
  return type === 'integer' || type === 'number' ? '3' : 'smith'
}
