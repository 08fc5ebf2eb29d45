import type { Kysely } from 'kysely'
import type { Tables } from '../storage/tables.ts'
import { type Access, type Places, type Rights, wholeAccess } from './access.ts'
import { type PermissionsOfPlaces, parseStored, usualPermissions } from './permissions.ts'

/** What a member may see and do, by what an admin has set for them. */
export async function memberAccess(
  database: Kysely<Tables>,
  { accountId, userId }: { accountId: string; userId: string },
): Promise<Access> {
  const row = await database
    .selectFrom('member_permissions')
    .select('permissions')
    .where('account_id', '=', accountId)
    .where('user_id', '=', userId)
    .executeTakeFirst()
  const { pipelines, process_types, see_others_tasks } = row ? parseStored(row.permissions) : usualPermissions
  return {
    ...wholeAccess(userId),
    places: { pipeline: placesOf(pipelines), process_type: placesOf(process_types) },
    managesSetup: false,
    seesOthersTasks: see_others_tasks,
  }
}

function placesOf({ named, others }: PermissionsOfPlaces): Places {
  const each = Object.entries(named).map(([id, rights]) => [id, rightsOf(rights)] as const)
  return { named: new Map(each), others: rightsOf(others) }
}

function rightsOf(rights: readonly string[] | null): Rights | null {
  return rights === null ? null : (new Set(rights) as Rights)
}
