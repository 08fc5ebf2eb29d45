import type { FastifyInstance } from 'fastify'
import {
  type Permissions,
  parsePermissions,
  parseStored,
  rightsOf,
  usualPermissions,
} from '../access/permissions.ts'
import { recordAudit } from '../audit/audit.ts'
import { ApiError } from '../errors/api-error.ts'
import { type AccountStore, accountStore } from '../storage/account-store.ts'
import type { Engine } from '../storage/engine.ts'
import { parseId } from '../storage/ids.ts'
import { writeAccount } from '../storage/write.ts'
import type { Context } from './context.ts'
import { requireAdmin, type SessionSource } from './guards.ts'
import { originOf } from './origin.ts'
import { type PersonAct, requireOther, requireStillAdmin } from './people.ts'
import { mirrorPermissions, peopleOfSandbox, refuseInSandbox } from './sandbox-people.ts'

/** What each member may see and do, for admins to read and set; never their own. */
export function permissionsRoutes(app: FastifyInstance, context: Context, accounts: SessionSource): void {
  const { engine } = context

  app.get<{ Params: { id: string } }>('/people/:id/permissions', async (request) => {
    const by = await requireAdmin(accounts, request)
    const store = accountStore(engine.reader, by.accountId)
    const id = parseId(request.params.id)
    const person = id && (await store.find('users', id))
    if (!person || person.deleted_at !== null)
      throw new ApiError('not_found', 'There is no such person in this account.')
    return {
      ...shown(await storedOf(store, id)),
      usual: usualPermissions,
      rights: rightsOf,
      pipelines: await namesOf(store, 'pipelines'),
      process_types: await namesOf(store, 'process_types'),
    }
  })

  app.put<{ Params: { id: string } }>('/people/:id/permissions', async (request) => {
    const by = await requireAdmin(accounts, request)
    await refuseInSandbox(engine, by.accountId, peopleOfSandbox)
    const personId = parseId(request.params.id) ?? ''
    const permissions = parsePermissions(request.body)
    const known = changedAtIn(request.body)
    const act = { by, personId, origin: originOf(request) }
    return shown(await setPermissions(engine, act, { permissions, known }))
  })
}

interface Stored {
  permissions: Permissions
  /** Milliseconds since 1970. */
  changedAt: number
}

function shown(stored: Stored | null) {
  return {
    permissions: stored?.permissions ?? usualPermissions,
    changed_at: stored ? new Date(stored.changedAt).toISOString() : null,
  }
}

/** The `changed_at` of what somebody has before them; undefined when they write whatever is there. */
function changedAtIn(body: unknown): unknown {
  return typeof body === 'object' && body !== null && 'changed_at' in body ? body.changed_at : undefined
}

interface Wanted {
  permissions: Permissions
  known: unknown
}

/**
 * Sets what a member may see and do, from their next request on. A place that was named before may stay so, even
 * when it is deleted by now.
 * @throws ApiError not_found, cannot_change_self, admin_required, invalid_field for a place that is not there,
 * precondition_failed when they are not as they were known
 */
function setPermissions(engine: Engine, act: PersonAct, { permissions, known }: Wanted): Promise<Stored> {
  const { by, personId, origin } = act
  const context = { actor: { kind: 'user' as const, id: by.userId }, requestId: origin.requestId, origin }
  return writeAccount(engine, by.accountId, context, async (writer, tx) => {
    await requireOther(tx, act)
    await requireStillAdmin(tx, by)
    const before = await storedOf(writer, personId)
    if (known !== undefined && known !== shown(before).changed_at) {
      throw new ApiError(
        'precondition_failed',
        'Somebody else changed these permissions since you opened the page. Nothing was saved.',
        { param: 'changed_at' },
      )
    }
    for (const table of ['pipelines', 'process_types'] as const) {
      const there = new Set((await namesOf(writer, table)).map(({ id }) => id))
      const named = before?.permissions[table].named ?? {}
      const unknown = Object.keys(permissions[table].named).find((id) => !there.has(id) && !(id in named))
      if (unknown !== undefined)
        throw new ApiError('invalid_field', `${table}.named holds ${unknown}, which is not there`, {
          param: `${table}.named`,
        })
    }
    const text = JSON.stringify(permissions)
    if (before && JSON.stringify(before.permissions) === text) return before
    // Two changes within one millisecond are two.
    const changedAt = Math.max(writer.at, (before?.changedAt ?? 0) + 1)
    await writer.remove('member_permissions', { user_id: personId })
    await writer.insert('member_permissions', { user_id: personId, permissions: text, updated_at: changedAt })
    await mirrorPermissions(tx, writer)
    await recordAudit(writer, {
      action: 'user.permissions_changed',
      userId: by.userId,
      subject: personId,
      details: {
        permissions: text,
        previous_permissions: JSON.stringify(before?.permissions ?? usualPermissions),
      },
      origin,
    })
    return { permissions, changedAt }
  })
}

async function storedOf(store: AccountStore, userId: string): Promise<Stored | null> {
  const row = await store
    .from('member_permissions')
    .select(['permissions', 'updated_at'])
    .where('user_id', '=', userId)
    .executeTakeFirst()
  return row ? { permissions: parseStored(String(row.permissions)), changedAt: Number(row.updated_at) } : null
}

async function namesOf(store: AccountStore, table: string): Promise<{ id: string; name: string }[]> {
  const rows = await store
    .from(table)
    .select(['id', 'name'])
    .where('deleted_at', 'is', null)
    .orderBy('name')
    .orderBy('id')
    .execute()
  return rows.map(({ id, name }) => ({ id: String(id), name: String(name) }))
}
