import { sql } from 'kysely'
import type { AccountStore, Row, Select } from '../storage/account-store.ts'
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
    page(matching, resource, query, context),
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
  query: ListQuery,
  context: ReadContext,
): Promise<Row[]> {
  const { start, order, size } = query
  const { store } = context
  const rows = matching
    .select(columnsOf(resource, context.flags))
    .select(sortExpression(order.key).as(sortColumn)) as unknown as Select
  const lanes = lanesOf(order)
  const found: Row[] = []
  const place = 'after' in start ? start.after : null
  let skipped = 'page' in start ? (start.page - 1) * size : 0
  if (skipped >= farBehind && isCounted(resource, query, context)) {
    const part = { order, skipped, left: size + 1 }
    const counted = await fromEnd({ from: rows, matching, store }, resource.name, part)
    if (counted !== null) return counted
  }
  for (const [at, lane] of lanes.entries()) {
    if (place !== null && lanes.slice(at + 1).some((later) => later.holds(place))) continue
    const left = size + 1 - found.length
    if (left === 0) break
    const from = place !== null && lane.holds(place) ? lane.after(rows, place) : rows
    const isFirst = skipped === 0 && left === size + 1
    const taken =
      isFirst && isQuick(resource, query, context)
        ? await store.quickRows(lane.inOrder(from).limit(sql.lit(left)))
        : await partOf(lane, { from, matching, store }, { skipped, left }).execute()
    found.push(...taken)
    const isLast = at === lanes.length - 1
    if (isLast || skipped === 0) continue
    // The lane ended before the page, which begins so many rows into the next.
    skipped = taken.length > 0 ? 0 : skipped - (await count(lane.inOrder(matching).clearOrderBy()))
  }
  return found
}

/** Their number is written into the statement, so there is one for each. Exports read 500. */
const quickSizes: ReadonlySet<number> = new Set([1, 10, 20, 25, 50, 100, 200, 500])

/** Whether the rows of a page that passes over none stand together in an index, and so are there at once. */
function isQuick(resource: Resource, query: ListQuery, context: ReadContext): boolean {
  const { key, field } = query.order
  const isIndexed = field === resource.defaultOrder || key.column === 'created_at'
  return isIndexed && quickSizes.has(query.size) && isWhole(query, context) && context.store.sight === null
}

/** The rows that are shown, and those that they are found among. */
interface Sources {
  from: Select
  matching: Select
  store: AccountStore
}

interface Part {
  skipped: number
  left: number
}

function partOf(lane: Lane, { from, matching, store }: Sources, { skipped, left }: Part): Select {
  const cut = (query: Select) => lane.inOrder(query).limit(left).offset(skipped)
  if (skipped < farBehind) return cut(from)
  return lane.inOrder(from.where(store.idIn(cut(matching.select('id')))))
}

/**
 * A page of a counted list that is nearer to its end, passing over what is behind it; null when it is not, or
 * when the count changed before the page was read.
 */
async function fromEnd(
  sources: Sources,
  resource: string,
  { order, skipped, left }: Part & { order: Order },
): Promise<Row[] | null> {
  const [lane, ...others] = lanesOf({ ...order, direction: order.direction === 'asc' ? 'desc' : 'asc' })
  const totalWithin = sources.store.countWithin(resource)
  if (!lane || others.length > 0 || totalWithin === null) return null
  const total = (await sources.store.countOf(resource)) ?? 0
  const shown = Math.min(left, total - skipped)
  if (skipped * 2 < total || shown <= 0) return null
  const part = { skipped: total - skipped - shown, left: shown }
  const from = sources.from.select(totalWithin.as('total_within')) as unknown as Select
  const found = await partOf(lane, { ...sources, from }, part).execute()
  const isOfTotal = found.every(({ total_within }) => Number(total_within) === total)
  return isOfTotal && found.length === shown ? found.reverse() : null
}

/** That of a whole list is kept, and need not be counted. */
async function totalOf(
  matching: Select,
  resource: Resource,
  query: ListQuery,
  context: ReadContext,
): Promise<number> {
  const kept = isCounted(resource, query, context) ? await context.store.countOf(resource.name) : null
  return kept ?? count(matching)
}

/** Whether the number of all that the list shows is kept. */
function isCounted(resource: Resource, query: ListQuery, context: ReadContext): boolean {
  return resource.isLogged && isWhole(query, context)
}

/** Whether the list shows all that is not deleted. */
function isWhole({ conditions, search, updatedSince }: ListQuery, { flags }: ReadContext): boolean {
  return conditions.length === 0 && search === null && updatedSince === null && !flags.has(includeDeleted)
}

async function count(matching: Select): Promise<number> {
  const row = await matching.select((on) => on.fn.countAll<number>().as('total')).executeTakeFirst()
  return Number(row?.total ?? 0)
}
