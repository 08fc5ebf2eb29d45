import { type Expression, type ExpressionBuilder, type SqlBool, sql } from 'kysely'
import type { Area, Bounds, PlaceKind } from '../resource-layer/access.ts'
import type { Resource } from '../resource-layer/resource.ts'
import type { AccountStore, Row, Sight } from '../storage/account-store.ts'
import { type Access, isWhole, mayRead, type Rights } from './access.ts'
import { type SeenRows, withoutUnseen } from './kept.ts'
import { permits } from './permits.ts'

export type SightOf = (access: Access) => Sight | null

/** The names of these come with every record that they belong to, so only their own lists need a right. */
const shownWithOthers: ReadonlySet<Area> = new Set(['setup', 'users'])

/**
 * What accesses see of these resources, as their declarations bound it. Null is sight of everything, which
 * costs a request nothing.
 */
export function createSights(resources: readonly Resource[]): SightOf {
  const byTable = new Map(resources.map((resource) => [resource.name, resource]))
  return (access) => (isWhole(access) ? null : sightOf(access, byTable))
}

type On = ExpressionBuilder<Record<string, Row>, string>
type Bound = Expression<SqlBool>
/** Makes the condition for a table, or null where the access is not bounded by it. */
type Narrowing = ((on: On, store: AccountStore) => Bound) | null

const nothing = sql<boolean>`1 = 0`

function sightOf(access: Access, resources: ReadonlyMap<string, Resource>): Sight {
  const known = new Map<string, Narrowing>()
  const logged = Object.fromEntries(
    [...resources.values()].filter(({ isLogged }) => isLogged).map(({ name }) => [name, name]),
  )
  const narrowingOf = (table: string): Narrowing => {
    const found = known.get(table)
    if (found !== undefined) return found
    const resource = resources.get(table)
    const made = resource ? narrowing(resource) : null
    known.set(table, made)
    return made
  }

  /** Whether none of its rows is seen. */
  function isHidden(table: string): boolean {
    const area = resources.get(table)?.area ?? null
    return area !== null && !shownWithOthers.has(area) && !mayRead(access, area)
  }

  function seenOf(table: string): SeenRows {
    if (isHidden(table)) return 'none'
    const area = resources.get(table)?.area ?? null
    return narrowingOf(table) === null || (area !== null && shownWithOthers.has(area)) ? 'all' : 'some'
  }

  function narrowing({ name, bounds }: Resource): Narrowing {
    if (isHidden(name)) return () => nothing
    const all = [
      byPlace(name, bounds, access),
      byOwner(name, bounds, access),
      byThrough(name, bounds),
      byParent(name, bounds),
      byMaker(name, bounds, access),
    ].filter((one) => one !== null)
    return all.length === 0 ? null : (on, store) => on.and(all.map((one) => one(on, store)))
  }

  function byThrough(table: string, { through = [] }: Bounds): Narrowing {
    const narrowed = through.filter((other) => narrowingOf(other.table) !== null)
    if (narrowed.length === 0) return null
    return (on, store) =>
      on.and(
        narrowed.map(({ column, table: other }) =>
          on.or([
            on(`${table}.${column}`, 'is', null),
            on(`${table}.${column}`, 'in', store.from(other).select(`${other}.id`)),
          ]),
        ),
      )
  }

  function byParent(table: string, { parent }: Bounds): Narrowing {
    if (!parent) return null
    const kinds = Object.entries(parent.tables ?? logged)
    const open = kinds.filter(([, other]) => isReadable(other))
    const whole = open.filter(([, other]) => narrowingOf(other) === null)
    const narrowed = open.filter(([, other]) => narrowingOf(other) !== null)
    if (whole.length === kinds.length) return null
    return (on, store) =>
      on.or([
        ...(whole.length > 0
          ? [
              on(
                `${table}.${parent.kind}`,
                'in',
                whole.map(([kind]) => kind),
              ),
            ]
          : [nothing]),
        ...narrowed.map(([kind, other]) =>
          on.and([
            on(`${table}.${parent.kind}`, '=', kind),
            on(`${table}.${parent.id}`, 'in', store.from(other).select(`${other}.id`)),
          ]),
        ),
      ])
  }

  function isReadable(table: string): boolean {
    const { area = null, adminsOnly = false } = resources.get(table) ?? {}
    return (area === null || mayRead(access, area)) && (!adminsOnly || access.managesSetup)
  }

  return {
    narrow: (query, table, store) => {
      const bound = narrowingOf(table)
      return bound ? query.where((on) => bound(on as unknown as On, store)) : query
    },
    permit(act, table, row) {
      const resource = resources.get(table)
      if (resource) permits(access, resource, act, row)
    },
    withoutUnseen(all, store) {
      const known = all.map(({ table, ...kept }) => ({ resource: resources.get(table) ?? null, kept }))
      return withoutUnseen(known, { store, seenOf })
    },
  }
}

function byMaker(table: string, { maker }: Bounds, { keyId }: Access): Narrowing {
  return maker !== undefined && keyId !== null ? (on) => on(`${table}.${maker}`, '=', keyId) : null
}

/** Of work that stands in no pipeline or process type. */
function byOwner(table: string, { owner, place }: Bounds, access: Access): Narrowing {
  if (owner === undefined || place !== undefined || access.seesOthersTasks) return null
  const column = `${table}.${owner}`
  return (on) => on.or([on(column, 'is', null), on(column, '=', access.userId)])
}

/** Whose records are seen in a place. */
interface Seen {
  others: boolean
  unassigned: boolean
}

/** By place and, for work, by whose it is. Places in which the same is seen make one condition. */
function byPlace(table: string, { place, owner }: Bounds, access: Access): Narrowing {
  if (!place) return null
  const { named, others } = access.places[place.kind as PlaceKind]
  const seenIn = (rights: Rights | null) => (rights === null ? null : seenOf(rights, owner !== undefined))
  const rest = seenIn(others)
  const byWords = Map.groupBy(named, ([, rights]) => JSON.stringify(seenIn(rights)))
  byWords.delete(JSON.stringify(rest))
  if (byWords.size === 0 && rest?.others && rest.unassigned) return null
  const column = `${table}.${place.column}`
  const apart = [...byWords.values()].flat().map(([id]) => id)
  return (on) => {
    const conditions: Bound[] = place.nullable ? [on(column, 'is', null)] : []
    for (const [words, places] of byWords) {
      const seen: Seen | null = JSON.parse(words)
      const ids = places.map(([id]) => id)
      if (seen) conditions.push(on.and([on(column, 'in', ids), ...whose(on, table, owner, seen, access)]))
    }
    if (rest) {
      const elsewhere = apart.length > 0 ? [on(column, 'not in', apart)] : []
      conditions.push(on.and([...elsewhere, ...whose(on, table, owner, rest, access)]))
    }
    return conditions.length > 0 ? on.or(conditions) : nothing
  }
}

function seenOf(rights: Rights, isWork: boolean): Seen {
  return isWork
    ? { others: rights.has('see_others'), unassigned: rights.has('see_unassigned') }
    : { others: true, unassigned: true }
}

function whose(on: On, table: string, owner: string | undefined, seen: Seen, { userId }: Access): Bound[] {
  if (owner === undefined || (seen.others && seen.unassigned)) return []
  const column = `${table}.${owner}`
  if (seen.others) return [on(column, 'is not', null)]
  const own = on(column, '=', userId)
  return [seen.unassigned ? on.or([own, on(column, 'is', null)]) : own]
}
