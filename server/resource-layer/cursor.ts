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

/**
 * The rows of a list in their order, in lanes that follow each other: where the key can be null, first those with
 * a value and then those without. Each lane is in the order of an index, which all of them together are in none.
 */
export interface Lane {
  inOrder(query: Select): Select
  /** Narrows to what comes after the place (keyset paging: no row is missed or doubled). */
  after(query: Select, place: Place): Select
  holds(place: Place): boolean
}

export function lanesOf({ key, direction }: Order): Lane[] {
  const beyond = sql.raw(direction === 'asc' ? '>' : '<')
  const expression = sortExpression(key)
  const id = sql.ref('id')
  // Not "is not null", by which SQLite would not find where the values begin.
  const hasValue = sql<boolean>`${expression} >= ${leastOf[key.kind]}`
  const valued: Lane = {
    inOrder(query) {
      const among = key.nullable ? query.where(hasValue) : query
      return among.orderBy(expression, direction).orderBy('id', direction)
    },
    after: (query, place) =>
      query.where(sql<boolean>`(${expression}, ${id}) ${beyond} (${place.value}, ${place.id})`),
    holds: ({ value }) => value !== null,
  }
  if (!key.nullable) return [valued]
  const empty: Lane = {
    inOrder: (query) => query.where(sql<boolean>`${expression} is null`).orderBy('id', direction),
    after: (query, place) => query.where(sql<boolean>`${id} ${beyond} ${place.id}`),
    holds: ({ value }) => value === null,
  }
  return [valued, empty]
}

/** What no value comes before. */
const leastOf = { text: '', number: Number.MIN_SAFE_INTEGER } as const

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
