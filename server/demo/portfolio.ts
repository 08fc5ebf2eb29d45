import { properties } from '../resources/properties/properties.schema.ts'
import { units } from '../resources/units/units.schema.ts'
import { historyDays } from './calendar.ts'
import { type Chance, chanceOf } from './chance.ts'
import { valuesFor } from './custom-fields.ts'
import { oneLine } from './places.ts'
import { type Planning, tagged } from './planning.ts'
import { type Home, type Lease, leaseFields, planTenancies } from './tenancies.ts'

/** A house or building of the portfolio. */
export interface Property {
  id: string
  address: string
  homes: number
  /** When it came under management. */
  at: number
}

const tags = ['pool', 'historic', 'corner lot', 'hoa', 'garden service', 'no smoking']

/** The number of units of each property: most are houses, the rest are in a few buildings. */
export function homesPerProperty(planning: Planning): number[] {
  const chance = chanceOf(planning.seed, 'buildings')
  const { properties: count, units: total } = planning.sizes
  const homes = Array.from({ length: count }, () => 1)
  let left = total - count
  while (left > 0) {
    const at = chance.int(0, count - 1)
    const more = Math.min(
      left,
      chance.weighted([[3, 1] as const, [3, 3] as const, [2, 5] as const, [2, 9] as const]),
    )
    homes[at] = (homes[at] ?? 1) + more
    left -= more
  }
  return homes
}

/** Takes a property under management, with its units, their leases and all that happened to them since. */
export function addProperty(
  planning: Planning,
  chance: Chance,
  given: { homes: number; day: number; at: number; by: string },
): Property {
  const { journal, calendar, fields } = planning
  const { homes: count, day, at, by } = given
  const place = planning.newPlace()
  const isHouse = count === 1
  const ownerLives = isHouse && chance.happens(0.02)
  const homes = Array.from({ length: count }, (_, index) =>
    describeHome(chance, day, isHouse, index, ownerLives),
  )
  const [first, ...others] = homes
  const id = journal.create(properties, {
    at,
    by,
    fields: {
      ...place,
      property_type: isHouse
        ? 'Single Home'
        : chance.weighted([
            [8, 'Multi-Family'],
            [1, 'Mixed Use'],
            [1, 'Student'],
          ]),
      ...tagged(chance, tags, 0.25),
      custom_fields: valuesFor('property', fields, chance, calendar),
      unit: first ? unitFields(planning, chance, first) : {},
    },
  })
  const property = { id, address: oneLine(place), homes: count, at }
  const made: Home[] = first ? [homeOf(property, first, null, by)] : []
  for (const [index, home] of others.entries()) {
    const unitAt = at + (index + 1) * 1000
    const body = { property_id: id, ...unitFields(planning, chance, home) }
    const unitId = journal.create(units, { at: unitAt, by, fields: body })
    made.push({ ...homeOf(property, home, unitId, by), last: unitAt })
  }
  for (const [index, home] of made.entries()) {
    if (!ownerLives) planTenancies(planning, chance, home, homes[index]?.lease ?? null, day)
  }
  planning.threads.push({
    topic: 'property',
    parentType: 'Property',
    parentId: id,
    from: at,
    untilDay: historyDays,
    by,
    first: '',
    place: place.address,
  })
  return property
}

interface HomeDescription {
  number: string | null
  bedrooms: number
  bathrooms: number
  squareFeet: number
  rent: number
  lease: Lease | null
  occupancy: string
}

function describeHome(
  chance: Chance,
  day: number,
  isHouse: boolean,
  index: number,
  ownerLives: boolean,
): HomeDescription {
  const bedrooms = isHouse ? chance.int(2, 5) : chance.int(0, 3)
  const rent = 700 + bedrooms * 330 + (isHouse ? 250 : 0) + chance.int(-6, 10) * 25
  const isLet = !ownerLives && chance.happens(0.9)
  const start = day - chance.int(5, 350)
  return {
    number: isHouse ? null : `${Math.floor(index / 4) + 1}${'ABCD'.charAt(index % 4)}`,
    bedrooms,
    bathrooms: Math.max(1, bedrooms - 1) + (chance.happens(0.4) ? 0.5 : 0),
    squareFeet: 420 + bedrooms * 310 + chance.int(0, 40) * 10,
    rent,
    lease: isLet ? { start, end: start + 364, moveIn: start, rent } : null,
    occupancy: ownerLives ? 'Owner Occupied' : 'Vacant',
  }
}

function unitFields(planning: Planning, chance: Chance, home: HomeDescription): Record<string, unknown> {
  return {
    ...(home.number ? { unit_number: home.number } : {}),
    num_bedrooms: home.bedrooms,
    num_bathrooms: home.bathrooms,
    square_feet: home.squareFeet,
    market_rent: home.rent,
    estimated_rent: home.rent,
    ...(home.lease ? leaseFields(planning.calendar, home.lease) : { occupancy: home.occupancy }),
    custom_fields: valuesFor('unit', planning.fields, chance, planning.calendar),
  }
}

function homeOf(property: Property, home: HomeDescription, unitId: string | null, by: string): Home {
  const street = property.address.split(',')[0] ?? property.address
  const number = home.number ? ` #${home.number}` : ''
  const address = property.address.replace(street, `${street}${number}`)
  return {
    propertyId: property.id,
    unitId,
    name: `${street}${number}`,
    address,
    rent: home.rent,
    last: property.at,
    by,
  }
}
