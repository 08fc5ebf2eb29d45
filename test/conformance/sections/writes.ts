import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type Answer, dataOf, type Fields, ids, listOf, problemOf, describe as told } from '../api.ts'
import { bodyOf, bodyTypes } from '../forms.ts'
import type { Suite } from '../suite.ts'
import { customFieldsOf, type World } from '../world.ts'

/** How a record of a resource is made and changed, and what is then read. */
interface Sample {
  wrapper: string
  create: Record<string, unknown>
  created: Record<string, unknown>
  change: Record<string, unknown>
  changed: Record<string, unknown>
  /** Where it is created, when not at `/{resource}`. */
  path?: string
}

function samplesOf(world: World, turn: string): Record<string, Sample> {
  const { one, another, user, mark } = world
  const name = `${mark} ${turn}`
  const renamed = `${name} renamed`
  const same = (wrapper: string, fields: Record<string, unknown> = {}): Sample => ({
    wrapper,
    create: { name, ...fields },
    created: { name },
    change: { name: renamed },
    changed: { name: renamed },
  })
  const ofPipeline = { pipeline_id: one.pipelines?.id }
  const ofType = { process_type_id: one.process_types?.id }
  return {
    pipelines: same('pipeline'),
    stages: same('stage', { ...ofPipeline, status: 'active' }),
    sources: same('source', ofPipeline),
    deals: {
      wrapper: 'deal',
      create: {
        ...ofPipeline,
        stage_id: one.stages?.id,
        name,
        comments: 'Line one\nline two',
        user_id: user.id,
        value: '1500.5',
        cost: 20,
        contact_ids: [one.contacts?.id, another.contacts?.id],
        tags: [`${mark} a`, `${mark} b`],
        custom_fields: customFieldsOf(world, 'deal'),
      },
      created: {
        name,
        comments: 'Line one\nline two',
        value: '1500.5',
        cost: '20.0',
        tags: [`${mark} a`, `${mark} b`],
      },
      change: { value: 1750, comments: '', tags: [`${mark} b`], stage_id: one.stages?.id },
      changed: { name, value: '1750.0', comments: null, tags: [`${mark} b`] },
    },
    contacts: {
      wrapper: 'contact',
      create: {
        first_name: 'Nadia',
        last_name: name,
        email_addresses: ['nadia@example.com', 'brook@example.com'],
        phone_numbers: [
          { kind: 'mobile', phone: '(555) 010-1122' },
          { kind: 'work', phone: '555-010-3344' },
        ],
        address: '4 Hill Road',
        tags: [`${mark} a`],
        custom_fields: customFieldsOf(world, 'contact'),
      },
      created: {
        name: `Nadia ${name}`,
        first_name: 'Nadia',
        emails: ['nadia@example.com', 'brook@example.com'],
        phone_numbers: [
          { kind: 'mobile', phone: '(555) 010-1122' },
          { kind: 'work', phone: '555-010-3344' },
        ],
        company_name: null,
        tags: [`${mark} a`],
      },
      change: { company_name: name, email_addresses: ['only@example.com'] },
      changed: { company_name: name, emails: ['only@example.com'], first_name: 'Nadia' },
    },
    property_groups: same('property_group'),
    properties: {
      wrapper: 'property',
      create: {
        address: `9 Elm Street ${name}`,
        city: 'Ashford',
        state: 'OR',
        zip_code: '97001',
        // Fields of its unit may come flat.
        num_bedrooms: 4,
        estimated_rent: '1999.99',
        tags: [`${mark} a`],
        custom_fields: customFieldsOf(world, 'property'),
      },
      created: { address: `9 Elm Street ${name}`, city: 'Ashford', unit_count: 1, tags: [`${mark} a`] },
      change: { tags: [`${mark} b`, `${mark} c`], property_type: 'Multi-Family' },
      changed: { tags: [`${mark} b`, `${mark} c`], property_type: 'Multi-Family', city: 'Ashford' },
    },
    units: {
      wrapper: 'unit',
      create: {
        property_id: another.properties?.id,
        unit_number: '3C',
        num_bathrooms: 1.5,
        market_rent: '900',
      },
      created: { unit_number: '3C', num_bathrooms: '1.5', market_rent: '900.0', occupancy: 'Vacant' },
      change: { occupancy: 'Tenant Occupied', lease_start_date: '2026-04-01', current_rent: 950 },
      changed: { occupancy: 'Tenant Occupied', lease_start_date: '2026-04-01', current_rent: '950.0' },
    },
    process_types: same('process_type'),
    process_stages: same('process_stage', { ...ofType, status: 'backlog' }),
    steps: {
      wrapper: 'step',
      create: { stage_id: one.process_stages?.id, kind: 'call', description: name, delay_minutes: 60 },
      created: { kind: 'call', description: name, delay_minutes: 60 },
      change: { kind: 'sms', delay_minutes: 0 },
      changed: { kind: 'sms', delay_minutes: 0, description: name },
    },
    contact_roles: same('contact_role', ofType),
    assignee_roles: same('assignee_role', ofType),
    processes: {
      wrapper: 'process',
      create: {
        ...ofType,
        name,
        comments: 'Line one\nline two',
        due_at: '2026-05-01T12:00:00Z',
        property_ids: [one.properties?.id],
        contact_roles_attributes: [{ key: one.contact_roles?.key, contact_ids: [another.contacts?.id] }],
        tags: [`${mark} a`],
        custom_fields: customFieldsOf(world, 'process'),
      },
      created: { name, comments: 'Line one\nline two', due_at: '2026-05-01T12:00:00Z', closed_at: null },
      change: { stage_id: one.process_stages?.id, due_at: '', user_id: user.id },
      changed: { name, due_at: null, tags: [`${mark} a`] },
    },
    tasks: {
      wrapper: 'task',
      create: { kind: 'todo', description: name, deal_id: one.deals?.id, due_at: 1_775_000_000 },
      created: { kind: 'todo', description: name, skipped: false, due_at: '2026-03-31T23:33:20Z' },
      change: { completed_at: '2026-03-31T10:00:00Z' },
      changed: { completed_at: '2026-03-31T10:00:00Z', skipped: false },
    },
    notes: {
      wrapper: 'note',
      create: { parent_type: 'deals', parent_id: one.deals?.id, description: name, kind: 'call' },
      created: { description: name, kind: 'call', direction: null, parent_type: 'Deal' },
      change: { description: renamed, direction: 'inbound' },
      changed: { description: renamed, direction: 'inbound' },
    },
    tags: same('tag'),
    custom_fields: {
      wrapper: 'custom_field',
      create: { label: name, category: 'deal', data_type: 'choices', options: ['a', 'b'] },
      created: { label: name, category: 'deal', data_type: 'choices', options: ['a', 'b'] },
      change: { label: renamed, options: ['a', 'b', 'c'] },
      changed: { label: renamed, options: ['a', 'b', 'c'] },
    },
  }
}

export function writes({ api, world }: Suite): void {
  describe('writes', () => {
    for (const type of bodyTypes) {
      it(`as ${type} make, change, delete and restore a record of every resource`, async (test) => {
        for (const [resource, sample] of Object.entries(samplesOf(world(), type)))
          await test.test(resource, () => writeOne(resource, sample, type))
      })
    }

    async function writeOne(resource: string, sample: Sample, type: (typeof bodyTypes)[number]) {
      const { wrapper } = sample
      const created = await api.post(`/${resource}`, bodyOf(type, wrapper, sample.create))
      assert.equal(created.status, 201, told(created))
      assertUsed(created)
      const record = dataOf(created)
      assertHolds(record, sample.created)
      const path = `/${resource}/${record.id}`
      assert.ok(created.headers.get('location')?.endsWith(`/rest${path}`))
      assert.deepEqual(await api.one(path), record)
      await assertCustomValues(resource, path, sample.create.custom_fields)

      for (const method of ['PUT', 'PATCH']) {
        const changed = await api.send(method, path, { body: bodyOf(type, wrapper, sample.change) })
        assert.equal(changed.status, 200, told(changed))
        assertUsed(changed)
        assertHolds(dataOf(changed), sample.changed)
      }

      const deleted = await api.delete(path)
      assert.deepEqual([deleted.status, deleted.text], [204, ''])
      assert.match(problemOf(await api.get(path), 404).error, /not found/)
      assert.deepEqual(await api.list(`/${resource}?id=${record.id}`), [])
      const [gone] = await api.list(`/${resource}?id=${record.id}&include_deleted=true`)
      assert.notEqual(gone?.deleted_at, null)
      const restored = await api.post(`${path}/restore`)
      assert.equal(restored.status, 200, told(restored))
      assertHolds(dataOf(restored), sample.changed)
      assert.equal((await api.delete(path)).status, 204)
    }

    /** Nothing of what was sent went unused. */
    function assertUsed(answer: Answer): void {
      assert.equal(answer.headers.get('x-ignored-params'), null, told(answer))
    }

    async function assertCustomValues(resource: string, path: string, sent: unknown): Promise<void> {
      if (!sent) return
      const { custom_fields } = await api.one(`${path}?include_custom_fields=true`)
      for (const key of Object.keys(sent)) {
        const value = (custom_fields as Fields[]).find((one) => one.key === key)
        assert.ok(value?.value, `${resource}: ${key} is filled`)
      }
    }

    it('under a parent make its children, with every body type', async () => {
      const { one, another, mark } = world()
      const type = `/process_types/${one.process_types?.id}`
      const nested: [string, string, Record<string, unknown>][] = [
        [`/pipelines/${one.pipelines?.id}/stages`, 'stage', { status: 'lost' }],
        [`/pipelines/${one.pipelines?.id}/sources`, 'source', {}],
        [`${type}/stages`, 'process_stage', { status: 'completed' }],
        [`${type}/contact_roles`, 'contact_role', {}],
        [`${type}/assignee_roles`, 'assignee_role', {}],
        [`${type}/stages/${one.process_stages?.id}/steps`, 'step', { kind: 'meet' }],
        [`${type}/custom_fields`, 'custom_field', { label: `${mark} nested`, data_type: 'text' }],
        [`/properties/${another.properties?.id}/units`, 'unit', { unit_number: '9' }],
        [`/deals/${one.deals?.id}/tasks`, 'task', {}],
        [`/processes/${one.processes?.id}/tasks`, 'task', {}],
        [`/deals/${one.deals?.id}/notes`, 'note', { description: 'Nested.' }],
        [`/contacts/${one.contacts?.id}/notes`, 'note', { description: 'Nested.' }],
      ]
      for (const [path, wrapper, fields] of nested) {
        for (const bodyType of bodyTypes) {
          const name =
            fields.label || fields.description || fields.unit_number ? {} : { name: `${mark} ${bodyType}` }
          const answer = await api.post(path, bodyOf(bodyType, wrapper, { ...name, ...fields }))
          assert.equal(answer.status, 201, told(answer))
          const { id } = dataOf(answer)
          assert.deepEqual(ids(listOf(await api.get(`${path}?id=${id}`))), [id], path)
          const flat = answer.headers.get('location')?.split('/rest')[1] ?? ''
          assert.equal((await api.delete(flat)).status, 204)
        }
      }
    })

    it('of what is unknown or read-only name it, or are refused under strict handling', async () => {
      const { mark, one } = world()
      const body = { contact: { first_name: mark, id: one.contacts?.id, colour: 'red' }, more: 1 }
      const answer = await api.post('/contacts', body)
      assert.equal(answer.status, 201, told(answer))
      const named = new Set((answer.headers.get('x-ignored-params') ?? '').split(', '))
      assert.deepEqual(named, new Set(['contact[id]', 'contact[colour]', 'contact[more]']))
      const headers = { prefer: 'handling=strict' }
      problemOf(await api.post('/contacts', body, { headers }), 400, 'unknown_parameter')
      assert.equal(
        (
          await api.list(
            `/contacts?search=${encodeURIComponent(mark)}&first_name=${encodeURIComponent(mark)}`,
          )
        ).length,
        1,
      )
    })
  })
}

/** The fields that must be so; others may be there. */
function assertHolds(record: Fields, expected: Record<string, unknown>): void {
  const seen = Object.fromEntries(Object.keys(expected).map((key) => [key, record[key]]))
  assert.deepEqual(seen, expected)
}
