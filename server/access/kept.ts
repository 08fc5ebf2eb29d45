import type { Field, Resource } from '../resource-layer/resource.ts'
import type { AccountStore, Kept } from '../storage/account-store.ts'
import { parseId } from '../storage/ids.ts'

/** What a credential sees of another table: all of its rows, none, or those that a query of the store gives. */
export type SeenRows = 'all' | 'none' | 'some'

/** What was kept of a record of the resource; null where the resource is none of today's. */
export interface KeptOf {
  resource: Resource | null
  kept: Kept
}

/**
 * Records and changes as they were kept, such as in events and histories, without what they show of rows that
 * may not be seen. Where some rows of a table are seen, one query for all of them tells which: a task may once
 * have belonged to a deal that is closed to whoever sees the task now.
 */
export async function withoutUnseen(
  all: readonly KeptOf[],
  { store, seenOf }: { store: AccountStore; seenOf(table: string): SeenRows },
): Promise<Kept[]> {
  const asked = new Map<string, Set<string>>()
  for (const { resource, kept } of all)
    for (const shown of shownBy(resource)) {
      if (seenOf(shown.table) !== 'some') continue
      const ids = asked.get(shown.table) ?? new Set()
      asked.set(shown.table, ids)
      for (const value of valuesOf(shown, kept))
        for (const text of textsIn(value)) if (parseId(text)) ids.add(text)
    }
  const seen = new Map<string, ReadonlySet<string>>()
  for (const [table, ids] of asked) seen.set(table, await seenAmong(store, table, ids))
  return all.map(({ resource, kept }) =>
    shownBy(resource).reduce((left, shown) => {
      const isSeen = seenOf(shown.table)
      if (isSeen === 'all') return left
      const known = seen.get(shown.table)
      return without(
        left,
        shown,
        (value) => isSeen === 'none' || textsIn(value).some((text) => !known?.has(text)),
      )
    }, kept),
  )
}

/** A field that shows something of another table, with the names that its changes are told under. */
interface Shown {
  table: string
  name: string
  without(value: unknown): unknown
  isNamed(changed: string): boolean
}

function shownBy(resource: Resource | null): Shown[] {
  return Object.entries(resource?.fields ?? {}).flatMap(([name, field]) =>
    field.shows ? [{ name, ...field.shows, isNamed: namedBy(name, field) }] : [],
  )
}

function namedBy(name: string, { columns, told = [] }: Field): Shown['isNamed'] {
  const names = new Set([name, ...columns, ...told.map((one) => one.name)])
  const beginnings = told.filter(({ isPrefix }) => isPrefix).map(({ stored }) => `${stored}.`)
  return (changed) => names.has(changed) || beginnings.some((beginning) => changed.startsWith(beginning))
}

function valuesOf({ name, isNamed }: Shown, { record, changed }: Kept): unknown[] {
  const changes = Object.entries(changed).filter(([of]) => isNamed(of))
  return [record?.[name], ...changes.map(([, change]) => change)]
}

function without({ record, changed }: Kept, shown: Shown, isUnseen: (value: unknown) => boolean): Kept {
  const { name } = shown
  const hides = record !== null && name in record && isUnseen(record[name])
  return {
    record: hides ? { ...record, [name]: shown.without(record[name]) } : record,
    changed: Object.fromEntries(
      Object.entries(changed).filter(([of, change]) => !(shown.isNamed(of) && isUnseen(change))),
    ),
  }
}

/**
 * The ids that a value tells of: alone, of small objects, in a list, or before and after a change. Other texts, such
 * as the kind of a deal's next task, come along: no row vouches for them, so they are never seen.
 */
function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  if (Array.isArray(value)) return value.flatMap(textsIn)
  if (typeof value !== 'object' || value === null) return []
  if ('id' in value) return textsIn(value.id)
  return [...('from' in value ? textsIn(value.from) : []), ...('to' in value ? textsIn(value.to) : [])]
}

async function seenAmong(
  store: AccountStore,
  table: string,
  ids: ReadonlySet<string>,
): Promise<ReadonlySet<string>> {
  if (ids.size === 0) return ids
  const rows = await store
    .from(table)
    .select('id')
    .where('id', 'in', [...ids])
    .execute()
  return new Set(rows.map(({ id }) => String(id)))
}
