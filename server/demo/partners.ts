import { historyDays } from './calendar.ts'
import { chanceOf } from './chance.ts'
import { oneLine } from './places.ts'
import { addContact, colleague, openDeal, type Planning, walk } from './planning.ts'

const trades = [
  ...['Plumbing', 'Electric', 'Heating & Air', 'Roofing', 'Painting', 'Landscaping', 'Cleaning', 'Flooring'],
  ...['Locksmiths', 'Pest Control', 'Appliance Repair', 'Handyman Services', 'Gutters', 'Glass'],
]

const brokerages = ['Heron Gate Realty', 'Quarry Hill Homes', 'Lantern Street Brokers', 'Orchard Row Realty']

/** The vendors that repair and clean, and the agents who send owners. */
export function planPartners(planning: Planning): void {
  const chance = chanceOf(planning.seed, 'partners')
  const { vendors } = planning.sizes
  const agents = Math.max(1, Math.round(vendors / 3))
  for (let index = 0; index < vendors + agents; index++) {
    const pipeline = index < vendors ? 'vendors' : 'agents'
    const by = colleague(planning, chance)
    const day = chance.happens(0.6) ? chance.int(2, 20) : chance.int(20, historyDays - 1)
    const at = planning.calendar.working(day, chance)
    const person = planning.people.person()
    const company =
      pipeline === 'vendors'
        ? `${person.last} ${trades[index % trades.length] ?? 'Services'}`
        : chance.pick(brokerages)
    const contactId = addContact(planning, chance, {
      person,
      at: at - 1000,
      by,
      company,
      address: oneLine(planning.newPlace()),
    })
    const id = openDeal(planning, chance, {
      pipeline,
      stage: 'new',
      at,
      by,
      assignee: by,
      person,
      contactIds: [contactId],
      place: company,
      untilDay: historyDays,
      fields: { name: company },
    })
    walk(planning, chance, { id, pipeline, at, by }, [
      { stage: 'current', day: day + chance.int(3, 20) },
      ...(chance.happens(0.12) ? [{ stage: 'past', day: day + chance.int(200, 700) } as const] : []),
    ])
  }
}
