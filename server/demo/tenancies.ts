import { deals } from '../resources/deals/deals.schema.ts'
import { properties } from '../resources/properties/properties.schema.ts'
import { units } from '../resources/units/units.schema.ts'
import { type Calendar, historyDays } from './calendar.ts'
import type { Chance } from './chance.ts'
import type { Person } from './people.ts'
import { addContact, colleague, openDeal, type Planning, walk } from './planning.ts'

/** A lease; its times are days of the calendar. */
export interface Lease {
  start: number
  end: number
  moveIn: number
  rent: number
}

/** What is let. */
export interface Home {
  propertyId: string
  /** Null for the first unit, which is written through its property. */
  unitId: string | null
  name: string
  /** On one line, with the town. */
  address: string
  rent: number
  /** When something was last written about it. */
  last: number
  by: string
}

interface Tenancy {
  lease: Lease
  dealId: string
  /** When something was last written on the deal. */
  last: number
  by: string
}

/** The fields of a unit that is let. */
export function leaseFields(calendar: Calendar, lease: Lease): Record<string, unknown> {
  return {
    occupancy: 'Tenant Occupied',
    current_rent: lease.rent,
    lease_start_date: calendar.date(lease.start),
    lease_end_date: calendar.date(lease.end),
    current_lease_move_in: calendar.date(lease.moveIn),
  }
}

/** Lives through the leases of a home until today: renewals, notices, vacancies, new tenants, late rent. */
export function planTenancies(
  planning: Planning,
  chance: Chance,
  home: Home,
  first: Lease | null,
  day: number,
): void {
  let tenancy = first ? takeOver(planning, chance, home, first) : null
  let vacantSince = day
  for (;;) {
    tenancy ??= findTenant(planning, chance, home, vacantSince)
    if (!tenancy) return
    const decision = tenancy.lease.end - 32
    if (decision >= historyDays) break
    if (chance.happens(0.62)) renew(planning, chance, home, tenancy, decision)
    else {
      if (!endTenancy(planning, chance, home, tenancy, decision)) return
      vacantSince = tenancy.lease.end + 1
      tenancy = null
    }
  }
  if (chance.happens(0.09)) owe(planning, chance, home, tenancy)
}

/** A tenant who lived there already when the property came under management. */
function takeOver(planning: Planning, chance: Chance, home: Home, lease: Lease): Tenancy {
  const by = colleague(planning, chance)
  const people = household(planning, chance)
  const contactIds = people.map((person, index) =>
    addContact(planning, chance, {
      person,
      at: home.last + 60_000 + index * 1000,
      by,
      address: home.address,
    }),
  )
  const at = home.last + 90_000
  return startTenancy(planning, chance, home, { lease, people, contactIds, at, stage: 'current', by })
}

/** Applications, one of which succeeds; null when that has not happened yet. */
function findTenant(planning: Planning, chance: Chance, home: Home, vacantSince: number): Tenancy | null {
  const { calendar } = planning
  const applied = vacantSince + (chance.happens(0.75) ? chance.int(6, 30) : chance.int(30, 95))
  if (chance.happens(0.4)) applyInVain(planning, chance, home, applied - chance.int(1, 7))
  const at = calendar.next(applied, home.last, chance)
  if (at === null) return null
  const by = colleague(planning, chance)
  const people = household(planning, chance)
  const contactIds = people.map((person, index) =>
    addContact(planning, chance, { person, at: at - (people.length - index) * 1000, by: null }),
  )
  const [person] = people
  if (!person) return null
  const signed = applied + chance.int(5, 8)
  const id = openDeal(planning, chance, {
    pipeline: 'applicants',
    stage: 'new',
    at,
    by: null,
    assignee: by,
    person,
    contactIds,
    propertyIds: [home.propertyId],
    place: home.name,
    untilDay: signed + 1,
  })
  const last = walk(planning, chance, { id, pipeline: 'applicants', at, by }, [
    { stage: 'screening', day: applied + 1 },
    { stage: 'approved', day: applied + 3 },
    { stage: 'won', day: signed },
  ])
  home.last = Math.max(home.last, last)
  const moveIn = signed + chance.int(3, 12)
  const rent = Math.round((home.rent * (1 + (applied / 365) * 0.03)) / 25) * 25
  const lease = { start: moveIn, end: moveIn + 364, moveIn, rent }
  return signAndMoveIn(planning, chance, home, { lease, people, contactIds, signed, by })
}

function signAndMoveIn(
  planning: Planning,
  chance: Chance,
  home: Home,
  plan: { lease: Lease; people: Person[]; contactIds: string[]; signed: number; by: string },
): Tenancy | null {
  const { calendar } = planning
  const { lease, by } = plan
  const signedAt = calendar.next(plan.signed, home.last, chance)
  if (signedAt === null) return null
  const tenancy = startTenancy(planning, chance, home, { ...plan, at: signedAt, stage: 'new' })
  writeUnit(planning, home, signedAt + 60_000, by, {
    future_lease_move_in: calendar.date(lease.moveIn),
    market_rent: lease.rent,
  })
  const movedAt = calendar.next(lease.moveIn, home.last, chance)
  if (movedAt === null) return null
  writeUnit(planning, home, movedAt, by, { ...leaseFields(calendar, lease), future_lease_move_in: null })
  move(planning, tenancy, 'current', movedAt + 60_000)
  return tenancy
}

function startTenancy(
  planning: Planning,
  chance: Chance,
  home: Home,
  plan: {
    lease: Lease
    people: Person[]
    contactIds: string[]
    at: number
    stage: 'new' | 'current'
    by: string
  },
): Tenancy {
  const { lease, at, by, contactIds } = plan
  const [person] = plan.people
  if (!person) throw new Error('A household has at least one person')
  const dealId = openDeal(planning, chance, {
    pipeline: 'tenants',
    stage: plan.stage,
    at,
    by,
    assignee: by,
    person,
    contactIds,
    propertyIds: [home.propertyId],
    place: home.name,
    untilDay: lease.end,
    fields: { value: 0 },
  })
  return { lease, dealId, last: at, by }
}

function renew(planning: Planning, chance: Chance, home: Home, tenancy: Tenancy, day: number): void {
  const { lease } = tenancy
  const rent = lease.rent + chance.int(0, 4) * 25
  tenancy.lease = { ...lease, start: lease.end + 1, end: lease.end + 365, rent }
  const at = planning.calendar.next(day, home.last, chance)
  if (at === null) return
  writeUnit(planning, home, at, tenancy.by, leaseFields(planning.calendar, tenancy.lease))
}

/** Notice, and moving out; false when that is still to come. */
function endTenancy(planning: Planning, chance: Chance, home: Home, tenancy: Tenancy, day: number): boolean {
  const { calendar } = planning
  const noticeAt = calendar.next(day, Math.max(home.last, tenancy.last), chance)
  if (noticeAt === null) return false
  const out = calendar.date(tenancy.lease.end)
  writeUnit(planning, home, noticeAt, tenancy.by, { current_lease_move_out: out })
  move(planning, tenancy, 'leaving', noticeAt + 60_000)
  const outAt = calendar.next(tenancy.lease.end + 1, Math.max(home.last, tenancy.last), chance)
  if (outAt === null) return false
  writeUnit(planning, home, outAt, tenancy.by, {
    occupancy: 'Vacant',
    current_rent: null,
    lease_start_date: null,
    lease_end_date: null,
    current_lease_move_in: null,
    current_lease_move_out: null,
  })
  move(planning, tenancy, 'past', outAt + 60_000)
  return true
}

/** Rent that is late this month; the tenant's deal shows what is owed in all. */
function owe(planning: Planning, chance: Chance, home: Home, tenancy: Tenancy): void {
  const day = historyDays - chance.int(1, 20)
  const at = planning.calendar.next(day, Math.max(home.last, tenancy.last), chance)
  if (at === null) return
  const rent = chance.happens(0.7) ? tenancy.lease.rent : tenancy.lease.rent * 2
  const all = rent + chance.pick([50, 75, 120, 265])
  writeUnit(planning, home, at, tenancy.by, { delinquent_rent: rent, amount_receivable: all })
  const fields = { value: all, tags: ['late rent'] }
  planning.journal.update(deals, tenancy.dealId, { at: at + 60_000, by: tenancy.by, fields })
}

function applyInVain(planning: Planning, chance: Chance, home: Home, day: number): void {
  const at = planning.calendar.next(day, home.last, chance)
  if (at === null) return
  const by = colleague(planning, chance)
  const person = planning.people.person()
  const contactIds = [addContact(planning, chance, { person, at: at - 1000, by: null })]
  const id = openDeal(planning, chance, {
    pipeline: 'applicants',
    stage: 'new',
    at,
    by: null,
    assignee: by,
    person,
    contactIds,
    propertyIds: [home.propertyId],
    place: home.name,
    untilDay: day + 6,
  })
  walk(planning, chance, { id, pipeline: 'applicants', at, by }, [
    { stage: 'screening', day: day + 1 },
    { stage: chance.happens(0.7) ? 'lost' : 'invalid', day: day + chance.int(3, 6) },
  ])
}

function household(planning: Planning, chance: Chance): Person[] {
  const first = planning.people.person()
  if (chance.happens(0.62)) return [first]
  return [first, planning.people.person(chance.happens(0.6) ? first.last : undefined)]
}

function move(planning: Planning, tenancy: Tenancy, stage: 'current' | 'leaving' | 'past', at: number): void {
  const fields = { stage_id: planning.setUp.stage('tenants', stage) }
  planning.journal.update(deals, tenancy.dealId, { at, by: tenancy.by, fields })
  tenancy.last = at
}

function writeUnit(
  planning: Planning,
  home: Home,
  at: number,
  by: string,
  fields: Record<string, unknown>,
): void {
  if (home.unitId) planning.journal.update(units, home.unitId, { at, by, fields })
  else planning.journal.update(properties, home.propertyId, { at, by, fields: { unit: fields } })
  home.last = Math.max(home.last, at)
}
