import {
  type Area,
  type Need,
  type PlaceKind,
  type PlaceRight,
  placeRights,
} from '../resource-layer/access.ts'
import { allows, everyScope, type Grant, type Scope } from './scopes.ts'

/** What a credential opens of its account. */
export interface Access {
  /** The person, or the person behind the key. */
  userId: string | null
  /** Null for a person. */
  keyId: string | null
  scopes: readonly Scope[]
  places: Readonly<Record<PlaceKind, Places>>
  /** Whether a person may change the set-up. A key may where its scopes say so. */
  managesSetup: boolean
  seesOthersTasks: boolean
}

/** What may be done in each pipeline, or in each process type. One whose rights are null is not open. */
export interface Places {
  named: ReadonlyMap<string, Rights | null>
  /** In those that are not named. */
  others: Rights | null
}

export type Rights = ReadonlySet<PlaceRight>

const everyRight: Rights = new Set(placeRights)
const everywhere: Places = { named: new Map(), others: everyRight }

/** What an admin has, and Latchkey itself. */
export function wholeAccess(userId: string | null): Access {
  return {
    userId,
    keyId: null,
    scopes: everyScope,
    places: { pipeline: everywhere, process_type: everywhere },
    managesSetup: true,
    seesOthersTasks: true,
  }
}

export function accessOfKey(key: { keyId: string; userId: string; grant: Grant }): Access {
  const { scopes, pipelineIds, processTypeIds } = key.grant
  return {
    ...wholeAccess(key.userId),
    keyId: key.keyId,
    scopes,
    places: { pipeline: placesIn(pipelineIds), process_type: placesIn(processTypeIds) },
  }
}

function placesIn(ids: readonly string[] | null): Places {
  return ids === null ? everywhere : { named: new Map(ids.map((id) => [id, everyRight])), others: null }
}

/** Whether nothing is closed, so that nothing has to be narrowed. */
export function isWhole({ scopes, places, managesSetup, seesOthersTasks }: Access): boolean {
  return (
    managesSetup &&
    seesOthersTasks &&
    everyScope.every((scope) => scopes.includes(scope)) &&
    Object.values(places).every(isEverywhere)
  )
}

export function isEverywhere({ named, others }: Places): boolean {
  return [...named.values(), others].every((rights) => rights?.size === everyRight.size)
}

export function mayRead(access: Access, area: Area): boolean {
  return may(access, [area, 'read'])
}

export function may({ scopes }: Access, [area, action]: Need): boolean {
  return allows(scopes, area, action)
}

/** The rights in one place, or null when it is not open. */
export function rightsIn({ named, others }: Places, id: string): Rights | null {
  return named.has(id) ? (named.get(id) ?? null) : others
}

/** Whether there is a place where this may be done. */
export function mayAnywhere({ named, others }: Places, right: PlaceRight): boolean {
  return [...named.values(), others].some((rights) => rights?.has(right) === true)
}

/** The same access, with only those places open in which this may be done. */
export function narrowedTo(access: Access, right: PlaceRight): Access {
  const narrowed = ({ named, others }: Places): Places => ({
    named: new Map([...named].map(([id, rights]) => [id, rights?.has(right) ? rights : null])),
    others: others?.has(right) ? others : null,
  })
  const { pipeline, process_type } = access.places
  return { ...access, places: { pipeline: narrowed(pipeline), process_type: narrowed(process_type) } }
}
