import Type from 'typebox'
import { idSchema, nullableIf, timeSchema } from '../../resource-layer/fields/schemas.ts'
import type { Draft, ReadContext } from '../../resource-layer/resource.ts'
import { presentTime } from '../../resource-layer/values.ts'
import type { Row } from '../../storage/account-store.ts'
import { unitsOf } from './properties.units.ts'

const line = nullableIf(true, Type.String())

export const addressSchema = Type.Object(
  {
    created_at: timeSchema,
    updated_at: timeSchema,
    id: idSchema,
    line_1: Type.String(),
    line_2: line,
    line_3: line,
    line_4: line,
    locality: Type.String(),
    region: Type.String(),
    postal_code: Type.String(),
    country: Type.String(),
    full_address: Type.String(),
  },
  { additionalProperties: false },
)

const columns = ['address', 'address_2', 'address_3', 'address_4', 'city', 'state', 'zip_code', 'country']

/** The address has an id and a time of change of its own, as clients read it (`contract.md` §4). */
export function completeAddress(draft: Draft): void {
  const { row, existing, writer } = draft
  if (row.country === '') row.country = 'US'
  if (!existing) row.address_id = writer.newId()
  const changed = !existing || columns.some((column) => row[column] !== existing[column])
  if (changed) row.address_updated_at = writer.at
}

export async function fullAddress(
  rows: readonly Row[],
  context: ReadContext,
): Promise<(row: Row) => unknown> {
  const units = await unitsOf(rows, context)
  return (row) => ({
    created_at: presentTime(Number(row.created_at)),
    updated_at: presentTime(Number(row.address_updated_at)),
    id: row.address_id,
    line_1: row.address,
    line_2: row.address_2,
    line_3: row.address_3,
    line_4: row.address_4,
    locality: row.city,
    region: row.state,
    postal_code: row.zip_code,
    country: row.country,
    full_address: oneLine(row, units.get(row.id ?? null)?.[0]?.unit_number ?? null),
  })
}

/** `18 Alder Court #2B, Ashford, OR 97001` */
export function oneLine(row: Row, unitNumber: unknown): string {
  const street = [row.address, row.address_2, row.address_3, row.address_4].filter(Boolean).join(', ')
  const region = [row.state, row.zip_code].filter(Boolean).join(' ')
  const withUnit = unitNumber ? `${street} #${String(unitNumber).replace(/^#/, '')}` : street
  return [withUnit, row.city, region].filter(Boolean).join(', ')
}
