import type { Row, Select } from '../storage/account-store.ts'
import { after, type Order, ordered, type Place, sortColumn, sortExpression, writeCursor } from './cursor.ts'
import {
  type Condition,
  columnsOf,
  type Filter,
  includeDeleted,
  type ReadContext,
  type Resource,
} from './resource.ts'
import { search } from './search.ts'

/** What a list request asks for, already checked. */
export interface ListQuery {
  conditions: readonly { filter: Filter; condition: Condition }[]
  search: string | null
  /** Milliseconds since 1970. */
  updatedSince: number | null
  order: Order
  size: number
  /** By page number from 1, or from a place on; null starts at the beginning. */
  start: { page: number } | { after: Place | null }
  includeTotal: boolean
}

export interface Listed {
  rows: Row[]
  total: number | null
  /** Where the next page begins, or null when there is none. */
  nextCursor: string | null
}

/** A page of rows. A page past the end is empty. */
export async function list(resource: Resource, query: ListQuery, context: ReadContext): Promise<Listed> {
  const matching = matchingRows(resource, query, context)
  const [found, total] = await Promise.all([
    page(matching, resource, query, context.flags),
    query.includeTotal ? count(matching) : Promise.resolve(null),
  ])
  const rows = found.slice(0, query.size)
  const last = rows.at(-1)
  const nextCursor = found.length > query.size && last ? writeCursor(query.order, last) : null
  return { rows, total, nextCursor }
}

/** The rows that a list shows, all of them and in no order. */
export function matchingRows(
  resource: Resource,
  query: Pick<ListQuery, 'conditions' | 'search' | 'updatedSince'>,
  context: ReadContext,
): Select {
  const from = context.store.from(resource.name)
  let narrowed = context.flags.has(includeDeleted) ? from : from.where('deleted_at', 'is', null)
  for (const { filter, condition } of query.conditions) narrowed = filter.apply(narrowed, condition, context)
  if (query.updatedSince !== null) narrowed = narrowed.where('updated_at', '>=', query.updatedSince)
  if (query.search !== null) narrowed = search(narrowed, resource, query.search, context.store)
  return narrowed
}

/** One row more than asked for, to know whether there is a next page. */
function page(
  matching: Select,
  resource: Resource,
  query: ListQuery,
  flags: ReadonlySet<string>,
): Promise<Row[]> {
  let asked: Select = ordered(matching.select([...columnsOf(resource, flags)]), query.order)
    .select(sortExpression(query.order.key).as(sortColumn))
    .limit(query.size + 1) as unknown as Select
  if ('page' in query.start) asked = asked.offset((query.start.page - 1) * query.size)
  else if (query.start.after) asked = after(asked, query.order, query.start.after)
  return asked.execute()
}

async function count(matching: Select): Promise<number> {
  const row = await matching.select((on) => on.fn.countAll<number>().as('total')).executeTakeFirst()
  return Number(row?.total ?? 0)
}
