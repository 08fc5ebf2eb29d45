import { ApiError } from '../../errors/api-error.ts'
import { deleteChildren, restoreChildren } from '../../resource-layer/children.ts'
import type { AccountWriter, Row } from '../../storage/account-store.ts'

/** `2026-03-01T04:30:00.250-05:00`: milliseconds and the offset that the account's time zone has then. */
export function presentLocalTime(milliseconds: number, timeZone: string): string {
  return Temporal.Instant.fromEpochMilliseconds(milliseconds).toString({
    timeZone,
    fractionalSecondDigits: 3,
  })
}

const leases = { resource: 'leases', column: 'unit_id' }

/** The leases of a unit go with it … */
export async function deleteUnit(writer: AccountWriter, row: Row): Promise<void> {
  await keepOneUnit(writer, row)
  await deleteChildren(writer, leases, row)
}

/** … and come back with it. */
export async function restoreUnit(writer: AccountWriter, row: Row): Promise<void> {
  await requireLiveProperty(writer, row)
  await restoreChildren(writer, leases, row)
}

/** The rents and the lease of a house stand on its unit, so a property is never without one. */
async function keepOneUnit(writer: AccountWriter, row: Row): Promise<void> {
  const other = await writer
    .from('units')
    .select(['id'])
    .where('property_id', '=', String(row.property_id))
    .where('deleted_at', 'is', null)
    .where('id', '!=', String(row.id))
    .limit(1)
    .executeTakeFirst()
  if (!other)
    throw new ApiError('last_unit', 'This is the only unit of its property; delete the property instead')
}

async function requireLiveProperty(writer: AccountWriter, row: Row): Promise<void> {
  const property = await writer.find('properties', String(row.property_id))
  if (property?.deleted_at !== null) {
    throw new ApiError('parent_deleted', 'Its property is deleted; restore the property first')
  }
}
