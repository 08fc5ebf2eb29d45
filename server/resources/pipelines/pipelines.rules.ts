import { ApiError } from '../../rest/errors.ts'
import type { AccountWriter, Row } from '../../storage/account-store.ts'

/** A pipeline goes only when no deal would be left without one. */
export async function refuseWhileInUse(writer: AccountWriter, row: Row): Promise<void> {
  const deal = await writer
    .from('deals')
    .select(['id'])
    .where('pipeline_id', '=', String(row.id))
    .where('deleted_at', 'is', null)
    .limit(1)
    .executeTakeFirst()
  if (!deal) return
  throw new ApiError('pipeline_in_use', `"${row.name}" still holds deals; move or delete them first`)
}
