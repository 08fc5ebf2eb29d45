import { ApiError } from '../../errors/api-error.ts'
import type { Draft } from '../../resource-layer/resource.ts'
import type { AccountStore, AccountWriter, Row, Value } from '../../storage/account-store.ts'

/** What a unit says of its lease: the column of the lease, and that of the unit. */
export const factsOfUnit = [
  ['start_date', 'lease_start_date'],
  ['end_date', 'lease_end_date'],
  ['move_in', 'current_lease_move_in'],
  ['move_out', 'current_lease_move_out'],
  ['rent', 'current_rent'],
] as const

/** A unit has one lease from a day on, and the one that the unit itself shows says what the unit says. */
export async function checkLease(draft: Draft): Promise<void> {
  const { row, existing, writer, supplied } = draft
  const unit = await writer.find('units', String(row.unit_id))
  row.property_id = unit?.property_id ?? null
  const start = supplied.get('start_date') ?? 'start_date'
  const same = await leaseFrom(writer, row.unit_id, row.start_date)
  if (same && same.id !== row.id) {
    draft.problem(
      'already_exists',
      start,
      `${start} is taken: the lease ${same.id} of this unit begins on ${row.start_date}`,
    )
    return
  }
  if (isShown(unit, row) || isShown(unit, existing)) {
    const changed = factsOfUnit.find(([own, its]) => row[own] !== unit?.[its])
    if (!changed) return
    const param = supplied.get(changed[0]) ?? null
    draft.problem('lease_of_unit', param, shownMessage(unit, `change \`${changed[1]}\``))
  } else if (row.end_date !== null && String(row.end_date) < String(row.start_date)) {
    const end = supplied.get('end_date') ?? 'end_date'
    draft.problem('invalid_field', end, `${end} is before the lease begins`)
  }
}

/** The lease that a unit shows ends by the unit, and is not taken away from under it. */
export async function refuseShown(writer: AccountWriter, row: Row): Promise<void> {
  const unit = await writer.find('units', String(row.unit_id))
  if (isShown(unit, row)) throw new ApiError('lease_of_unit', shownMessage(unit, 'empty `lease_start_date`'))
}

/** A lease comes back to a unit that is there and has no other lease from that day on. */
export async function restoreLease(writer: AccountWriter, row: Row): Promise<void> {
  const unit = await writer.find('units', String(row.unit_id))
  if (unit?.deleted_at !== null) {
    throw new ApiError('parent_deleted', 'Its unit is deleted; restore the unit first')
  }
  const same = await leaseFrom(writer, row.unit_id, row.start_date)
  if (!same) return
  throw new ApiError('already_exists', `The unit has another lease from ${row.start_date} by now: ${same.id}`)
}

/** The lease of a unit that begins on a day. */
export async function leaseFrom(
  store: AccountStore,
  unitId: Value | undefined,
  day: Value | undefined,
): Promise<Row | null> {
  const row = await store
    .from('leases')
    .selectAll()
    .where('unit_id', '=', String(unitId))
    .where('start_date', '=', String(day))
    .where('deleted_at', 'is', null)
    .executeTakeFirst()
  return row ?? null
}

function isShown(unit: Row | null, lease: Row | null): boolean {
  return lease !== null && unit !== null && unit.lease_start_date === lease.start_date
}

function shownMessage(unit: Row | null, act: string): string {
  return `This is the lease that its unit shows; ${act} of /rest/units/${unit?.id} instead`
}
