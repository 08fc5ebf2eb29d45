import assert from 'node:assert/strict'
import type { Resource } from '../../server/resource-layer/resource.ts'
import type { DemoServer } from './demo-server.ts'

type Fields = { id: string } & Record<string, unknown>

/**
 * One record of the demo for every resource, by the name of the resource: those that the examples are about.
 * They belong together where they can, so that nested lists are not empty.
 */
export async function chooseRecords(
  demo: DemoServer,
  resources: readonly Resource[],
): Promise<Map<string, string>> {
  const read = async (path: string): Promise<Fields[]> => {
    const { status, text } = await demo.send('GET', path)
    assert.equal(status, 200, `${path}: ${text}`)
    return [JSON.parse(text).data].flat()
  }
  const chosen = new Map<string, string>()
  const [me] = await read('/info/user')
  chosen.set('users', me?.id ?? '')
  const { deal, property, contact, process } = await fullLead(read)
  // What is written into one is a text.
  const [byPhone] = await read('/conversations?kind=phone')
  // The stages in which a process ends have no steps.
  const [workingStage] = await read(`/process_types/${process.process_type_id}/stages?status=working`)
  for (const [name, record] of Object.entries({
    deals: deal,
    pipelines: deal.pipeline,
    stages: deal.stage,
    sources: deal.source,
    properties: property,
    units: property.unit,
    contacts: contact,
    processes: process,
    process_types: process.process_type,
    process_stages: workingStage,
    conversations: byPhone,
  })) {
    chosen.set(name, (record as Fields).id)
  }
  for (const resource of resources.filter(({ name }) => !chosen.has(name))) {
    const [first] = await near(resource.name, chosen, read)
    if (first) chosen.set(resource.name, first.id)
  }
  return chosen
}

/** A deal with everything, and a process on its property. */
async function fullLead(read: (path: string) => Promise<Fields[]>) {
  const deals = await read('/deals?per_page=200')
  const isPast = ({ stage }: Fields) => Number((stage as Fields).status === 'past')
  for (const deal of deals.toSorted((one, other) => isPast(one) - isPast(other))) {
    const [property] = deal.properties as Fields[]
    const [contact] = deal.contacts as Fields[]
    if (!property || !contact || !deal.source || !deal.assignee) continue
    const [process] = await read(`/properties/${property.id}/processes?per_page=1`)
    if (process) return { deal, property, contact, process }
  }
  throw new Error('The demo has no deal with a contact, a source, an assignee and a property in a process')
}

/** Where a record of the resource is looked for first: under one that is chosen already. */
const parents: Record<string, readonly string[]> = {
  steps: ['process_stages'],
  contact_roles: ['process_types'],
  assignee_roles: ['process_types'],
  tasks: ['processes'],
  notes: ['deals', 'contacts', 'properties', 'processes'],
  leases: ['units'],
}

/** The filter that narrows a list to a parent. */
const filters: Record<string, string> = { process_stages: 'stage_id', notes: 'parent_id' }

async function near(
  name: string,
  chosen: ReadonlyMap<string, string>,
  read: (path: string) => Promise<Fields[]>,
): Promise<Fields[]> {
  for (const parent of parents[name] ?? []) {
    const column =
      filters[name] ?? filters[parent] ?? `${parent.replace(/ies$/, 'y').replace(/(?<=ss)es$|s$/, '')}_id`
    const found = await read(`/${name}?${column}=${chosen.get(parent)}&per_page=1`)
    if (found.length > 0) return found
  }
  return read(`/${name}?per_page=1`)
}
