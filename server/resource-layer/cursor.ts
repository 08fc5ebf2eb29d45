import { sql } from 'kysely'
import type { Row, Select, Value } from '../storage/account-store.ts'
import { parseId } from '../storage/ids.ts'
import { lower } from './letter-case.ts'
import type { SortKey } from './resource.ts'

/** A total order: by a key, nulls last in either direction, and by id where the keys are equal. */
export interface Order {
  /** The resource that is ordered. */
  resource: string
  field: string
  key: SortKey
  direction: 'asc' | 'desc'
}

/** The place after which the next page begins. */
export interface Place {
  value: Value
  id: string
}

export const sortColumn = 'sort_value'

/** The key as SQL compares it: text without regard to the case of ASCII letters. */
export function sortExpression(key: SortKey) {
  return key.kind === 'text' ? lower(key.column) : sql<Value>`${sql.ref(key.column)}`
}

export function ordered(query: Select, order: Order): Select {
  const expression = sortExpression(order.key)
  let sorted = query
  if (order.key.nullable)
    sorted = sorted.orderBy(sql`case when ${sql.ref(order.key.column)} is null then 1 else 0 end`)
  return sorted.orderBy(expression, order.direction).orderBy('id', order.direction)
}

/** Narrows to what comes after the place in that order (keyset paging: no row is missed or doubled). */
export function after(query: Select, order: Order, place: Place): Select {
  const { key, direction } = order
  const beyond = sql.raw(direction === 'asc' ? '>' : '<')
  const column = sql.ref(key.column)
  const expression = sortExpression(key)
  const id = sql.ref('id')
  if (place.value === null)
    return query.where(sql<boolean>`(${column} is null and ${id} ${beyond} ${place.id})`)
  const next = sql<boolean>`(${expression}, ${id}) ${beyond} (${place.value}, ${place.id})`
  return query.where(key.nullable ? sql<boolean>`(${next} or ${column} is null)` : next)
}

/** An opaque text that holds the place and the order that it belongs to. */
export function writeCursor(order: Order, row: Row): string {
  const place = [order.resource, order.field, order.direction, row[sortColumn] ?? null, row.id]
  return Buffer.from(JSON.stringify(place)).toString('base64url')
}

/** The place of a cursor, or null when it is damaged or was made for another order or resource. */
export function readCursor(cursor: string, order: Order): Place | null {
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))
    if (!Array.isArray(parts) || parts.length !== 5) return null
    const [resource, field, direction, value, id] = parts
    if (resource !== order.resource || field !== order.field || direction !== order.direction) return null
    const known = typeof id === 'string' ? parseId(id) : null
    return known !== null && isValueOf(order.key, value) ? { value, id: known } : null
  } catch {
    return null
  }
}

function isValueOf(key: SortKey, value: unknown): value is Value {
  if (value === null) return key.nullable
  if (key.kind === 'number') return Number.isSafeInteger(value)
  return typeof value === 'string' && !value.includes('\u0000') && value.isWellFormed()
}
