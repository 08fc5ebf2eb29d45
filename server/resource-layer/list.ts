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
  const { flags } = context
  const rows = matching
    .select(columnsOf(resource, flags))
    .select(sortExpression(order.key).as(sortColumn)) as unknown as Select
  const lanes = lanesOf(order)
  const found: Row[] = []
  const place = 'after' in start ? start.after : null
  let skipped = 'page' in start ? (start.page - 1) * size : 0
  if (skipped >= farBehind && lanes.length === 1 && isCounted(resource, query, context)) {
    const part = { order, skipped, left: size + 1 }
    const found = await rowsOf(rows, () => idsFromEnd(matching, resource, part, context.store))
    if (found !== null) return found
  }
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
  return (await rowsOf(from, () => inOrder(matching.select('id')).offset(skipped).execute())) ?? []
}

/** Of the ids of a page beyond the middle of all rows, which are fewer to pass over from the end; null before it. */
async function idsFromEnd(
  matching: Select,
  resource: Resource,
  { order, skipped, left }: { order: Order; skipped: number; left: number },
  store: AccountStore,
): Promise<Row[] | null> {
  const live = await store.countOf(resource.name)
  const count = store.countWithin(resource.name)
  if (live === null || count === null || skipped * 2 < live) return null
  const [lane] = lanesOf({ ...order, direction: order.direction === 'asc' ? 'desc' : 'asc' })
  if (!lane) return null
  // Counted once more by the query itself, so that a write in between moves no page. Below zero, the page is not full.
  const behind = sql<number>`${count} - ${skipped + left}`
  const ids = await lane
    .inOrder(matching.select('id'))
    .offset(sql<number>`case when ${behind} > 0 then ${behind} else 0 end`)
    .limit(
      sql<number>`case when ${behind} >= 0 then ${left} when ${behind} > ${-left}
        then ${behind} + ${left} else 0 end`,
    )
    .execute()
  return ids.reverse()
}

/** How often a page is found anew because some of its rows have gone before they were read. */
const mostTurns = 10

/** The rows of these ids, all of one moment: a page that lacks one would look like the last. */
async function rowsOf(from: Select, find: () => Promise<Row[] | null>): Promise<Row[] | null> {
  for (let turn = 1; ; turn++) {
    const ids = await find()
    if (ids === null || ids.length === 0) return ids
    const found = await inOrderOf(ids, from)
    if (found.length === ids.length || turn === mostTurns) return found
  }
}

async function inOrderOf(ids: readonly Row[], from: Select): Promise<Row[]> {
  const place = new Map(ids.map(({ id }, at) => [id, at]))
  const found = await from.where('id', 'in', [...place.keys()] as string[]).execute()
  const at = ({ id }: Row) => place.get(id ?? null) ?? 0
  return found.sort((one, other) => at(one) - at(other))
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

/** Whether there is a kept count of all that the list shows. */
function isCounted(
  resource: Resource,
  { conditions, search, updatedSince }: ListQuery,
  { flags }: ReadContext,
): boolean {
  const isWhole = conditions.length === 0 && search === null && updatedSince === null
  return isWhole && resource.isLogged === true && !flags.has(includeDeleted)
}

async function count(matching: Select): Promise<number> {
  const row = await matching.select((on) => on.fn.countAll<number>().as('total')).executeTakeFirst()
  return Number(row?.total ?? 0)
}
