import assert from 'node:assert/strict'
import { type Permissions, usualPermissions } from '../../../server/access/permissions.ts'
import { type Action, type Area, actions, areas, type Scope } from '../../../server/access/scopes.ts'
import {
  type Need,
  type PlaceRight,
  placeRights,
  readOnlyAreas,
} from '../../../server/resource-layer/access.ts'
import { type ApiServer, password } from '../../api/server.ts'
import { type Person, personAt } from '../../support/admin.ts'

/** What a request is sent with. */
export type Credentials = Readonly<Record<string, string>>

/** What can be taken from a member, or given to them, by the word that the table has for it. */
export const permissionSets: Readonly<Record<string, Permissions>> = {
  open: { ...usualPermissions, ...everywhere(null) },
  ...Object.fromEntries(
    (usualPermissions.pipelines.others ?? []).map((right) => [
      right,
      { ...usualPermissions, ...everywhere(usual().filter((other) => other !== right)) },
    ]),
  ),
  see_others_tasks: { ...usualPermissions, see_others_tasks: false },
  manage_stages: { ...usualPermissions, ...everywhere([...usual(), 'manage_stages']) },
  manage_sources: { ...usualPermissions, ...everywhere([...usual(), 'manage_sources']) },
}

/** The sets above that give more than a member usually has. */
export const given = ['manage_stages', 'manage_sources']

function usual(): PlaceRight[] {
  return placeRights.filter((right) => usualPermissions.pipelines.others?.includes(right))
}

function everywhere(rights: readonly PlaceRight[] | null) {
  const ofTypes = rights?.filter((right) => right !== 'manage_sources') ?? null
  return { pipelines: { others: rights, named: {} }, process_types: { others: ofTypes, named: {} } }
}

/** Signs the admin of an account in. */
export async function adminOf(server: ApiServer): Promise<Person> {
  const admin = personAt(server.url)
  const { status } = await admin.request('POST', '/api/auth/sign-in/email', {
    email: server.acme.email,
    password,
  })
  assert.equal(status, 200)
  return admin
}

export async function newKey(
  admin: Person,
  name: string,
  fields: Record<string, unknown> = {},
): Promise<{ id: string; credentials: Credentials }> {
  const { status, body } = await admin.request('POST', '/api/rest-access/keys', {
    name,
    scopes: ['*:read', '*:write', '*:delete'],
    pipeline_ids: null,
    process_type_ids: null,
    expires_at: null,
    allowed_addresses: [],
    requests_per_minute: null,
    ...fields,
  })
  assert.equal(status, 201, JSON.stringify(body))
  const { key, secret } = body as { key: { id: string }; secret: string }
  return { id: key.id, credentials: { authorization: `Bearer ${secret}` } }
}

/** A key with a scope alone, and `read` of its area; and one with all scopes but that one and what needs it. */
export interface ScopedKeys {
  only: Credentials
  allBut: Credentials
}

export async function scopedKeys(admin: Person): Promise<ReadonlyMap<string, ScopedKeys>> {
  const all = (Object.keys(areas) as Area[]).flatMap((area) =>
    (readOnlyAreas.includes(area) ? (['read'] as const) : actions).map((action) => [area, action] as const),
  )
  const keys = new Map<string, ScopedKeys>()
  for (const [area, action] of all) {
    const scope = scopeOf([area, action])
    const others = all.filter((other) => other[0] !== area || !(other[1] === action || action === 'read'))
    const only = await newKey(admin, `only ${scope}`, { scopes: [...new Set([`${area}:read`, scope])] })
    const allBut = await newKey(admin, `all but ${scope}`, { scopes: others.map(scopeOf) })
    keys.set(scope, { only: only.credentials, allBut: allBut.credentials })
  }
  return keys
}

function scopeOf([area, action]: Need | readonly [Area, Action]): Scope {
  return `${area}:${action}`
}
