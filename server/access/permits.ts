import { ApiError } from '../errors/api-error.ts'
import type { Action, Need, PlaceKind, PlaceRight } from '../resource-layer/access.ts'
import type { Resource } from '../resource-layer/resource.ts'
import type { Act, Row } from '../storage/account-store.ts'
import { type Access, may, mayAnywhere, rightsIn } from './access.ts'

/**
 * Whether somebody may do this to a record that they see.
 * @param row null before it is known what a new one will be
 * @throws ApiError insufficient_scope for a key, forbidden for a person
 */
export function permits(access: Access, resource: Resource, act: Act, row: Row | null): void {
  const { area } = resource
  if (act === 'export') {
    permitExport(access, resource)
    return
  }
  const action: Action = act === 'delete' ? 'delete' : 'write'
  if (area !== null) requireNeed(access, [area, action])
  if (resource.setup) permitSetup(access, resource, act, row)
  else if ((act === 'delete' || act === 'reassign') && row) permitWork(access, resource, act, row)
}

/** @throws ApiError insufficient_scope, which names the scope that is missing */
export function requireNeed(access: Access, need: Need): void {
  if (may(access, need)) return
  const scope = need.join(':')
  throw new ApiError(
    'insufficient_scope',
    `Unauthorized to access this endpoint: this key lacks the scope ${scope}. An admin gives it in Settings > Integrations > REST API.`,
    { headers: { 'www-authenticate': `Bearer error="insufficient_scope", scope="${scope}"` } },
  )
}

function permitSetup(access: Access, resource: Resource, act: Act, row: Row | null): void {
  const { place } = resource.bounds
  // What is new would be closed to whoever made it.
  if (place?.column === 'id' && act === 'create' && access.places[place.kind].others === null) {
    throw forbidden(`you are limited to some ${placeWords[place.kind]}s and may not create another`)
  }
  if (access.managesSetup) return
  const right = resource.managedBy
  if (right === null || !place) throw forbidden('only an admin may change the set-up')
  const places = access.places[place.kind]
  const isAllowed = row ? has(access, place.kind, row[place.column], right) : mayAnywhere(places, right)
  if (!isAllowed) throw forbidden(`you may not ${acts[right]} of this ${placeWords[place.kind]}`)
}

function permitExport(access: Access, { bounds: { place, owner } }: Resource): void {
  if (!place || !owner || mayAnywhere(access.places[place.kind], 'export')) return
  throw forbidden(`you may not export ${workWords[place.kind]}`)
}

function permitWork(access: Access, { bounds }: Resource, right: 'delete' | 'reassign', row: Row): void {
  const { place, owner } = bounds
  if (!place || !owner) return
  if (has(access, place.kind, row[place.column], right)) return
  throw forbidden(`you may not ${acts[right]} ${workWords[place.kind]} of this ${placeWords[place.kind]}`)
}

function has({ places }: Access, kind: PlaceKind, id: Row[string] | undefined, right: PlaceRight): boolean {
  return rightsIn(places[kind], String(id))?.has(right) === true
}

const workWords = { pipeline: 'leads', process_type: 'processes' } as const
const placeWords = { pipeline: 'pipeline', process_type: 'process type' } as const

const acts: Readonly<Record<PlaceRight, string>> = {
  delete: 'delete',
  export: 'export',
  reassign: 'reassign',
  see_others: 'see others’',
  see_unassigned: 'see unassigned',
  see_reports: 'see reports',
  manage_stages: 'change the stages and steps',
  manage_sources: 'change the sources',
}

export function forbidden(reason: string): ApiError {
  return new ApiError('forbidden', `Unauthorized to access this endpoint: ${reason}; ask an admin`)
}
