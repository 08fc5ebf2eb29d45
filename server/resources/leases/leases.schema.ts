import Type from 'typebox'
import { links } from '../../resource-layer/fields/links.ts'
import { date, decimal } from '../../resource-layer/fields/number.ts'
import { reference } from '../../resource-layer/fields/reference.ts'
import { idSchema, nullableIf } from '../../resource-layer/fields/schemas.ts'
import { id, recordTime } from '../../resource-layer/fields/standard.ts'
import { text } from '../../resource-layer/fields/text.ts'
import { defineResource, type Field } from '../../resource-layer/resource.ts'
import { contacts } from '../contacts/contacts.schema.ts'
import { checkLease, refuseShown, restoreLease } from './leases.rules.ts'
import { statusField } from './leases.status.ts'

export const leases = defineResource({
  name: 'leases',
  singular: 'lease',
  title: 'Leases',
  area: 'properties',
  description:
    'A lease of a unit: past, current or to come. The one whose `start_date` is the `lease_start_date` of its unit follows the unit and is changed there; all others are written here.',
  searchThrough: [
    { table: 'leases', own: 'id', to: { table: 'properties', other: 'property_id' } },
    { table: 'leases', own: 'id', to: { table: 'units', other: 'unit_id' } },
    { table: 'lease_tenants', own: 'lease_id', to: { table: 'contacts', other: 'contact_id' } },
  ],
  hooks: { beforeWrite: checkLease, beforeDelete: refuseShown, beforeRestore: restoreLease },
  fields: {
    id: id(),
    unit: {
      ...reference({
        column: 'unit_id',
        to: 'units',
        description: 'The unit that is let.',
        shows: ['id', 'unit_number'],
        required: true,
        fixed: true,
        unknown: 'unknown_unit',
      }),
      schema: Type.Object(
        { id: idSchema, unit_number: nullableIf(true, Type.String()) },
        { additionalProperties: false },
      ),
    },
    property: readOnly(
      reference({
        column: 'property_id',
        to: 'properties',
        description: 'The property of the unit.',
        shows: ['id', 'address'],
        linked: true,
        required: true,
        unknown: 'unknown_property',
      }),
    ),
    status: statusField(),
    start_date: date({
      column: 'start_date',
      description: 'Its first day; a unit has one lease from a day on.',
      example: '2026-03-01',
      aliases: ['lease_start_date'],
      required: true,
    }),
    end_date: date({
      column: 'end_date',
      description: 'Its last day; null when it runs until somebody ends it.',
      example: '2027-02-28',
      aliases: ['lease_end_date'],
    }),
    move_in: date({
      column: 'move_in',
      description: 'When the tenants moved in.',
      example: '2026-03-01',
      aliases: ['lease_move_in'],
    }),
    move_out: date({
      column: 'move_out',
      description: 'When the tenants move out.',
      example: '2027-02-28',
      aliases: ['lease_move_out'],
    }),
    rent: decimal({ column: 'rent', description: 'The rent of a month.', example: '1450.0' }),
    tenants: links({
      to: contacts,
      table: 'lease_tenants',
      own: 'lease_id',
      other: 'contact_id',
      description: 'Who rents, the main one first. They can be set on every lease.',
      writeName: 'tenant_ids',
      aliases: ['contact_ids', 'contact_id'],
      filterName: 'contact_id',
      unknown: 'unknown_contact',
    }),
    comments: text({
      column: 'comments',
      description: 'Free text; newlines are kept. It can be set on every lease.',
      example: 'Two cats, deposit paid.',
      long: true,
      nullable: true,
      search: true,
    }),
    created_at: recordTime('created_at'),
    updated_at: recordTime('updated_at'),
  },
})

function readOnly(field: Field): Field {
  const { write: _, ...rest } = field
  return rest
}
