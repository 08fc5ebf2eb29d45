import { namedPlaces } from '../access/named-places.ts'
import { type Permissions, parseStored, usualPermissions } from '../access/permissions.ts'
import { recordAudit } from '../audit/audit.ts'
import { ApiError } from '../errors/api-error.ts'
import type { AccountStore } from '../storage/account-store.ts'
import type { Engine } from '../storage/engine.ts'
import { writeAccount } from '../storage/write.ts'
import { type PersonAct, requireOther, requireStillAdmin } from './people.ts'
import { mirrorPermissions } from './sandbox-people.ts'

/** As the pages read it. */
export interface SetPermissions {
  permissions: Permissions
  /** ISO 8601; null while no admin has set anything. */
  changed_at: string | null
}

/** What a member may see and do. */
export async function permissionsOf(store: AccountStore, userId: string): Promise<SetPermissions> {
  const row = await store
    .from('member_permissions')
    .select(['permissions', 'updated_at'])
    .where('user_id', '=', userId)
    .executeTakeFirst()
  if (!row) return { permissions: usualPermissions, changed_at: null }
  return {
    permissions: parseStored(String(row.permissions)),
    changed_at: new Date(Number(row.updated_at)).toISOString(),
  }
}

interface Wanted {
  permissions: Permissions
  /** The `changed_at` of what somebody has before them; undefined when they write over whatever is there. */
  known: unknown
}

/**
 * Sets what a member may see and do, from their next request on.
 * @throws ApiError not_found, cannot_change_self, admin_required, invalid_field for a place that is not there,
 * precondition_failed when they are not as they were known
 */
export function setPermissions(
  engine: Engine,
  act: PersonAct,
  { permissions, known }: Wanted,
): Promise<SetPermissions> {
  const { by, personId, origin } = act
  const context = { actor: { kind: 'user' as const, id: by.userId }, requestId: origin.requestId, origin }
  return writeAccount(engine, by.accountId, context, async (writer, tx) => {
    await requireOther(tx, act)
    await requireStillAdmin(tx, by)
    const before = await permissionsOf(writer, personId)
    if (known !== undefined && known !== before.changed_at) {
      throw new ApiError(
        'precondition_failed',
        'Somebody else changed these permissions since you opened the page. Nothing was saved.',
        { param: 'changed_at' },
      )
    }
    await requirePlaces(writer, permissions, before.permissions)
    const [text, textBefore] = [JSON.stringify(permissions), JSON.stringify(before.permissions)]
    if (before.changed_at !== null && text === textBefore) return before
    // Two changes within one millisecond are two.
    const at = Math.max(writer.at, before.changed_at === null ? 0 : Date.parse(before.changed_at) + 1)
    await writer.remove('member_permissions', { user_id: personId })
    await writer.insert('member_permissions', { user_id: personId, permissions: text, updated_at: at })
    await mirrorPermissions(tx, writer)
    await recordAudit(writer, {
      action: 'user.permissions_changed',
      userId: by.userId,
      subject: personId,
      details: { permissions: text, previous_permissions: textBefore },
      origin,
    })
    return { permissions, changed_at: new Date(at).toISOString() }
  })
}

/** What was named before may stay so when it is deleted by now: it may be restored. */
async function requirePlaces(store: AccountStore, wanted: Permissions, before: Permissions): Promise<void> {
  for (const table of ['pipelines', 'process_types'] as const) {
    const known = new Set((await namedPlaces(store, table)).map(({ id }) => id))
    const unknown = Object.keys(wanted[table].named).find(
      (id) => !known.has(id) && !(id in before[table].named),
    )
    if (unknown === undefined) continue
    throw new ApiError('invalid_field', `${table}.named holds ${unknown}, which is not there`, {
      param: `${table}.named`,
    })
  }
}
