import Type from 'typebox'
import { loaded } from '../../resource-layer/fields/computed.ts'
import { customFields } from '../../resource-layer/fields/custom-fields.ts'
import { id, link, recordTime } from '../../resource-layer/fields/standard.ts'
import { tags } from '../../resource-layer/fields/tags.ts'
import { text } from '../../resource-layer/fields/text.ts'
import { defineResource, type Field } from '../../resource-layer/resource.ts'
import { bodySchema, objectSchema } from '../../resource-layer/schema.ts'
import { itsGroup } from '../property-groups/property-groups.field.ts'
import { units } from '../units/units.schema.ts'
import { addressSchema, completeAddress, fullAddress, oneLine } from './properties.address.ts'
import {
  acceptUnit,
  countUnits,
  deleteUnits,
  firstUnit,
  gatherUnitFields,
  restoreUnits,
  toldUnit,
  writeUnit,
} from './properties.units.ts'

export const properties = defineResource({
  name: 'properties',
  singular: 'property',
  title: 'Properties',
  area: 'properties',
  description:
    'A house or building under management. Its first unit stands in it as `unit`; a building has more under `/properties/{id}/units`.',
  customFields: 'property',
  searchThrough: [{ table: 'units', own: 'property_id' }],
  hooks: {
    reshape: gatherUnitFields,
    beforeWrite(draft) {
      completeAddress(draft)
      writeUnit(draft)
    },
    beforeDelete: deleteUnits,
    beforeRestore: restoreUnits,
  },
  fields: {
    created_at: recordTime('created_at'),
    updated_at: recordTime('updated_at'),
    id: id(),
    property_type: text({
      column: 'property_type',
      description: 'What kind of building it is.',
      example: 'Single Home',
      nullable: true,
      filter: true,
      sort: true,
    }),
    address: part('address', 'Street and number.', '18 Alder Court', [
      'address_street',
      'address_line_1',
      'address_1',
    ]),
    address_2: writeOnly(
      part('address_2', 'Second line of the address.', 'Rear house', ['address_line_2'], true),
    ),
    address_3: writeOnly(
      part('address_3', 'Third line of the address.', 'c/o Brook', ['address_line_3'], true),
    ),
    address_4: writeOnly(
      part('address_4', 'Fourth line of the address.', 'Gate 2', ['address_line_4'], true),
    ),
    city: part('city', 'City.', 'Ashford', ['address_city', 'locality']),
    state: part('state', 'State or region.', 'OR', ['address_state', 'region']),
    zip_code: part('zip_code', 'Postal code.', '97001', ['address_zip_code', 'postal_code', 'zip']),
    country: {
      ...writeOnly(part('country', 'Country; "US" unless another is sent.', 'US', ['address_country'])),
      initial: { country: 'US' },
    },
    full_address: {
      ...loaded({
        description: 'The address in parts and on one line, with the unit when there is one.',
        schema: addressSchema,
        load: fullAddress,
      }),
      told: [],
      columns: [
        'address',
        'address_2',
        'address_3',
        'address_4',
        'country',
        'address_id',
        'address_updated_at',
      ],
      search: (row) => [oneLine(row, null)],
    },
    unit_count: loaded({
      description: 'How many units it has.',
      example: 1,
      schema: Type.Integer(),
      load: countUnits,
    }),
    property_groups: itsGroup(),
    unit: {
      ...loaded({
        description: 'Its first unit. On a write: fields of that unit, which may also come flat.',
        schema: objectSchema(units),
        load: firstUnit,
      }),
      told: [toldUnit],
      write: { names: ['unit'], schema: bodySchema(units, 'update'), accept: acceptUnit },
    },
    tags: tags('properties'),
    custom_fields: customFields('property'),
    link: link('properties'),
  },
})

function part(
  column: string,
  description: string,
  example: string,
  aliases: string[],
  nullable?: true,
): Field {
  const options = { column, description, example, aliases, filter: true, sort: true } as const
  return text(nullable ? { ...options, nullable } : options)
}

/** A part of the address that is read in `full_address`. */
function writeOnly(field: Field): Field {
  const { present: _, sort: __, ...rest } = field
  return rest
}
