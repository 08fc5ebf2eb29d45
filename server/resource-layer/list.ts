import type { Row, Select } from '../storage/account-store.ts'
import {
  type Lane,
  lanesOf,
  type Order,
  type Place,
  sortColumn,
  sortExpression,
  writeCursor,
} from './cursor.ts'
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
    query.includeTotal ? totalOf(matching, resource, query, context) : null,
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

/** As many rows are passed over in a moment; beyond, it pays to pass over their ids alone. */
const farBehind = 1_000

/** One row more than asked for, to know whether there is a next page. */
async function page(
  matching: Select,
  resource: Resource,
  { start, order, size }: ListQuery,
  flags: ReadonlySet<string>,
): Promise<Row[]> {
  const rows = matching
    .select(columnsOf(resource, flags))
    .select(sortExpression(order.key).as(sortColumn)) as unknown as Select
  const lanes = lanesOf(order)
  const found: Row[] = []
  const place = 'after' in start ? start.after : null
  let skipped = 'page' in start ? (start.page - 1) * size : 0
  for (const [at, lane] of lanes.entries()) {
    if (place !== null && lanes.slice(at + 1).some((later) => later.holds(place))) continue
    const left = size + 1 - found.length
    if (left === 0) break
    const from = place !== null && lane.holds(place) ? lane.after(rows, place) : rows
    const taken = await inLane(lane, { from, matching, skipped, left })
    found.push(...taken)
    const isLast = at === lanes.length - 1
    if (isLast || skipped === 0) continue
    // The lane ended before the page, which begins so many rows into the next.
    skipped = taken.length > 0 ? 0 : skipped - (await count(lane.inOrder(matching).clearOrderBy()))
  }
  return found
}

async function inLane(
  lane: Lane,
  { from, matching, skipped, left }: { from: Select; matching: Select; skipped: number; left: number },
): Promise<Row[]> {
  const inOrder = (asked: Select) => lane.inOrder(asked).limit(left)
  if (skipped < farBehind) return inOrder(from).offset(skipped).execute()
  const ids = await inOrder(matching.select('id')).offset(skipped).execute()
  if (ids.length === 0) return []
  const place = new Map(ids.map(({ id }, at) => [id, at]))
  const found = await from.where('id', 'in', [...place.keys()] as string[]).execute()
  const at = ({ id }: Row) => place.get(id ?? null) ?? 0
  return found.sort((one, other) => at(one) - at(other))
}

/** That of a whole list is kept, and need not be counted. */
async function totalOf(
  matching: Select,
  resource: Resource,
  { conditions, search, updatedSince }: ListQuery,
  { flags, store }: ReadContext,
): Promise<number> {
  const isWhole = conditions.length === 0 && search === null && updatedSince === null
  const kept = isWhole && resource.isLogged && !flags.has(includeDeleted)
  return (kept ? await store.countOf(resource.name) : null) ?? count(matching)
}

async function count(matching: Select): Promise<number> {
  const row = await matching.select((on) => on.fn.countAll<number>().as('total')).executeTakeFirst()
  return Number(row?.total ?? 0)
}
