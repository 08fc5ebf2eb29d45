import type { Chance } from './chance.ts'

/** An address that is nowhere. */
export interface Place {
  address: string
  city: string
  state: string
  zip_code: string
}

/** Each address once. Towns, streets and postal codes are invented. */
export function placesBy(chance: Chance): () => Place {
  const taken = new Set<string>()
  return () => {
    for (;;) {
      const address = `${chance.int(1, 99) * 4 + chance.int(0, 3)} ${chance.pick(names)} ${chance.pick(kinds)}`
      const [city, zip_code] = chance.pick(towns)
      const place = { address, city, state: 'OR', zip_code }
      if (taken.has(oneLine(place))) continue
      taken.add(oneLine(place))
      return place
    }
  }
}

export function oneLine(place: Place): string {
  return `${place.address}, ${place.city}, ${place.state} ${place.zip_code}`
}

const towns = [
  ['Larkfold', '97990'],
  ['Brackenmoor', '97991'],
  ['Ostermill', '97992'],
  ['Fennick', '97993'],
  ['Tallow Creek', '97994'],
  ['Quillby', '97995'],
  ['Harrowbend', '97996'],
  ['Dunlow', '97997'],
  ['Copperwick', '97998'],
] as const

const names = [
  ...['Alder', 'Bellwether', 'Birch', 'Bramble', 'Candle', 'Chestnut', 'Clover', 'Cooper', 'Curlew'],
  ...['Dovecote', 'Elder', 'Fern', 'Finch', 'Foxglove', 'Garnet', 'Hazel', 'Heron', 'Hollow', 'Ivy'],
  ...['Juniper', 'Kestrel', 'Lantern', 'Linden', 'Magpie', 'Mallow', 'Millrace', 'Mulberry', 'Orchard'],
  ...['Partridge', 'Pebble', 'Plum', 'Quarry', 'Rowan', 'Saddler', 'Sparrow', 'Tanner', 'Thistle'],
  ...['Thorn', 'Wheelwright', 'Willow', 'Wren', 'Yarrow'],
]

const kinds = ['Street', 'Avenue', 'Lane', 'Court', 'Way', 'Drive', 'Place', 'Road']
