import { historyDays } from './calendar.ts'
import { type Chance, chanceOf } from './chance.ts'
import { leadMessages } from './note-words.ts'
import type { StageName } from './pipelines.ts'
import { addContact, colleague, openDeal, type Planning, walk } from './planning.ts'
import type { Property } from './portfolio.ts'

/** Owners who asked and did not become clients, or not yet. */
export function planOwnerLeads(planning: Planning, count: number): void {
  const chance = chanceOf(planning.seed, 'owner leads')
  for (let lead = 0; lead < count; lead++) {
    const day = askingDay(chance, lead)
    const outcome = chance.weighted<StageName<'ownerLeads'>>([
      [6, 'lost'],
      [2, 'invalid'],
      [2, 'nurture'],
    ])
    const closes = day + chance.int(6, 40)
    planLead(planning, chance, {
      pipeline: 'ownerLeads',
      at: planning.calendar.at(day, chance),
      closes,
      place: 'the house',
      fields: { value: chance.int(10, 40) * 60, cost: chance.int(0, 12) * 5 },
      steps: [
        { stage: 'contacted', day: day + chance.int(0, 2) },
        ...(chance.happens(0.6) ? [{ stage: 'proposal', day: day + chance.int(3, 6) } as const] : []),
        { stage: outcome, day: closes },
      ],
    })
  }
}

/** People who look for a home and ask about one of the company's. */
export function planInquiries(planning: Planning, count: number, properties: readonly Property[]): void {
  const chance = chanceOf(planning.seed, 'inquiries')
  for (let inquiry = 0; inquiry < count; inquiry++) {
    const day = askingDay(chance, inquiry)
    const property = chance.pick(properties)
    const at = planning.calendar.at(day, chance)
    const known = property.at < at ? property : null
    const outcome = chance.weighted<StageName<'inquiries'>>([
      [5, 'lost'],
      [2, 'invalid'],
      [2, 'won'],
      [1, 'later'],
    ])
    const closes = day + chance.int(4, 24)
    planLead(planning, chance, {
      pipeline: 'inquiries',
      at,
      closes,
      place: known ? (known.address.split(',')[0] ?? 'the house') : 'the house',
      propertyIds: known ? [known.id] : [],
      fields: {},
      steps: [
        { stage: 'contacted', day: day + chance.int(0, 1) },
        ...(chance.happens(0.6) ? [{ stage: 'showing', day: day + 2 } as const] : []),
        { stage: outcome, day: closes },
      ],
    })
  }
}

function planLead<P extends 'ownerLeads' | 'inquiries'>(
  planning: Planning,
  chance: Chance,
  lead: {
    pipeline: P
    at: number
    closes: number
    place: string
    propertyIds?: string[]
    fields: Record<string, unknown>
    steps: readonly { stage: StageName<P>; day: number }[]
  },
): void {
  const by = colleague(planning, chance)
  const { at } = lead
  const person = planning.people.person()
  const contactIds = [addContact(planning, chance, { person, at: at - 1000, by: null })]
  const id = openDeal(planning, chance, {
    pipeline: lead.pipeline,
    stage: 'new' as StageName<P>,
    at,
    by: null,
    assignee: by,
    person,
    contactIds,
    propertyIds: lead.propertyIds ?? [],
    place: lead.place,
    untilDay: lead.closes,
    fields: { ...lead.fields, comments: chance.pick(leadMessages[lead.pipeline]) },
  })
  walk(planning, chance, { id, pipeline: lead.pipeline, at, by }, lead.steps)
}

/** More of them lately, and always some of yesterday: the company has leads to work on today. */
function askingDay(chance: Chance, index: number): number {
  if (index < 4) return historyDays - 1 - Math.floor(index / 2)
  return chance.happens(0.15) ? historyDays - chance.int(1, 21) : chance.int(4, historyDays - 1)
}
