import { deals } from '../resources/deals/deals.schema.ts'
import { processes } from '../resources/processes/processes.schema.ts'
import { tasks } from '../resources/tasks/tasks.schema.ts'
import { historyDays } from './calendar.ts'
import { type Chance, chanceOf } from './chance.ts'
import { colleague, type Planning, type Thread, tagged } from './planning.ts'
import type { Property } from './portfolio.ts'
import { type ProcessName, type ProcessPlan, processNames, processPlans } from './process-plans.ts'

const dayMs = 24 * 60 * 60 * 1000
const hourMs = 60 * 60 * 1000
const taskTags = ['rush', 'owner asked', 'waiting for parts']

/** Somebody who lives or lived in a property. */
interface Tenancy {
  propertyId: string
  contactIds: string[]
  from: number
  untilDay: number
}

/** The processes of two years with their tasks, and the tasks of leads: as many tasks as the company has. */
export function planProcesses(planning: Planning, properties: readonly Property[]): void {
  const chance = chanceOf(planning.seed, 'processes')
  const lived = tenanciesOf(planning)
  const places = lived.length > 0 ? lived : properties.map(emptyPlace)
  const ofLeads = planLeadTasks(planning, chance, Math.floor(planning.sizes.tasks / 10))
  const wanted = planning.sizes.tasks - ofLeads
  // A place that came yesterday may have no day left; the count of attempts ends what would never end.
  for (let made = 0, attempts = 0; made < wanted && attempts < 10 * wanted + 100; attempts++) {
    made += planProcess(planning, chance, chance.pick(places), wanted - made)
  }
}

function tenanciesOf({ journal, setUp, threads }: Planning): Tenancy[] {
  const ends = new Map(threads.map((thread) => [thread.parentId, thread.untilDay]))
  return journal.entries().flatMap(({ kind, resource, id, at, fields }) => {
    if (kind !== 'create' || resource !== deals || fields.pipeline_id !== setUp.pipeline('tenants')) return []
    const [propertyId] = fields.property_ids as string[]
    if (propertyId === undefined) return []
    const contactIds = fields.contact_ids as string[]
    return [{ propertyId, contactIds, from: at, untilDay: ends.get(id) ?? historyDays }]
  })
}

function emptyPlace({ id, at }: Property): Tenancy {
  return { propertyId: id, contactIds: [], from: at, untilDay: historyDays }
}

/** Returns how many tasks were planned, `most` at most. */
function planProcess(planning: Planning, chance: Chance, place: Tenancy, most: number): number {
  const { calendar, journal, setUp } = planning
  const name = chance.weighted(processNames.map((known) => [processPlans[known].weight, known] as const))
  const plan: ProcessPlan = processPlans[name]
  let day = startDay(planning, chance, name, place)
  const started = calendar.next(day, place.from, chance)
  if (started === null) return 0
  const by = colleague(planning, chance)
  const id = journal.create(processes, {
    at: started,
    by,
    fields: {
      process_type_id: setUp.processType(name),
      user_id: by,
      due_at: new Date(started + plan.days * dayMs).toISOString(),
      property_ids: [place.propertyId],
      contact_roles_attributes: plan.contactRoles
        .filter((role) => role === 'Tenant')
        .map((role) => ({ key: role.toLowerCase(), contact_ids: place.contactIds })),
      assignee_roles_attributes: plan.assigneeRoles.map((role) => ({ key: keyOf(role), user_id: by })),
      ...tagged(chance, taskTags, 0.08),
      custom_fields: valuesOf(plan, chance, calendar.date(day)),
    },
  })
  let made = 0
  let last = started
  const open = plan.stages.filter(({ status }) => status === 'backlog' || status === 'working')
  for (const [index, stage] of open.entries()) {
    if (index > 0) {
      const moved = calendar.next(day, last, chance)
      // Some lie about, as work does.
      if (moved === null || chance.happens(0.02)) return made
      journal.update(processes, id, { at: moved, by, fields: { stage_id: setUp.processStage(name, index) } })
      last = moved
    }
    const entered = last
    let isOpen = false
    for (const [at, [, , hours]] of stage.steps.entries()) {
      if (made === most) return made
      const done = addTask(
        planning,
        chance,
        { at: entered + (at + 1) * 1000, last, day, by },
        {
          process_id: id,
          step_id: setUp.processStep(name, index, at),
          due_at: new Date(entered + hours * hourMs).toISOString(),
        },
      )
      made++
      if (done === null) isOpen = true
      else last = Math.max(last, done)
    }
    if (isOpen) return made
    day =
      Math.max(day, historyDays - Math.ceil((calendar.at(historyDays, chance) - last) / dayMs)) +
      chance.int(0, 3)
  }
  const ended = calendar.next(day, last, chance)
  if (ended === null) return made
  const end = open.length + (chance.happens(0.9) ? 0 : 1)
  journal.update(processes, id, { at: ended, by, fields: { stage_id: setUp.processStage(name, end) } })
  return made
}

/** A move-in is there at the beginning, a move-out and a renewal before the end, the rest in between. */
function startDay({ calendar }: Planning, chance: Chance, name: ProcessName, place: Tenancy): number {
  const first = historyDays - Math.ceil((calendar.at(historyDays, chance) - place.from) / dayMs)
  const until = Math.max(first, Math.min(place.untilDay, historyDays - 1))
  if (name === 'moveIn') return first
  if (name === 'moveOut') return Math.max(first, until - chance.int(20, 32))
  if (name === 'renewal') return Math.max(first, until - chance.int(60, 90))
  return chance.int(first, until)
}

/** When it was done or skipped, or null when it is still open. */
function addTask(
  planning: Planning,
  chance: Chance,
  when: { at: number; last: number; day: number; by: string },
  fields: Record<string, unknown>,
): number | null {
  const { at, last, day, by } = when
  const { journal, calendar } = planning
  const id = journal.create(tasks, { at, by, fields: { user_id: by, ...fields } })
  const done = calendar.next(day + chance.int(0, 3), Math.max(at, last), chance)
  // Some are forgotten, as in any company.
  if (done === null || chance.happens(0.03)) return null
  const completed_at = new Date(done).toISOString()
  const isSkipped = chance.happens(0.07)
  journal.update(tasks, id, { at: done, by, fields: isSkipped ? { skipped: true } : { completed_at } })
  return done
}

function planLeadTasks(planning: Planning, chance: Chance, count: number): number {
  const topics = new Set<Thread['topic']>(['ownerLeads', 'inquiries', 'applicants'])
  const threads = planning.threads.filter(({ topic }) => topics.has(topic))
  if (threads.length === 0) return 0
  for (let made = 0; made < count; made++) {
    const thread = chance.pick(threads)
    const at = thread.from + chance.int(60, 600) * 1000
    const day = historyDays - Math.ceil((planning.calendar.at(historyDays, chance) - at) / dayMs)
    const [kind, words] = chance.pick([
      ['call', `Call ${thread.first} back`],
      ['email', `Send ${thread.first} what was asked for`],
      ['todo', `Look into what ${thread.first} wrote`],
    ] as const)
    addTask(
      planning,
      chance,
      { at, last: at, day, by: thread.by },
      {
        kind,
        description: words,
        deal_id: thread.parentId,
        due_at: new Date(at + chance.int(4, 72) * hourMs).toISOString(),
      },
    )
  }
  return count
}

function valuesOf(plan: ProcessPlan, chance: Chance, date: string): Record<string, unknown> {
  const values: Record<string, unknown> = {}
  for (const { label, data_type, options } of plan.fields) {
    if (!chance.happens(0.6)) continue
    if (data_type === 'choices') values[keyOf(label)] = chance.pick(options ?? [])
    else if (data_type === 'currency') values[keyOf(label)] = chance.int(5, 90) * 25
    else if (data_type === 'date') values[keyOf(label)] = date
    else values[keyOf(label)] = 'With family for now'
  }
  return values
}

/** `Leasing agent` → `leasing_agent`, as the server makes keys. */
function keyOf(label: string): string {
  return label.toLowerCase().replaceAll(' ', '_')
}
