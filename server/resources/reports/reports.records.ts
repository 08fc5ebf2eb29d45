import { matchingRows } from '../../resource-layer/list.ts'
import type { Resource } from '../../resource-layer/resource.ts'
import { listDocumentation } from '../../rest/list-documentation.ts'
import { readListQuery } from '../../rest/list-query.ts'
import type { Call, Parameter } from '../../rest/operation.ts'
import type { Form, FormValue } from '../../rest/rack-form.ts'
import type { Select } from '../../storage/account-store.ts'

/** The records that a report is about. */
export interface Records {
  /** Those that the filters of the request leave. */
  rows: Select
  /**
   * The list of the same records, narrowed by further filters. Its `meta.total_count` is the number that the
   * report tells. A filter of the request that the report groups by is replaced by that of the group.
   */
  list(filters: Readonly<Record<string, string>>): string
  /** The ids that the request narrows a filter to, or null. */
  chosen(param: string): ReadonlySet<string> | null
}

/** What has no meaning where records are counted, or is read by the report itself. */
const ofPages = ['page', 'per_page', 'cursor', 'include_total', 'order_field', 'order_direction']
const ofReports = ['from', 'to', 'period', 'page', 'per_page']

/** The filters of the list of a resource that a report on it takes. */
export function filterParameters(resource: Resource, notTaken: readonly string[]): Parameter[] {
  return listDocumentation(resource).filter(
    ({ name }) => !name.startsWith('include_') && ![...ofPages, ...notTaken].includes(baseOf(name)),
  )
}

/**
 * The records that a request asks about.
 * @param notTaken the filters by which the report itself tells records apart.
 * @throws ApiError 400 for a bad filter; unknown ones go to the ignored.
 */
export async function readRecords(
  call: Call,
  resource: Resource,
  notTaken: readonly string[],
): Promise<Records> {
  const form: Form = Object.create(null)
  const others = [...ofPages, ...notTaken]
  for (const [name, value] of Object.entries(call.query)) {
    if (ofReports.includes(name)) continue
    if (others.includes(name) || name.startsWith('include_')) call.ignored.add(name)
    else form[name] = value
  }
  const ignored = new Set<string>()
  const query = await readListQuery(resource, form, call.read, ignored)
  for (const name of ignored) {
    call.ignored.add(name)
    delete form[name]
  }
  const own = Object.entries(form).flatMap(([name, value]) => pairsOf(name, value))
  return {
    rows: matchingRows(resource, query, call.read),
    list(filters) {
      const replaced = new Set(Object.keys(filters).map(baseOf))
      const kept = own.filter(([name]) => !replaced.has(baseOf(name)))
      return `/rest/${resource.name}?${[...kept, ...Object.entries(filters)].map(pairText).join('&')}`
    },
    chosen(param) {
      const conditions = query.conditions.filter(({ filter }) => filter.param === param)
      if (conditions.length === 0) return null
      const values = conditions.flatMap(({ condition }) => (condition.kind === 'any' ? condition.values : []))
      return new Set(values.map((value) => value.toLowerCase()))
    },
  }
}

function baseOf(name: string): string {
  return name.replace(/\[.*$/s, '')
}

/** A value of a query string as the pairs that it came from. */
function pairsOf(name: string, value: FormValue): [string, string][] {
  if (typeof value === 'string') return [[name, value]]
  if (Array.isArray(value)) return value.flatMap((one) => pairsOf(`${name}[]`, one))
  return Object.entries(value).flatMap(([key, one]) => pairsOf(`${name}[${key}]`, one))
}

/** Brackets stay as they are, which is how everybody writes them. */
function pairText([name, value]: [string, string]): string {
  const encoded = (text: string) =>
    encodeURIComponent(text).replaceAll('%5B', '[').replaceAll('%5D', ']').replaceAll('%3A', ':')
  return `${encoded(name)}=${encoded(value)}`
}
