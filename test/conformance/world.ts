import { randomBytes } from 'node:crypto'
import type { Api, Fields } from './api.ts'

/** What the suite has made to work with: of each resource one record, and another that differs from it. */
export interface World {
  /** Stands in every name that the suite gives, so that a person sees whose the records are. */
  mark: string
  timeZone: string
  /** The person behind the key. */
  user: Fields
  one: Record<string, Fields>
  another: Record<string, Fields>
  /** The keys of custom fields by category and data type: `keys.property.date`. */
  keys: Record<string, Record<string, string>>
}

export const dataTypes = ['text', 'choices', 'number', 'currency', 'percentage', 'date', 'date_time', 'url']
export const categories = ['property', 'unit', 'contact', 'deal', 'process']

/** Values of the custom fields of `one`, as they are written. */
export const customValues: Record<string, unknown> = {
  text: 'no pets',
  choices: 'cats',
  number: 12.5,
  currency: '1200.10',
  percentage: 7,
  date: '2026-03-08',
  date_time: 1_772_970_000,
  url: 'https://example.com/rules',
}

/** Makes it through the API, as any client would. */
export async function makeWorld(api: Api): Promise<World> {
  const mark = `conformance ${randomBytes(3).toString('hex')}`
  const [account, user] = [await api.one('/info/account'), await api.one('/info/user')]
  const world: World = {
    mark,
    timeZone: String(account.time_zone),
    user,
    one: { users: user },
    another: {},
    keys: {},
  }
  await defineFields(api, world)
  await makePipelines(api, world)
  await makePeopleAndPlaces(api, world)
  await makeDeals(api, world)
  await makeProcessTypes(api, world)
  await makeProcesses(api, world)
  await makeTasksAndNotes(api, world)
  return world
}

/** Deletes all that was made: what the suite created, and the tags and contacts that came along with it. */
export async function tidyUp(api: Api, { mark }: World): Promise<void> {
  await api.tidy()
  for (const resource of ['deals', 'contacts', 'properties', 'sources', 'tags'])
    for (const { id } of await api.list(`/${resource}?search=${encodeURIComponent(mark)}&per_page=200`))
      await api.delete(`/${resource}/${id}`)
}

/** The custom fields of a category by key, each with its value of `customValues`. */
export function customFieldsOf(world: World, category: string): Record<string, unknown> {
  const keys = world.keys[category] ?? {}
  return Object.fromEntries(Object.entries(keys).map(([type, key]) => [key, customValues[type]]))
}

async function pair(
  api: Api,
  { one, another }: World,
  resource: string,
  path: string,
  first: Record<string, unknown>,
  second: Record<string, unknown>,
): Promise<void> {
  one[resource] = await api.made(path, first)
  another[resource] = await api.made(path, second)
}

async function defineFields(api: Api, world: World): Promise<void> {
  for (const category of categories) {
    const keys: Record<string, string> = {}
    for (const type of category === 'property' ? dataTypes : ['text', 'date']) {
      const field = await api.made('/custom_fields', {
        label: `${world.mark} ${category} ${type}`,
        category,
        data_type: type,
        ...(type === 'choices' ? { options: ['none', 'cats'] } : {}),
      })
      keys[type] = String(field.key)
      world.one.custom_fields ??= field
      world.another.custom_fields = field
    }
    world.keys[category] = keys
  }
}

async function makePipelines(api: Api, world: World): Promise<void> {
  const { mark, one, another } = world
  await pair(api, world, 'pipelines', '/pipelines', { name: `${mark} owners` }, { name: `${mark} tenants` })
  const stages = (pipeline: Fields | undefined) => `/pipelines/${pipeline?.id}/stages`
  one.stages = await api.made(stages(one.pipelines), { name: `${mark} first call`, status: 'lead' })
  another.stages = await api.made(stages(another.pipelines), { name: `${mark} signed`, status: 'won' })
  one.sources = await api.made(`/pipelines/${one.pipelines?.id}/sources`, { name: `${mark} web` })
  another.sources = await api.made(`/pipelines/${another.pipelines?.id}/sources`, { name: `${mark} word` })
}

async function makePeopleAndPlaces(api: Api, world: World): Promise<void> {
  const { mark, one, another } = world
  const slug = mark.replace(' ', '.')
  await pair(
    api,
    world,
    'contacts',
    '/contacts',
    {
      first_name: 'Rosa',
      last_name: `Field ${mark}`,
      company_name: `Field & Daughters ${mark}`,
      email_addresses: [`rosa.${slug}@example.com`],
      phone_numbers: [{ kind: 'mobile', phone: '(555) 010-4477' }],
      tags: [`${mark} vip`, `${mark} owner`],
      custom_fields: customFieldsOf(world, 'contact'),
      external_ids: [{ source: 'ledger', external_id: `${mark} C-1` }],
    },
    { full_name: `Abel Moss ${mark}`, tags: [`${mark} tenant`] },
  )
  await pair(
    api,
    world,
    'property_groups',
    '/property_groups',
    { name: `${mark} north` },
    { name: `${mark} south` },
  )
  await pair(
    api,
    world,
    'properties',
    '/properties',
    {
      property_type: 'Single Home',
      address: `18 Alder Court ${mark}`,
      address_2: 'Rear house',
      city: `Ashford ${mark}`,
      state: 'OR',
      zip_code: '97001',
      property_group_id: one.property_groups?.id,
      tags: [`${mark} pool`],
      custom_fields: customFieldsOf(world, 'property'),
      external_ids: [{ source: 'ledger', external_id: `${mark} P-1` }],
      unit: {
        unit_number: '2B',
        num_bedrooms: 3,
        num_bathrooms: '2.5',
        square_feet: 1180,
        occupancy: 'Tenant Occupied',
        market_rent: 1450,
        current_rent: '1400.50',
        lease_start_date: '2026-03-01',
        lease_end_date: '2027-02-28',
        custom_fields: customFieldsOf(world, 'unit'),
      },
    },
    {
      property_type: 'Commercial',
      address: `7 Mill Lane ${mark}`,
      city: `Marlow ${mark}`,
      state: 'WA',
      zip_code: '98001',
      property_group_id: another.property_groups?.id,
    },
  )
  one.units = await api.one(`/units/${unitIdOf(one.properties)}`)
  another.units = await api.one(`/units/${unitIdOf(another.properties)}`)
}

function unitIdOf(property: Fields | undefined): string {
  const unit = property?.unit as Fields | undefined
  return unit?.id ?? ''
}

async function makeDeals(api: Api, world: World): Promise<void> {
  const { mark, user, one, another } = world
  await pair(
    api,
    world,
    'deals',
    '/deals',
    {
      deal: {
        name: `${mark} Alder Court`,
        pipeline_id: one.pipelines?.id,
        stage_id: one.stages?.id,
        source_id: one.sources?.id,
        user_id: user.id,
        contact_ids: [one.contacts?.id],
        property_ids: [one.properties?.id],
        comments: 'Asked about\nfull service.',
        value: '1800.5',
        cost: 25,
        tags: [`${mark} hot`],
        custom_fields: customFieldsOf(world, 'deal'),
        external_ids: [{ source: 'ledger', external_id: `${mark} D-1` }],
      },
    },
    {
      deal: {
        name: `${mark} Mill Lane`,
        pipeline_id: another.pipelines?.id,
        stage_id: another.stages?.id,
      },
    },
  )
}

async function makeProcessTypes(api: Api, world: World): Promise<void> {
  const { mark, one, another } = world
  const types = [{ name: `${mark} renewals` }, { name: `${mark} move outs` }] as const
  await pair(api, world, 'process_types', '/process_types', ...types)
  for (const [set, word, status] of [
    [one, 'offer', 'working'],
    [another, 'refused', 'canceled'],
  ] as const) {
    const type = `/process_types/${set.process_types?.id}`
    set.process_stages = await api.made(`${type}/stages`, { name: `${mark} ${word}`, status })
    const kind = status === 'working' ? 'email' : 'call'
    set.steps = await api.made(`${type}/stages/${set.process_stages.id}/steps`, {
      kind,
      name: `${mark} ${word}`,
      description: `Tell them: ${word}.`,
      delay_minutes: 1440,
    })
    set.contact_roles = await api.made(`${type}/contact_roles`, { name: `${mark} tenant` })
    set.assignee_roles = await api.made(`${type}/assignee_roles`, { name: `${mark} agent` })
  }
}

async function makeProcesses(api: Api, world: World): Promise<void> {
  const { mark, user, one, another } = world
  await pair(
    api,
    world,
    'processes',
    '/processes',
    {
      process: {
        name: `${mark} renewal of 18 Alder Court`,
        process_type_id: one.process_types?.id,
        stage_id: one.process_stages?.id,
        user_id: user.id,
        due_at: '2026-03-31T17:00:00Z',
        comments: 'Wants to stay\nanother year.',
        tags: [`${mark} example`],
        property_ids: [one.properties?.id],
        contact_roles_attributes: [{ key: one.contact_roles?.key, contact_ids: [one.contacts?.id] }],
        assignee_roles_attributes: [{ key: one.assignee_roles?.key, user_id: user.id }],
        custom_fields: customFieldsOf(world, 'process'),
        external_ids: [{ source: 'ledger', external_id: `${mark} W-1` }],
      },
    },
    {
      process: {
        name: `${mark} move out`,
        process_type_id: another.process_types?.id,
        stage_id: another.process_stages?.id,
      },
    },
  )
}

async function makeTasksAndNotes(api: Api, world: World): Promise<void> {
  const { mark, user, one, another } = world
  await pair(
    api,
    world,
    'tasks',
    '/tasks',
    {
      kind: 'email',
      name: `${mark} offer`,
      description: 'Send the renewal offer.',
      process_id: one.processes?.id,
      deal_id: one.deals?.id,
      step_id: one.steps?.id,
      user_id: user.id,
      due_at: '2026-02-01T17:00:00Z',
    },
    { kind: 'call', name: `${mark} key return`, completed_at: '2026-02-02T17:00:00Z' },
  )
  await pair(
    api,
    world,
    'notes',
    '/notes',
    {
      parent_type: 'Deal',
      parent_id: one.deals?.id,
      description: `${mark}: called back.`,
      kind: 'email',
      direction: 'outbound',
      created_at: '2026-01-15T09:30:00Z',
      user_id: user.id,
    },
    { parent_type: 'Contact', parent_id: another.contacts?.id, description: `${mark}: no answer.` },
  )
  await pair(api, world, 'tags', '/tags', { name: `${mark} cold` }, { name: `${mark} warm` })
}
