import { ApiError } from '../../errors/api-error.ts'
import type { AccountWriter, Row } from '../../storage/account-store.ts'

/** What belongs to a process type comes back only where the type is there. */
export async function requireLiveProcessType(writer: AccountWriter, row: Row): Promise<void> {
  const type = await writer.find('process_types', String(row.process_type_id))
  if (type?.deleted_at !== null) {
    throw new ApiError('parent_deleted', 'Its process type is deleted; restore the process type first')
  }
}
