import Type, { type TSchema } from 'typebox'
import type { ErrorCode } from '../../errors/error-codes.ts'
import { linkedTo } from '../../resource-layer/fields/links.ts'
import { knownRecord } from '../../resource-layer/fields/reference.ts'
import { idSchema, nullableIf } from '../../resource-layer/fields/schemas.ts'
import { idOrNone, orNone, requireId } from '../../resource-layer/fields/standard.ts'
import { present } from '../../resource-layer/present.ts'
import {
  columnsOf,
  type Draft,
  type Field,
  FieldProblem,
  type ReadContext,
  type Resource,
} from '../../resource-layer/resource.ts'
import { objectSchema } from '../../resource-layer/schema.ts'
import { readNotedList, type Told } from '../../resource-layer/told-changes.ts'
import type { Row } from '../../storage/account-store.ts'
import { contacts } from '../contacts/contacts.schema.ts'

interface Parts {
  /** The table of the roles, which is also the name of the field. */
  roles: string
  /** The table that says who plays which role, and its column that names them. */
  table: string
  other: string
  /** Who plays them. */
  people: string
  /** In an entry of the body: the name of who plays the role, one or a list. */
  entry: string
  unknown: ErrorCode
}

const contactParts: Parts = {
  roles: 'contact_roles',
  table: 'process_contacts',
  other: 'contact_id',
  people: 'contacts',
  entry: 'contact_ids',
  unknown: 'unknown_contact',
}

const assigneeParts: Parts = {
  roles: 'assignee_roles',
  table: 'process_users',
  other: 'user_id',
  people: 'users',
  entry: 'user_id',
  unknown: 'unknown_user',
}

const mostEntries = 200

/** What `contact_roles_attributes` leaves for the rules: the ids of the contacts, in order. */
export const roleContacts = 'contact_roles'

/** The contacts by the roles of the process type; every role is listed, filled or not. */
export function contactRolesField(): Field {
  return {
    description:
      'Its contacts by the roles of its type; every role is listed. Written as `contact_roles_attributes`: each entry replaces the contacts of its role, other roles stay.',
    example: [{ key: 'tenant', name: 'Tenant', contacts: [] }],
    schema: Type.Array(roleSchema({ contacts: Type.Array(objectSchema(contacts)) })),
    columns: [],
    shows: { table: contacts.name, without: withoutContacts },
    told: [toldRoles('contact_roles')],
    async load(rows, context) {
      const linked = await linkedPeople(rows, context, contactParts, contacts)
      const objects = await present(contacts, linked, { ...context, flags: new Set() })
      return rolesReader(rows, context, contactParts, (owner, role) => ({
        contacts: objects.filter((_, at) => isOf(linked[at], owner, role)),
      }))
    },
    filters: [
      {
        param: 'contact_id',
        description: `Only processes in which one of these contacts plays a role. ${orNone}`,
        schema: idOrNone,
        list: true,
        range: false,
        apply: (query, condition, context) =>
          condition.kind === 'any'
            ? linkedTo(
                query,
                condition.values,
                { ...contactParts, own: 'process_id', to: 'contacts' },
                context,
              )
            : query,
      },
    ],
    write: {
      names: ['contact_roles_attributes'],
      schema: entriesSchema({ contact_ids: Type.Array(idSchema, { maxItems: mostEntries }) }),
      accept: (value, draft, param) => acceptRoles(value, draft, param, contactParts),
    },
  }
}

/** The users by the roles of the process type; every role is listed, filled or not. */
export function assigneeRolesField(): Field {
  const user = Type.Object(
    { id: idSchema, name: Type.String(), email: Type.String() },
    { additionalProperties: false },
  )
  return {
    description:
      'Who of the team plays which role; every role of its type is listed. Written as `assignee_roles_attributes`.',
    example: [{ key: 'leasing_agent', name: 'Leasing agent', user: null }],
    schema: Type.Array(roleSchema({ user: nullableIf(true, user) })),
    columns: [],
    told: [toldRoles('assignee_roles')],
    async load(rows, context) {
      const linked = await context.store
        .joined(assigneeParts.table, 'users', 'user_id', 'id')
        .select(['process_users.process_id as owner_id', 'process_users.role_id as role_id'])
        .select(['users.id as id', 'users.name as name', 'users.email as email'])
        .where('process_users.process_id', 'in', idsOf(rows))
        .execute()
      return rolesReader(rows, context, assigneeParts, (owner, role) => {
        const found = linked.find((row) => isOf(row, owner, role))
        return { user: found ? { id: found.id, name: found.name, email: found.email } : null }
      })
    },
    write: {
      names: ['assignee_roles_attributes'],
      schema: entriesSchema({ user_id: nullableIf(true, idSchema) }),
      accept: (value, draft, param) => acceptRoles(value, draft, param, assigneeParts),
    },
  }
}

/** The ids of who plays each role, as `contact_roles.tenant`. */
function toldRoles(name: string): Told {
  return { stored: name, name, schema: Type.Array(idSchema), read: readNotedList, isPrefix: true }
}

function roleSchema(who: Record<string, TSchema>): TSchema {
  return Type.Object({ key: Type.String(), name: Type.String(), ...who }, { additionalProperties: false })
}

function entriesSchema(who: Record<string, TSchema>): TSchema {
  return Type.Array(Type.Object({ key: Type.String(), ...who }), { maxItems: mostEntries })
}

function linkedPeople(
  rows: readonly Row[],
  { store }: ReadContext,
  parts: Parts,
  to: Resource,
): Promise<Row[]> {
  const { table, other, people } = parts
  return store
    .joined(table, people, other, 'id')
    .select([`${table}.process_id as owner_id`, `${table}.role_id as role_id`])
    .select(columnsOf(to).map((column) => `${people}.${column}`))
    .where(`${table}.process_id`, 'in', idsOf(rows))
    .where(`${people}.deleted_at`, 'is', null)
    .orderBy(`${table}.position`)
    .orderBy(`${people}.id`)
    .execute()
}

async function rolesReader(
  rows: readonly Row[],
  { store }: ReadContext,
  parts: Parts,
  who: (owner: Row, role: Row) => Record<string, unknown>,
) {
  const types = [...new Set(rows.map((row) => String(row.process_type_id)))]
  const roles = await store
    .from(parts.roles)
    .select(['id', 'process_type_id', 'key', 'name'])
    .where('process_type_id', 'in', types)
    .where('deleted_at', 'is', null)
    .orderBy('created_at')
    .orderBy('id')
    .execute()
  const byType = Map.groupBy(roles, (role) => role.process_type_id)
  return (row: Row) =>
    (byType.get(row.process_type_id ?? null) ?? []).map((role) => ({
      key: role.key,
      name: role.name,
      ...who(row, role),
    }))
}

function isOf(linked: Row | undefined, owner: Row, role: Row): boolean {
  return linked?.owner_id === owner.id && linked?.role_id === role.id
}

function idsOf(rows: readonly Row[]): string[] {
  return rows.map((row) => String(row.id))
}

async function acceptRoles(value: unknown, draft: Draft, param: string, parts: Parts): Promise<void> {
  const entries = entriesOf(value)
  // Without a known type there are no roles; that is already a problem of its own.
  if (draft.row.process_type_id === null) return
  const all: string[] = []
  for (const [at, entry] of entries.entries()) {
    const role = await roleOf(draft, parts, entry, `${param}[${at}][key]`)
    const ids = await peopleOf(draft, parts, entry, `${param}[${at}][${parts.entry}]`)
    all.push(...ids)
    if (role) setRole(draft, parts, role, ids)
  }
  draft.options.set(parts.roles, all)
}

/** A list of entries, one entry alone, or entries under numbers, as forms have them. */
function entriesOf(value: unknown): Record<string, unknown>[] {
  if (value === null || value === '') return []
  const isOne = typeof value === 'object' && ('key' in value || 'id' in value)
  const list = typeof value !== 'object' || isOne ? [value] : Object.values(value)
  if (list.length > mostEntries)
    throw new FieldProblem(`has more than ${mostEntries} entries`, 'too_many_values')
  return list.map((entry) => {
    if (typeof entry === 'object' && entry !== null && !Array.isArray(entry)) return entry
    throw new FieldProblem('must be a list of roles with who plays them')
  })
}

async function roleOf(
  { writer, row, problem }: Draft,
  { roles }: Parts,
  entry: Record<string, unknown>,
  param: string,
): Promise<Row | null> {
  const { key } = entry
  if (typeof key !== 'string' || key === '') {
    problem('missing_field', param, `${param} is missing`)
    return null
  }
  const role = await writer
    .from(roles)
    .select(['id', 'key'])
    .where('process_type_id', '=', String(row.process_type_id))
    .where('key', '=', key.slice(0, 200).replaceAll('\u0000', '').toWellFormed())
    .where('deleted_at', 'is', null)
    .executeTakeFirst()
  if (!role) problem('unknown_role', param, `${param} is invalid: the process type has no such role`)
  return role ?? null
}

async function peopleOf(
  draft: Draft,
  { entry: name, people, unknown, other }: Parts,
  entry: Record<string, unknown>,
  param: string,
): Promise<string[]> {
  const given = entry[name] ?? entry[other] ?? null
  const list = Array.isArray(given) ? given : given === null || given === '' ? [] : [given]
  if (list.length > mostEntries)
    throw new FieldProblem(`has more than ${mostEntries} entries`, 'too_many_values')
  const ids = [...new Set(list.filter((id) => id !== '').map(requireId))]
  for (const id of ids) await knownRecord(draft, people, id, param, unknown)
  return ids
}

function setRole(draft: Draft, { table, other, roles }: Parts, role: Row, ids: readonly string[]): void {
  const { writer, row } = draft
  draft.later(async () => {
    const known = await writer
      .from(table)
      .select([other])
      .where('process_id', '=', row.id)
      .where('role_id', '=', String(role.id))
      .orderBy('position')
      .execute()
    const before = known.map((pair) => String(pair[other]))
    if (before.join() === ids.join()) return
    await writer.remove(table, { process_id: row.id, role_id: role.id ?? null })
    const pairs = ids.map((id, position) => ({
      process_id: row.id,
      role_id: role.id ?? null,
      [other]: id,
      position,
    }))
    if (pairs.length > 0) await writer.insert(table, pairs)
    draft.noteChange(`${roles}.${role.key}`, JSON.stringify(before), JSON.stringify(ids))
  })
}

function withoutContacts(roles: unknown): unknown {
  return Array.isArray(roles) ? roles.map((role: object) => ({ ...role, contacts: [] })) : roles
}
