import { deals } from '../resources/deals/deals.schema.ts'
import { calendarBefore } from './calendar.ts'
import { chanceOf } from './chance.ts'
import { planClients } from './clients.ts'
import type { FieldPlan } from './custom-fields.ts'
import { planGroups } from './groups.ts'
import { createJournal, type Entry } from './journal.ts'
import { planInquiries, planOwnerLeads } from './leads.ts'
import { planMessages } from './messages.ts'
import { planNotes } from './notes.ts'
import { planPartners } from './partners.ts'
import { peopleBy } from './people.ts'
import { placesBy } from './places.ts'
import type { Planning } from './planning.ts'
import { planProcesses } from './processes.ts'
import type { SetUp } from './set-up.ts'
import type { Sizes } from './sizes.ts'

/**
 * Two years of a company, as what its people did: the same for the same seed, size and day. What comes new
 * to Latchkey is planned last, so that everything before it stays as it was.
 */
export function planCompany(options: {
  seed: number
  sizes: Sizes
  /** `YYYY-MM-DD`: nothing happens on that day or later. */
  today: string
  setUp: SetUp
  team: readonly string[]
  fields: readonly FieldPlan[]
}): Entry[] {
  const { seed, sizes, today, setUp, team, fields } = options
  const planning: Planning = {
    seed,
    sizes,
    calendar: calendarBefore(today),
    journal: createJournal(seed),
    setUp,
    team,
    people: peopleBy(chanceOf(seed, 'people')),
    newPlace: placesBy(chanceOf(seed, 'places')),
    fields,
    threads: [],
  }
  const { properties, leadsWon } = planClients(planning)
  planPartners(planning)
  planOwnerLeads(planning, Math.max(1, sizes.ownerLeads - leadsWon))
  const planned = planning.journal.entries().filter(isNewDeal).length
  planInquiries(planning, Math.max(1, sizes.deals - planned), properties)
  planNotes(planning)
  planProcesses(planning, properties)
  planGroups(planning, properties)
  planMessages(planning)
  return planning.journal.entries()
}

function isNewDeal(entry: Entry): boolean {
  return entry.kind === 'create' && entry.resource === deals
}
