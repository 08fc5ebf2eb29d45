import { ApiError } from '../../errors/api-error.ts'
import type { Draft } from '../../resource-layer/resource.ts'
import type { AccountStore, AccountWriter, Row } from '../../storage/account-store.ts'
import { keyFrom, keyShape } from '../custom-fields/custom-fields.rules.ts'
import { requireLiveProcessType } from '../process-types/process-types.live.ts'

/** Completes the key of a role, which is once in its process type. */
export async function keyRole(draft: Draft): Promise<void> {
  const { row, resource, writer, supplied } = draft
  if (!row.key) row.key = keyFrom(String(row.name))
  const param = supplied.get('key') ?? supplied.get('name') ?? null
  if (!keyShape.test(String(row.key))) {
    draft.problem(
      'invalid_field',
      param,
      'key must be snake_case: letters a to z, digits and _, beginning with a letter',
    )
  }
  const same = await sameKey(writer, resource.name, row)
  if (same) {
    draft.problem('already_exists', param, `key is taken: this process type has the role "${same.name}"`)
  }
}

/** A role comes back into a process type that is there and has no other of its key by now. */
export async function restoreRole(writer: AccountWriter, roles: string, row: Row): Promise<void> {
  await requireLiveProcessType(writer, row)
  const same = await sameKey(writer, roles, row)
  if (!same) return
  throw new ApiError('already_exists', `The key "${row.key}" is taken by now by the role "${same.name}"`)
}

async function sameKey(store: AccountStore, roles: string, row: Row): Promise<Row | undefined> {
  return store
    .from(roles)
    .select(['id', 'name'])
    .where('process_type_id', '=', String(row.process_type_id))
    .where('key', '=', String(row.key))
    .where('deleted_at', 'is', null)
    .where('id', '!=', String(row.id))
    .executeTakeFirst()
}
