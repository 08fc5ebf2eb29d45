/** How much of everything a company has. */
export interface Sizes {
  users: number
  properties: number
  units: number
  owners: number
  vendors: number
  ownerLeads: number
  /** All deals together; inquiries fill up what the others leave. */
  deals: number
  notes: number
  tasks: number
  /** Texts, e-mails and calls together. */
  messages: number
  propertyFields: number
  unitFields: number
  contactFields: number
  dealFields: number
}

/** About 120 doors. */
export const defaultTasks = 2_500
export const mostTasks = 1_000_000
/** The copies of a company differ in four digits of their ids. */
export const mostAccounts = 50_000

/** A real account with many tasks, and what it has beside them: the proportions of all others. */
const measured = { tasks: 110_381, properties: 870, units: 1_310, deals: 5_800, notes: 25_000 }

/** The part of the measured company that the default one is: about 120 doors. */
const defaultShare = 0.09

/**
 * The company that has about this many tasks. Records grow with the tasks; what people set up by hand, such
 * as custom fields, and the people themselves grow more slowly from what a small office has.
 */
export function sizesFor(tasks: number): Sizes {
  const growth = (tasks - defaultTasks) / (measured.tasks - defaultTasks)
  const share =
    tasks <= defaultTasks ? (tasks / defaultTasks) * defaultShare : defaultShare + growth * (1 - defaultShare)
  const portion = (whole: number, least: number) => Math.max(least, Math.round(whole * share))
  const grown = (small: number, large: number, most: number) => {
    const more = (large - small) * ((share - defaultShare) / (1 - defaultShare))
    return Math.min(most, Math.max(Math.ceil(small / 2), Math.round(small + more)))
  }
  const properties = portion(measured.properties, 3)
  return {
    users: grown(8, 20, 50),
    properties,
    units: Math.max(properties, portion(measured.units, 4)),
    owners: Math.max(2, Math.round(properties / 2)),
    vendors: Math.max(3, Math.round(12 + 140 * share)),
    ownerLeads: portion(700, 4),
    deals: portion(measured.deals, 12),
    notes: portion(measured.notes, 20),
    tasks,
    messages: portion(5_000, 12),
    propertyFields: grown(12, 137, 150),
    unitFields: grown(8, 52, 60),
    contactFields: grown(6, 20, 24),
    dealFields: grown(8, 24, 28),
  }
}
