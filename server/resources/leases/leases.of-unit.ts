import type { Draft } from '../../resource-layer/resource.ts'
import { dayOf, presentDecimal } from '../../resource-layer/values.ts'
import { create, remove, update, type WriteSettings } from '../../resource-layer/write.ts'
import type { AccountWriter, Row } from '../../storage/account-store.ts'
import { factsOfUnit, leaseFrom } from './leases.rules.ts'
import { leases } from './leases.schema.ts'

/**
 * Keeps the history of a unit's leases in step with the unit, in its own transaction: the same first day
 * corrects the lease, a later one begins another and leaves the former as history, an empty one ends it.
 */
export function keepLease(draft: Draft): void {
  const { row, existing } = draft
  const before = existing ?? { lease_start_date: null }
  if (before.lease_start_date === null && row.lease_start_date === null) return
  if (factsOfUnit.every(([, column]) => before[column] === row[column])) return
  draft.later(() => writeLease(draft))
}

async function writeLease({ writer, row, existing, timeZone, ownerId }: Draft): Promise<void> {
  const settings: WriteSettings = { timeZone, ownerId, ignored: new Set() }
  const former = existing && (await leaseFrom(writer, row.id, existing.lease_start_date))
  if (row.lease_start_date === null) {
    if (former) await endLease(writer, former, settings)
    return
  }
  const start = String(row.lease_start_date)
  const known = await leaseFrom(writer, row.id, start)
  // No lease follows one that began later: an earlier day is the same lease, put right.
  const isCorrection = !known && former !== null && start < String(former.start_date)
  const lease = known ?? (isCorrection ? former : null)
  if (former && former.id !== lease?.id) await endBefore(writer, former, start, settings)
  const fields = fieldsOf(row)
  if (lease) await update(writer, leases, lease, { fields, wrapper: null }, settings)
  else await create(writer, leases, { fields: { ...fields, unit_id: row.id }, wrapper: null }, settings)
}

function fieldsOf(unit: Row): Record<string, unknown> {
  const facts = factsOfUnit.map(([own, column]) => [own, unit[column] ?? null] as const)
  const { rent, ...days } = Object.fromEntries(facts)
  return { ...days, rent: rent === null ? null : presentDecimal(Number(rent)) }
}

/** The unit shows no lease any more: it ended yesterday at the latest. One that had not begun never was. */
async function endLease(writer: AccountWriter, lease: Row, settings: WriteSettings): Promise<void> {
  const today = dayOf(writer.at, settings.timeZone)
  if (String(lease.start_date) < today) await endBefore(writer, lease, today, settings)
  else await remove(writer, leases, lease)
}

/** A lease that another one follows ends before it does. */
async function endBefore(
  writer: AccountWriter,
  lease: Row,
  day: string,
  settings: WriteSettings,
): Promise<void> {
  const runsOn = lease.end_date === null || String(lease.end_date) >= day
  if (!runsOn || String(lease.start_date) >= day) return
  const end_date = Temporal.PlainDate.from(day).subtract({ days: 1 }).toString()
  await update(writer, leases, lease, { fields: { end_date }, wrapper: null }, settings)
}
