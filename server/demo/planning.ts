import { contacts } from '../resources/contacts/contacts.schema.ts'
import { deals } from '../resources/deals/deals.schema.ts'
import type { Calendar } from './calendar.ts'
import type { Chance } from './chance.ts'
import { type FieldPlan, valuesFor } from './custom-fields.ts'
import type { Journal } from './journal.ts'
import type { NoteTopic } from './note-words.ts'
import type { People, Person } from './people.ts'
import type { PipelineName, StageName } from './pipelines.ts'
import { pipelinePlans } from './pipelines.ts'
import type { Place } from './places.ts'
import type { SetUp } from './set-up.ts'
import type { Sizes } from './sizes.ts'

/** What the parts of the company are planned with. */
export interface Planning {
  seed: number
  sizes: Sizes
  calendar: Calendar
  journal: Journal
  setUp: SetUp
  /** The users' ids; the admin comes first. */
  team: readonly string[]
  people: People
  newPlace(): Place
  fields: readonly FieldPlan[]
  /** What notes can be written about. */
  threads: Thread[]
}

/** A record that people write notes on, for as long as something happens there. */
export interface Thread {
  topic: NoteTopic
  parentType: 'Deal' | 'Contact' | 'Property'
  parentId: string
  /** Milliseconds since 1970. */
  from: number
  /** A day of the calendar. */
  untilDay: number
  by: string
  /** Who and what the notes speak of. */
  first: string
  place: string
}

const tagsOf = {
  contact: ['prefers text', 'bilingual', 'military', 'out of state', 'investor'],
  ownerLeads: ['hot', 'multi-property', 'call back', 'out of state'],
  inquiries: ['pets', 'voucher', 'relocating', 'call back'],
  applicants: ['needs co-signer', 'pets', 'rush'],
  clients: ['vip', 'annual review', 'multi-property'],
  tenants: ['autopay', 'renter insurance missing', 'long-term'],
  vendors: ['after hours', 'preferred', 'insurance expiring'],
  agents: ['lunch list'],
}

export function addContact(
  planning: Planning,
  chance: Chance,
  contact: { person: Person; at: number; by: string | null; address?: string; company?: string },
): string {
  const { person, at, by } = contact
  const { people } = planning
  const home = chance.happens(0.15) ? [{ kind: 'home', phone: people.phone() }] : []
  const second = chance.happens(0.06) ? [people.email(`${person.first}.home`)] : []
  const id = planning.journal.create(contacts, {
    at,
    by,
    fields: {
      first_name: person.first,
      last_name: person.last,
      email_addresses: chance.happens(0.94) ? [person.email, ...second] : second,
      phone_numbers: [{ kind: 'mobile', phone: person.phone }, ...home],
      ...(contact.company ? { company_name: contact.company } : {}),
      ...(contact.address ? { address: contact.address } : {}),
      ...tagged(chance, tagsOf.contact, 0.12),
      custom_fields: valuesFor('contact', planning.fields, chance, planning.calendar),
    },
  })
  return id
}

export interface DealPlan<P extends PipelineName> {
  pipeline: P
  stage: StageName<P>
  at: number
  /** Who entered it; null for what came in by itself. */
  by: string | null
  assignee: string
  person: Person
  contactIds: string[]
  propertyIds?: string[]
  /** What the notes call the place. */
  place: string
  untilDay: number
  fields?: Record<string, unknown>
}

/** A deal, and the thread that notes on it follow. */
export function openDeal<P extends PipelineName>(
  planning: Planning,
  chance: Chance,
  plan: DealPlan<P>,
): string {
  const { setUp, journal, fields, calendar } = planning
  const { pipeline, person, at, assignee } = plan
  const id = journal.create(deals, {
    at,
    by: plan.by,
    fields: {
      name: `${person.first} ${person.last}`,
      pipeline_id: setUp.pipeline(pipeline),
      stage_id: setUp.stage(pipeline, plan.stage),
      source_id_or_name: chance.pick<string>(pipelinePlans[pipeline].sources),
      user_id: assignee,
      contact_ids: plan.contactIds,
      property_ids: plan.propertyIds ?? [],
      ...tagged(chance, tagsOf[pipeline], 0.25),
      custom_fields: valuesFor('deal', fields, chance, calendar),
      ...plan.fields,
    },
  })
  planning.threads.push({
    topic: pipeline,
    parentType: 'Deal',
    parentId: id,
    from: at,
    untilDay: plan.untilDay,
    by: assignee,
    first: person.first,
    place: plan.place,
  })
  return id
}

/** Moves a deal on, day by day, as far as the past reaches; what would come later has not happened yet. */
export function walk<P extends PipelineName>(
  planning: Planning,
  chance: Chance,
  deal: { id: string; pipeline: P; at: number; by: string },
  steps: readonly { stage: StageName<P>; day: number; fields?: Record<string, unknown> }[],
): number {
  let last = deal.at
  for (const { stage, day, fields } of steps) {
    const at = planning.calendar.next(day, last, chance)
    if (at === null) break
    const stage_id = planning.setUp.stage(deal.pipeline, stage)
    planning.journal.update(deals, deal.id, { at, by: deal.by, fields: { stage_id, ...fields } })
    last = at
  }
  return last
}

export function tagged(chance: Chance, tags: readonly string[], probability: number): { tags?: string[] } {
  return chance.happens(probability) ? { tags: chance.some(tags, chance.int(1, 2)) } : {}
}

/** Users in the order of the team; the first ones, who have been there longest, do more. */
export function colleague(planning: Planning, chance: Chance): string {
  const { team } = planning
  const at = Math.min(chance.int(0, team.length - 1), chance.int(0, team.length - 1))
  return team[at] ?? ''
}
