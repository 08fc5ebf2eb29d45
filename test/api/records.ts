import type { Resource } from '../../server/resource-layer/resource.ts'
import type { Fields } from './client.ts'
import { type ApiServer, type Company, timeZone } from './server.ts'

const known = new WeakMap<Company, Promise<Record<string, Fields>>>()

/** One record of every resource of an account, made at the first call. */
export function oneOfEach(
  server: ApiServer,
  company: Company = server.acme,
): Promise<Record<string, Fields>> {
  let records = known.get(company)
  if (!records) {
    records = makeOneOfEach(company)
    known.set(company, records)
  }
  return records
}

async function makeOneOfEach({ api, adminId }: Company): Promise<Record<string, Fields>> {
  const pipelines = await api.made('/pipelines', { name: 'Owners' })
  const stages = await api.made(`/pipelines/${pipelines.id}/stages`, { name: 'First call', status: 'lead' })
  const sources = await api.made(`/pipelines/${pipelines.id}/sources`, { name: 'Web' })
  const contacts = await api.made('/contacts', {
    full_name: 'Rosa Field',
    email_addresses: ['rosa.field@example.com'],
    phone_numbers: [{ kind: 'mobile', phone: '(555) 010-4477' }],
    tags: ['vip'],
  })
  const properties = await api.made('/properties', {
    address: '18 Alder Court',
    city: 'Ashford',
    state: 'OR',
    zip_code: '97001',
    unit: { num_bedrooms: 3, market_rent: '1450' },
  })
  const units = await api.made(`/properties/${properties.id}/units`, { unit_number: '2B' })
  const deals = await api.made('/deals', {
    pipeline_id: pipelines.id,
    stage_id: stages.id,
    source_id: sources.id,
    user_id: adminId,
    contact_ids: [contacts.id],
    property_ids: [properties.id],
    name: 'Alder Court',
    value: '1800.5',
  })
  const notes = await api.made(`/deals/${deals.id}/notes`, { description: 'Called back.' })
  const tags = await api.made('/tags', { name: 'cold' })
  const custom_fields = await api.made('/custom_fields', {
    label: 'Pet policy',
    category: 'deal',
    data_type: 'choices',
    options: ['none', 'cats'],
  })
  const users = { id: adminId }
  return { users, pipelines, stages, sources, contacts, properties, units, deals, notes, tags, custom_fields }
}

/** The fields without which a record of the resource cannot be made. */
export async function requiredFields(
  server: ApiServer,
  resource: Pick<Resource, 'name'>,
  company: Company = server.acme,
): Promise<Record<string, unknown>> {
  const each = await oneOfEach(server, company)
  const turn = ++made
  const required: Record<string, Record<string, unknown>> = {
    pipelines: { name: `Pipeline ${turn}` },
    stages: { name: `Stage ${turn}`, pipeline_id: each.pipelines?.id },
    sources: { name: `Source ${turn}`, pipeline_id: each.pipelines?.id },
    deals: { pipeline_id: each.pipelines?.id },
    contacts: {},
    properties: {},
    units: { property_id: each.properties?.id },
    notes: { parent_type: 'Deal', parent_id: each.deals?.id, description: 'Something.' },
    tags: { name: `tag ${turn}` },
    custom_fields: { label: `Field ${turn}`, data_type: 'text', category: 'deal' },
  }
  return required[resource.name] ?? {}
}

let made = 0

/** Unix seconds at the beginning of a day in the account's time zone. */
export function midnight(day: string): number {
  return Math.floor(Temporal.PlainDate.from(day).toZonedDateTime(timeZone).epochMilliseconds / 1000)
}
