import type { Resource } from '../../server/resource-layer/resource.ts'
import { capture } from '../../server/sandbox/capture.ts'
import type { Engine } from '../../server/storage/engine.ts'
import { writeAccount } from '../../server/storage/write.ts'
import { type Fields, listOf } from './client.ts'
import { type ApiServer, type Company, timeZone } from './server.ts'

const known = new WeakMap<Company, Promise<Record<string, Fields>>>()

/** One record of every resource of an account, made at the first call. */
export function oneOfEach(
  server: ApiServer,
  company: Company = server.acme,
): Promise<Record<string, Fields>> {
  let records = known.get(company)
  if (!records) {
    records = makeOneOfEach(server, company)
    known.set(company, records)
  }
  return records
}

/** Adds to every name and text of a kind what tells them from those of another set. */
type Marked = (text: string, kind: string) => string

/** A record of every resource. @param marked without it, a second set has names that are taken */
export async function makeOneOfEach(
  { running }: ApiServer,
  { accountId, api, adminId }: Company,
  marked: Marked = (text) => text,
): Promise<Record<string, Fields>> {
  const pipelines = await api.made('/pipelines', { name: marked('Owners', 'pipelines') })
  const stages = await api.made(`/pipelines/${pipelines.id}/stages`, {
    name: marked('First call', 'stages'),
    status: 'lead',
  })
  const sources = await api.made(`/pipelines/${pipelines.id}/sources`, { name: marked('Web', 'sources') })
  const contacts = await api.made('/contacts', {
    full_name: marked('Rosa Field', 'contacts'),
    email_addresses: ['rosa.field@example.com'],
    phone_numbers: [{ kind: 'mobile', phone: '(555) 010-4477' }],
    tags: ['vip'],
  })
  const properties = await api.made('/properties', {
    // A process is named after it.
    address: '18 Alder Court',
    city: 'Ashford',
    state: 'OR',
    zip_code: '97001',
    unit: { num_bedrooms: 3, market_rent: '1450' },
  })
  const units = await api.made(`/properties/${properties.id}/units`, {
    unit_number: marked('2B', 'units'),
  })
  const leases = await api.made(`/units/${units.id}/leases`, {
    start_date: '2023-03-01',
    end_date: '2024-02-29',
    rent: '1375',
    tenant_ids: [contacts.id],
  })
  const deals = await api.made('/deals', {
    pipeline_id: pipelines.id,
    stage_id: stages.id,
    source_id: sources.id,
    user_id: adminId,
    contact_ids: [contacts.id],
    property_ids: [properties.id],
    name: marked('Alder Court', 'deals'),
    value: '1800.5',
  })
  const notes = await api.made(`/deals/${deals.id}/notes`, {
    description: marked('Called back.', 'notes'),
  })
  const tags = await api.made('/tags', { name: marked('cold', 'tags') })
  const custom_fields = await api.made('/custom_fields', {
    label: marked('Pet policy', 'custom_fields'),
    category: 'deal',
    data_type: 'choices',
    options: ['none', 'cats'],
  })
  const webhook_subscriptions = await api.made('/webhook_subscriptions', {
    event_name: 'property_group.created',
    target_url: 'https://hooks.invalid/latchkey',
    status: 'paused',
  })
  const users = { id: adminId }
  const uploaded_files = await api.made(`/deals/${deals.id}/uploaded_files`, {
    file: textFile(marked('Dear tenant,\n', 'uploaded_files')),
  })
  const leads = { users, pipelines, stages, sources, contacts, properties, units, leases, deals }
  const work = await makeProcess(api, { contacts, properties }, marked)
  const messages = await makeMessages(api, { contacts, deals }, marked)
  const [events = { id: '' }] = listOf(await api.get('/events?per_page=1'))
  const [audit_entries = { id: '' }] = listOf(await api.get('/audit_entries?action=account.created'))
  const [webhook_deliveries = { id: '' }] = listOf(await api.get('/webhook_deliveries?per_page=1'))
  const captured_messages = await captureOne(running.engine, accountId)
  const hooks = { webhook_subscriptions, webhook_deliveries, captured_messages }
  const records = { ...leads, notes, uploaded_files, tags, custom_fields, events, audit_entries, ...hooks }
  return { ...records, ...work, ...messages }
}

/** What only a sandbox has, put into any account. */
export async function captureOne(engine: Engine, accountId: string): Promise<Fields> {
  const system = { actor: { kind: 'system', id: null }, requestId: null } as const
  return writeAccount(engine, accountId, system, async (writer) => {
    await capture(writer, {
      kind: 'email',
      from: 'office@example.com',
      to: ['rosa.field@example.com'],
      subject: 'Your viewing on Friday',
      body: 'See you at 10.',
      headers: { 'message-id': '<friday@example.com>', to: 'rosa.field@example.com' },
      record: null,
    })
    const newest = writer.from('captured_messages').select('id').orderBy('id', 'desc').limit(1)
    return { id: String((await newest.executeTakeFirstOrThrow()).id) }
  })
}

async function makeMessages(
  api: Company['api'],
  { contacts, deals }: Record<'contacts' | 'deals', Fields>,
  marked: Marked,
): Promise<Record<string, Fields>> {
  const conversations = await api.made('/conversations', {
    kind: 'phone',
    inbox: '+15550104400',
    participant: '(555) 010-4477',
    subject: marked('Rosa', 'conversations'),
    contact_ids: [contacts.id],
    deal_id: deals.id,
    tags: ['vip'],
  })
  const phone = { from: '+15550104400', to: '+15550104477', deal_id: deals.id }
  const text_messages = await api.made('/text_messages', {
    ...phone,
    body: marked('See you on Friday.', 'text_messages'),
  })
  const emails = await api.made('/emails', {
    from: 'rosa.field@example.com',
    to: ['office@example.com'],
    cc: ['nadia@example.com'],
    subject: marked('Friday', 'emails'),
    direction: 'inbound',
  })
  const calls = await api.made('/calls', { ...phone, outcome: 'connected', duration_seconds: 60 })
  return { conversations, text_messages, emails, calls }
}

async function makeProcess(
  api: Company['api'],
  { contacts, properties }: Record<'contacts' | 'properties', Fields>,
  marked: Marked,
): Promise<Record<string, Fields>> {
  const property_groups = await api.made('/property_groups', {
    name: marked('North side', 'property_groups'),
  })
  const process_types = await api.made('/process_types', { name: marked('Renewals', 'process_types') })
  const type = `/process_types/${process_types.id}`
  const process_stages = await api.made(`${type}/stages`, {
    name: marked('Offer sent', 'process_stages'),
  })
  const steps = await api.made(`${type}/stages/${process_stages.id}/steps`, {
    description: marked('Call.', 'steps'),
  })
  const contact_roles = await api.made(`${type}/contact_roles`, {
    name: marked('Tenant', 'contact_roles'),
  })
  const assignee_roles = await api.made(`${type}/assignee_roles`, {
    name: marked('Agent', 'assignee_roles'),
  })
  const processes = await api.made('/processes', {
    process_type_id: process_types.id,
    property_ids: [properties.id],
    contact_roles_attributes: [{ key: contact_roles.key, contact_ids: [contacts.id] }],
  })
  const tasks = await api.made(`/processes/${processes.id}/tasks`, {
    description: marked('Call.', 'tasks'),
  })
  const set = { process_types, process_stages, steps, contact_roles, assignee_roles }
  const [stage_stays = { id: '' }] = listOf(await api.get(`/stage_stays?process_id=${processes.id}`))
  return { property_groups, ...set, processes, stage_stays, tasks }
}

/** The fields without which a record of the resource cannot be made. */
export async function requiredFields(
  server: ApiServer,
  resource: Pick<Resource, 'name'>,
  company: Company = server.acme,
): Promise<Record<string, unknown>> {
  return requiredFieldsAmong(await oneOfEach(server, company), resource)
}

/** The same where these records are there. */
export function requiredFieldsAmong(
  each: Readonly<Record<string, { id: string }>>,
  resource: Pick<Resource, 'name'>,
): Record<string, unknown> {
  const turn = ++made
  const required: Record<string, Record<string, unknown>> = {
    pipelines: { name: `Pipeline ${turn}` },
    stages: { name: `Stage ${turn}`, pipeline_id: each.pipelines?.id },
    sources: { name: `Source ${turn}`, pipeline_id: each.pipelines?.id },
    deals: { pipeline_id: each.pipelines?.id },
    contacts: {},
    properties: {},
    units: { property_id: each.properties?.id },
    leases: { unit_id: each.units?.id, start_date: dayAfter('1900-01-01', turn) },
    notes: { parent_type: 'Deal', parent_id: each.deals?.id, description: 'Something.' },
    uploaded_files: { uploadable_type: 'deals', uploadable_id: each.deals?.id, file: textFile() },
    property_groups: { name: `Group ${turn}` },
    process_types: { name: `Type ${turn}` },
    process_stages: { name: `Stage ${turn}`, process_type_id: each.process_types?.id },
    steps: { stage_id: each.process_stages?.id },
    contact_roles: { name: `Role ${turn}`, process_type_id: each.process_types?.id },
    assignee_roles: { name: `Role ${turn}`, process_type_id: each.process_types?.id },
    processes: { process_type_id: each.process_types?.id },
    tasks: {},
    conversations: { kind: 'phone', inbox: '+15550104400' },
    text_messages: { from: '+15550104400', to: '+15550104477' },
    emails: { to: ['rosa.field@example.com'] },
    calls: {},
    tags: { name: `tag ${turn}` },
    webhook_subscriptions: {
      event_name: 'deal.created',
      target_url: 'https://hooks.example.com/',
      // So that nothing is sent while tests count rows.
      status: 'paused',
    },
    custom_fields: { label: `Field ${turn}`, data_type: 'text', category: 'deal' },
  }
  return required[resource.name] ?? {}
}

let made = 0

function dayAfter(day: string, days: number): string {
  return Temporal.PlainDate.from(day).add({ days }).toString()
}

/** A small file to upload. */
export function textFile(text = 'Dear tenant,\n'): File {
  return new File([text], 'letter.txt')
}

/** Unix seconds at the beginning of a day in the account's time zone. */
export function midnight(day: string): number {
  return Math.floor(Temporal.PlainDate.from(day).toZonedDateTime(timeZone).epochMilliseconds / 1000)
}
