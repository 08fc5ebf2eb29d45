import Type from 'typebox'
import { ApiError, errorOf, type Problem } from '../errors/api-error.ts'
import { type Order, readCursor } from '../resource-layer/cursor.ts'
import {
  type Definition,
  definitionsOf,
  lookupName,
  lookupOf,
  parseCustomValue,
} from '../resource-layer/custom-values.ts'
import { fieldsOf, flagsOf } from '../resource-layer/fields-of.ts'
import type { ListQuery } from '../resource-layer/list.ts'
import { lookedUp } from '../resource-layer/lookups.ts'
import {
  type Comparison,
  type Condition,
  FieldProblem,
  type Filter,
  type ReadContext,
  type Resource,
} from '../resource-layer/resource.ts'
import { parseTime } from '../resource-layer/values.ts'
import type { Select } from '../storage/account-store.ts'
import type { Form, FormValue } from './rack-form.ts'

export const defaultPageSize = 25
export const largestPageSize = 200
/** A page number beyond this is past the end of any account. */
const largestPage = 1_000_000_000
const mostValues = 500
const longestSearch = 500
const comparisons: readonly Comparison[] = ['gte', 'gt', 'lte', 'lt']

/** Parameters that a list reads beside its filters and flags. */
export const listParameters = [
  'page',
  'per_page',
  'cursor',
  'include_total',
  'order_field',
  'order_direction',
  'search',
  'updated_since',
] as const

/**
 * Checks the parameters of a list.
 * @throws ApiError 400 naming every parameter that has a bad value; unknown ones go to `ignored`.
 */
export async function readListQuery(
  resource: Resource,
  form: Form,
  context: ReadContext,
  ignored: Set<string>,
): Promise<ListQuery> {
  const reader = createReader(form)
  const size = Math.min(reader.integer('per_page', 1) ?? defaultPageSize, largestPageSize)
  const pageNumber = Math.min(reader.integer('page', 1) ?? 1, largestPage)
  const cursor = reader.text('cursor')
  const includeTotal = reader.flag('include_total') ?? true
  const order = readOrder(resource, reader)
  const search = reader.text('search')
  if (search && search.length > longestSearch)
    reader.problem('search', `must be at most ${longestSearch} characters`)
  const since = reader.text('updated_since')
  const updatedSince = since ? reader.attempt('updated_since', () => parseTime(since)) : null

  const known = new Set<string>([...listParameters, ...flagsOf(resource)])
  const conditions = []
  for (const filter of await filtersOf(resource, form, context)) {
    known.add(filter.param)
    for (const condition of conditionsOf(reader, filter, form)) {
      // A dry run: a bad value is a 400 that names its parameter.
      reader.attempt(filter.param, () => filter.apply(context.store.from(resource.name), condition, context))
      conditions.push({ filter, condition })
    }
  }
  for (const name of Object.keys(form)) if (!known.has(name) && name !== 'custom_fields') ignored.add(name)
  await ignoreUnknownCustomFields(resource, form, context, ignored)
  const place = cursor && order ? readCursor(cursor, order) : null
  if (cursor && order && !place) {
    throw new ApiError(
      'invalid_cursor',
      'cursor is damaged or belongs to another order; start again without it',
      { param: 'cursor' },
    )
  }
  reader.done()
  return {
    conditions,
    search: search || null,
    updatedSince,
    order: order as Order,
    size,
    start: cursor === null ? { page: pageNumber } : { after: place },
    includeTotal,
  }
}

/** The page number and size of a list that is made otherwise. @throws ApiError invalid_parameter */
export function readPage(form: Form): { page: number; size: number } {
  const reader = createReader(form)
  const size = Math.min(reader.integer('per_page', 1) ?? defaultPageSize, largestPageSize)
  const page = Math.min(reader.integer('page', 1) ?? 1, largestPage)
  reader.done()
  return { page, size }
}

/** Reads a yes-or-no parameter. @throws ApiError invalid_parameter */
export function readFlag(form: Form, name: string): boolean | null {
  const reader = createReader(form)
  const flag = reader.flag(name)
  reader.done()
  return flag
}

/** The names that `order_field` takes. */
export function sortableFields(resource: Resource): string[] {
  return Object.entries(resource.fields)
    .filter(([, field]) => field.sort)
    .map(([name]) => name)
}

function readOrder(resource: Resource, reader: Reader): Order | null {
  const field = reader.text('order_field') || resource.defaultOrder
  const given = (reader.text('order_direction') || 'asc').toLowerCase()
  const key = Object.hasOwn(resource.fields, field) ? resource.fields[field]?.sort : undefined
  if (!key) reader.problem('order_field', `must be one of ${sortableFields(resource).join(', ')}`)
  const direction = ({ asc: 'asc', desc: 'desc', ascending: 'asc', descending: 'desc' } as const)[given]
  if (!direction) reader.problem('order_direction', 'must be asc or desc')
  return key && direction ? { resource: resource.name, field, key, direction } : null
}

async function filtersOf(resource: Resource, form: Form, context: ReadContext): Promise<Filter[]> {
  const declared = Object.values(fieldsOf(resource)).flatMap((field) => field.filters ?? [])
  if (!resource.customFields || !form.custom_fields) return declared
  const definitions = await definitionsOf(context.store, resource.customFields)
  const byKey = Map.groupBy(definitions, ({ key }) => key)
  return [...declared, ...[...byKey.values()].map((same) => customFilter(resource, same))]
}

/** Process types may share a key: a value then means that of any of their fields that can take it. */
function customFilter(resource: Resource, definitions: readonly Definition[]): Filter {
  const [first] = definitions
  return {
    param: `custom_fields[${first?.key}]`,
    description: first?.label ?? '',
    schema: Type.String(),
    list: true,
    range: definitions.some(({ data_type: type }) => !['text', 'choices', 'url'].includes(type)),
    apply(query, condition, context) {
      const found: Select[] = []
      let problem: unknown = new FieldProblem('takes no brackets')
      for (const definition of definitions) {
        try {
          found.push(customMatches(resource, definition, condition, context))
        } catch (error) {
          problem = error
        }
      }
      if (found.length === 0) throw problem
      return query.where((on) => on.or(found.map((ids) => on('id', 'in', ids))))
    },
  }
}

/** The ids of the records whose value meets the condition. @throws FieldProblem */
function customMatches(
  resource: Resource,
  definition: Definition,
  condition: Condition,
  context: ReadContext,
): Select {
  const key = (value: string) => {
    const parsed = parseCustomValue(definition, value, context.timeZone)
    if (parsed === null) throw new FieldProblem('must not be empty')
    return lookupOf(definition, parsed)
  }
  const found = lookedUp(context.store.from('lookups'), resource.name, lookupName(definition))
  if (condition.kind === 'any') {
    const keys = condition.values.map(key)
    const column = keys[0]?.number === null ? 'words' : 'number'
    const values = keys.map((lookup) => lookup[column])
    return found.where(column, 'in', values)
  }
  const { number } = key(condition.value)
  if (number === null) throw new FieldProblem('takes no brackets')
  return found.where('number', operators[condition.kind], number)
}

const operators = { gte: '>=', gt: '>', lte: '<=', lt: '<' } as const

async function ignoreUnknownCustomFields(
  resource: Resource,
  form: Form,
  context: ReadContext,
  ignored: Set<string>,
) {
  const given = form.custom_fields
  if (given === undefined) return
  if (!resource.customFields || typeof given === 'string' || Array.isArray(given)) {
    ignored.add('custom_fields')
    return
  }
  const keys = new Set((await definitionsOf(context.store, resource.customFields)).map((known) => known.key))
  for (const key of Object.keys(given)) if (!keys.has(key)) ignored.add(`custom_fields[${key}]`)
}

function conditionsOf(reader: Reader, filter: Filter, form: Form): Condition[] {
  const given = valueAt(form, filter.param)
  if (given === undefined) return []
  if (typeof given === 'string' || Array.isArray(given)) {
    const list = Array.isArray(given) ? given : given.split(',')
    const values = list.map((value) => (typeof value === 'string' ? value.trim() : '')).filter(Boolean)
    if (values.length > mostValues) reader.problem(filter.param, `must hold at most ${mostValues} values`)
    if (values.length === 0) reader.problem(filter.param, 'must not be empty')
    const isStorable = values.every((value) => !value.includes('\u0000'))
    if (!isStorable) reader.problem(filter.param, 'holds a character that no record can hold')
    return values.length > 0 && isStorable ? [{ kind: 'any', values }] : []
  }
  if (!filter.range) {
    reader.problem(filter.param, 'takes no brackets')
    return []
  }
  return Object.entries(given).flatMap(([name, value]): Condition[] => {
    const kind = comparisons.find((known) => known === name)
    if (kind && typeof value === 'string') return [{ kind, value }]
    reader.problem(filter.param, `takes [${comparisons.join('], [')}] with one value each`)
    return []
  })
}

/** `custom_fields[key]` is looked up inside, any other name at the top. */
function valueAt(form: Form, param: string): FormValue | undefined {
  const inside = /^custom_fields\[(.*)\]$/.exec(param)?.[1]
  if (inside === undefined) return form[param]
  const custom = form.custom_fields
  return custom && typeof custom === 'object' && !Array.isArray(custom) ? custom[inside] : undefined
}

type Reader = ReturnType<typeof createReader>

/** Collects what is wrong with parameters, so that one answer names all. */
function createReader(form: Form) {
  const problems: Problem[] = []
  const problem = (param: string, sentence: string) => {
    problems.push({ code: 'invalid_parameter', param, message: `${param} ${sentence}` })
  }
  const text = (name: string): string | null => {
    const value = form[name]
    if (value === undefined) return null
    if (typeof value === 'string' && !value.includes('\u0000')) return value
    problem(name, 'must be one text')
    return null
  }
  return {
    problem,
    text,
    integer(name: string, least: number): number | null {
      const value = text(name)
      if (value === null || value === '') return null
      if (/^\d{1,15}$/.test(value) && Number(value) >= least) return Number(value)
      problem(name, `must be a whole number from ${least} up`)
      return null
    },
    flag(name: string): boolean | null {
      const value = text(name)?.toLowerCase()
      if (value === undefined || value === '') return null
      if (['true', '1', 'yes', 'on'].includes(value)) return true
      if (['false', '0', 'no', 'off'].includes(value)) return false
      problem(name, 'must be true or false')
      return null
    },
    attempt<T>(param: string, work: () => T): T | null {
      try {
        return work()
      } catch (error) {
        if (!(error instanceof FieldProblem)) throw error
        problem(param, error.message)
        return null
      }
    },
    done() {
      const [first, ...others] = problems
      if (first) throw errorOf([first, ...others])
    },
  }
}
