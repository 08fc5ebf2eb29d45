import { choice } from '../../resource-layer/fields/choice.ts'
import { customFields } from '../../resource-layer/fields/custom-fields.ts'
import { date, decimal, integer } from '../../resource-layer/fields/number.ts'
import { reference } from '../../resource-layer/fields/reference.ts'
import { id, recordTime } from '../../resource-layer/fields/standard.ts'
import { text } from '../../resource-layer/fields/text.ts'
import { defineResource, type Field } from '../../resource-layer/resource.ts'
import { keepLease } from '../leases/leases.of-unit.ts'
import { deleteUnit, presentLocalTime, restoreUnit } from './units.rules.ts'

export const units = defineResource({
  name: 'units',
  singular: 'unit',
  title: 'Units',
  area: 'properties',
  description:
    'What is let: an apartment of a building, or the one unit of a house, with its lease and rents.',
  customFields: 'unit',
  searchThrough: [{ table: 'units', own: 'id', to: { table: 'properties', other: 'property_id' } }],
  hooks: { beforeWrite: keepLease, beforeDelete: deleteUnit, beforeRestore: restoreUnit },
  fields: {
    id: id(),
    unit_number: text({
      column: 'unit_number',
      description: 'Its number in the building.',
      example: '2B',
      max: 50,
      nullable: true,
      filter: true,
      sort: true,
      search: true,
    }),
    num_bathrooms: decimal({
      column: 'num_bathrooms',
      description: 'Bathrooms.',
      example: '1.5',
      aliases: ['bathrooms'],
      zero: true,
    }),
    num_bedrooms: decimal({
      column: 'num_bedrooms',
      description: 'Bedrooms.',
      example: '3.0',
      aliases: ['bedrooms'],
      zero: true,
    }),
    occupancy: choice({
      column: 'occupancy',
      description: 'Who lives there.',
      example: 'Tenant Occupied',
      choices: ['Vacant', 'Occupied', 'Tenant Occupied', 'Owner Occupied'],
      default: 'Vacant',
    }),
    square_feet: integer({
      column: 'square_feet',
      description: 'Floor area in square feet.',
      example: 1180,
      min: 0,
      zero: true,
    }),
    estimated_rent: money('estimated_rent', 'What it might be let for.'),
    delinquent_rent: money('delinquent_rent', 'Rent that is overdue.', '0.0'),
    market_rent: money('market_rent', 'The rent it is listed for.'),
    current_rent: money('current_rent', 'The rent of the current lease.'),
    amount_receivable: money('amount_receivable', 'All that the tenant owes.', '0.0'),
    lease_start_date: day('lease_start_date', 'First day of the current lease.'),
    lease_end_date: day('lease_end_date', 'Last day of the current lease.', '2027-02-28'),
    current_lease_move_in: day('current_lease_move_in', 'When the current tenant moved in.'),
    current_lease_move_out: day('current_lease_move_out', 'When the current tenant moves out.', '2027-02-28'),
    future_lease_move_in: day('future_lease_move_in', 'When the next tenant moves in.', '2027-03-01'),
    future_lease_move_out: day('future_lease_move_out', 'When the next tenant moves out.', '2028-02-29'),
    created_at: localTime('created_at'),
    updated_at: localTime('updated_at'),
    custom_fields: customFields('unit'),
    property: {
      ...reference({
        column: 'property_id',
        to: 'properties',
        description: 'The property it is part of.',
        shows: ['id', 'address'],
        linked: true,
        required: true,
        fixed: true,
        unknown: 'unknown_property',
      }),
    },
  },
})

function money(column: string, description: string, example = '1450.0'): Field {
  return decimal({ column, description, example })
}

function day(column: string, description: string, example = '2026-03-01'): Field {
  return date({ column, description, example })
}

/** In units alone, times carry milliseconds and the account's offset (`contract.md` §1). */
function localTime(column: 'created_at' | 'updated_at'): Field {
  return {
    ...recordTime(column),
    example: '2026-03-01T04:30:00.250-05:00',
    present: (row, context) => presentLocalTime(Number(row[column]), context.timeZone),
  }
}
