import { historyDays } from './calendar.ts'
import { type Chance, chanceOf } from './chance.ts'
import type { Person } from './people.ts'
import { oneLine } from './places.ts'
import { addContact, colleague, openDeal, type Planning, walk } from './planning.ts'
import { addProperty, homesPerProperty, type Property } from './portfolio.ts'

/** The owners with their properties: most were there when the history begins, the others came since. */
export function planClients(planning: Planning): { properties: Property[]; leadsWon: number } {
  const chance = chanceOf(planning.seed, 'clients')
  const portfolios = shared(homesPerProperty(planning), planning.sizes.owners, chance)
  const properties: Property[] = []
  let leadsWon = 0
  for (const homes of portfolios) {
    const isOld = chance.happens(0.62)
    const day = isOld ? chance.int(2, 16) : chance.int(60, 715)
    const client = isOld ? fromBefore(planning, chance, day) : fromLead(planning, chance, day)
    if (!isOld) leadsWon++
    properties.push(...takeOn(planning, chance, client, homes, isOld))
  }
  return { properties, leadsWon }
}

interface Client {
  person: Person
  contactId: string
  day: number
  /** When the contact was last written about. */
  last: number
  by: string
}

function fromBefore(planning: Planning, chance: Chance, day: number): Client {
  const by = colleague(planning, chance)
  const at = planning.calendar.working(day, chance)
  const person = planning.people.person()
  return { person, contactId: addOwner(planning, chance, person, at, by), day, last: at, by }
}

/** An owner who began as a lead, some weeks before. */
function fromLead(planning: Planning, chance: Chance, day: number): Client {
  const by = colleague(planning, chance)
  const asked = day - chance.int(14, 45)
  const at = planning.calendar.at(asked, chance)
  const person = planning.people.person()
  const contactId = addOwner(planning, chance, person, at - 1000, null)
  const id = openDeal(planning, chance, {
    pipeline: 'ownerLeads',
    stage: 'new',
    at,
    by: null,
    assignee: by,
    person,
    contactIds: [contactId],
    place: 'the house',
    untilDay: day,
    fields: { value: chance.int(10, 40) * 60, cost: chance.int(0, 12) * 5 },
  })
  const last = walk(planning, chance, { id, pipeline: 'ownerLeads', at, by }, [
    { stage: 'contacted', day: asked + 1 },
    { stage: 'proposal', day: asked + chance.int(3, 9) },
    { stage: 'won', day: day - 2 },
  ])
  return { person, contactId, day, last, by }
}

function takeOn(
  planning: Planning,
  chance: Chance,
  client: Client,
  homes: number[],
  isOld: boolean,
): Property[] {
  const { calendar } = planning
  const { day, by, person } = client
  const properties: Property[] = []
  let last = client.last
  for (const count of homes) {
    const at = calendar.next(day, last, chance)
    if (at === null) return properties
    properties.push(addProperty(planning, chance, { homes: count, day, at, by }))
    last = at
  }
  const doors = homes.reduce((sum, count) => sum + count, 0)
  const at = last + 30 * 60_000
  const id = openDeal(planning, chance, {
    pipeline: 'clients',
    stage: isOld ? 'current' : 'new',
    at,
    by,
    assignee: by,
    person,
    contactIds: [client.contactId],
    propertyIds: properties.map((property) => property.id),
    place: properties[0]?.address.split(',')[0] ?? 'the house',
    untilDay: historyDays,
    fields: { value: doors * chance.int(9, 15) * 120 },
  })
  const deal = { id, pipeline: 'clients', at, by } as const
  if (!isOld) walk(planning, chance, deal, [{ stage: 'current', day: day + chance.int(6, 14) }])
  else if (chance.happens(0.06)) {
    walk(planning, chance, deal, [{ stage: 'leaving', day: chance.int(690, 728) }])
  }
  return properties
}

function addOwner(planning: Planning, chance: Chance, person: Person, at: number, by: string | null): string {
  const address = oneLine(planning.newPlace())
  const company = chance.happens(0.25) ? { company: `${person.last} Holdings LLC` } : {}
  return addContact(planning, chance, { person, at, by, address, ...company })
}

/** Deals the properties out: everybody gets one, the rest goes to a few. */
function shared(homes: readonly number[], owners: number, chance: Chance): number[][] {
  const portfolios: number[][] = Array.from({ length: Math.min(owners, homes.length) }, () => [])
  for (const [index, count] of homes.entries()) {
    const owner =
      index < portfolios.length ? index : Math.min(...[0, 1].map(() => chance.int(0, portfolios.length - 1)))
    portfolios[owner]?.push(count)
  }
  return portfolios
}
