import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { resources } from '../../server/resources/operations.ts'
import { forEachEngine } from '../support/engines.ts'
import { dataOf, type Fields, ids, listOf, problemOf } from './client.ts'
import { midnight, oneOfEach, requiredFields } from './records.ts'
import { startApi } from './server.ts'

const second = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/
const local = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}-0[56]:00$/

const changes: Record<string, Record<string, unknown>> = {
  pipelines: { name: 'Renamed' },
  stages: { name: 'Renamed' },
  sources: { name: 'Renamed source' },
  deals: { name: 'Renamed' },
  contacts: { company_name: 'Renamed' },
  properties: { city: 'Renamed' },
  units: { unit_number: 'Renamed' },
  notes: { description: 'Renamed' },
  tags: { name: 'Renamed tag' },
  custom_fields: { label: 'Renamed' },
}

forEachEngine((engine) => {
  const server = startApi(engine)

  for (const resource of resources.filter(({ operations }) => operations.includes('create'))) {
    it(`of ${resource.name} are made, read, listed, changed, deleted and restored`, async () => {
      const { api } = server.acme
      const path = `/${resource.name}`
      const created = await api.post(path, await requiredFields(server, resource))
      assert.equal(created.status, 201, created.text)
      const made = dataOf(created)
      const one = `${path}/${made.id}`
      assert.equal(created.headers.get('location'), `${server.url}/rest${one}`)
      assert.deepEqual(dataOf(await api.get(one)), made)
      assert.deepEqual(
        (await api.all(path)).filter(({ id }) => id === made.id),
        [made],
      )
      const [[field, value] = ['', '']] = Object.entries(changes[resource.name] ?? {})
      const put = dataOf(await api.put(one, { [field]: value }))
      assert.deepEqual({ ...put, updated_at: 0 }, { ...dataOf(await api.get(one)), updated_at: 0 })
      assert.equal(put[field], value)
      const patched = dataOf(await api.patch(one, { [resource.singular]: { [field]: `${value} 2` } }))
      assert.equal(patched[field], `${value} 2`)
      assert.deepEqual(Object.keys(patched), Object.keys(made))

      const deleted = await api.delete(one)
      assert.deepEqual([deleted.status, deleted.text], [204, ''])
      for (const attempt of [api.get(one), api.put(one, {}), api.patch(one, {}), api.delete(one)]) {
        const { error } = problemOf(await attempt, 404, 'not_found')
        assert.match(error, /not found/)
        assert.match(error, /restore/)
      }
      assert.ok(!ids(await api.all(path)).includes(made.id))
      const restored = dataOf(await api.post(`${one}/restore`))
      assert.deepEqual(restored, dataOf(await api.get(one)))
      assert.equal(restored[field], `${value} 2`)
      assert.equal((await api.post(`${one}/restore`)).status, 200)
    })
  }

  it('that never were are not found', async () => {
    const id = '0197a1c2-5b1e-7c3a-9d40-2f6b8e1a7c55'
    for (const { name, operations } of resources) {
      problemOf(await server.acme.api.get(`/${name}/${id}`), 404, 'not_found')
      problemOf(await server.acme.api.get(`/${name}/${id.toUpperCase()}`), 404, 'not_found')
      if (!operations.includes('restore')) continue
      problemOf(await server.acme.api.post(`/${name}/${id}/restore`), 404, 'not_found')
      problemOf(await server.acme.api.delete(`/${name}/${id}`), 404, 'not_found')
    }
  })

  describe('of properties and units', () => {
    it('have their fields in the order that clients know', async () => {
      const { api } = server.acme
      const made = await api.made('/properties?include_custom_fields=true', {
        property: {
          address: '5 Elm St',
          address_2: 'Rear',
          city: 'Ashford',
          state: 'OR',
          address_zip_code: '97001',
          property_type: 'Single Home',
        },
        unit: undefined,
      })
      assert.deepEqual(Object.keys(made), [
        'created_at',
        'updated_at',
        'id',
        'property_type',
        'address',
        'city',
        'state',
        'zip_code',
        'full_address',
        'unit_count',
        'unit',
        'tags',
        'custom_fields',
        'link',
      ])
      const address = made.full_address as Fields
      assert.deepEqual(Object.keys(address), [
        'created_at',
        'updated_at',
        'id',
        'line_1',
        'line_2',
        'line_3',
        'line_4',
        'locality',
        'region',
        'postal_code',
        'country',
        'full_address',
      ])
      assert.deepEqual(
        [
          address.line_1,
          address.line_2,
          address.line_3,
          address.locality,
          address.region,
          address.postal_code,
          address.country,
          address.full_address,
        ],
        ['5 Elm St', 'Rear', null, 'Ashford', 'OR', '97001', 'US', '5 Elm St, Rear, Ashford, OR 97001'],
      )
      const unit = made.unit as Fields
      assert.deepEqual(Object.keys(unit), [
        'id',
        'unit_number',
        'num_bathrooms',
        'num_bedrooms',
        'occupancy',
        'square_feet',
        'estimated_rent',
        'delinquent_rent',
        'market_rent',
        'current_rent',
        'amount_receivable',
        'lease_start_date',
        'lease_end_date',
        'current_lease_move_in',
        'current_lease_move_out',
        'future_lease_move_in',
        'future_lease_move_out',
        'created_at',
        'updated_at',
        'custom_fields',
        'property',
      ])
      const { id: _, created_at: __, updated_at: ___, custom_fields: ____, property: _____, ...empty } = unit
      assert.deepEqual(empty, {
        unit_number: null,
        num_bathrooms: '0.0',
        num_bedrooms: '0.0',
        occupancy: 'Vacant',
        square_feet: 0,
        estimated_rent: null,
        delinquent_rent: null,
        market_rent: null,
        current_rent: null,
        amount_receivable: null,
        lease_start_date: null,
        lease_end_date: null,
        current_lease_move_in: null,
        current_lease_move_out: null,
        future_lease_move_in: null,
        future_lease_move_out: null,
      })
      assert.match(String(made.created_at), second)
      assert.match(String(unit.created_at), local)
      assert.equal(made.link, `${server.url}/properties/${made.id}`)
    })

    it('show decimals as strings, areas as numbers and dates as dates', async () => {
      const { api } = server.acme
      const { id } = await api.made('/properties', {
        address: '6 Elm St',
        num_bedrooms: 3,
        unit: { num_bathrooms: '2.5', unit_number: '#4' },
      })
      const put = dataOf(
        await api.put(`/properties/${id}`, {
          square_feet: '1180',
          market_rent: 1450,
          amount_receivable: '$99.9999',
          lease_start_date: '2026-03-01T00:00:00Z',
          lease_end_date: '2028-02-29',
        }),
      )
      const unit = put.unit as Fields
      assert.deepEqual(
        [
          unit.num_bedrooms,
          unit.num_bathrooms,
          unit.square_feet,
          unit.market_rent,
          unit.amount_receivable,
          unit.lease_start_date,
          unit.lease_end_date,
        ],
        ['3.0', '2.5', 1180, '1450.0', '99.9999', '2026-03-01', '2028-02-29'],
      )
      assert.equal((put.full_address as Fields).full_address, '6 Elm St #4')
      problemOf(await api.put(`/properties/${id}`, { market_rent: '1.23456' }), 400, 'invalid_field')
      problemOf(await api.put(`/properties/${id}`, { lease_end_date: '2026-02-29' }), 400, 'invalid_field')
    })

    it('take the unit back as it was read', async () => {
      const { api } = server.acme
      const made = await api.made('/properties', { address: '7 Elm St', unit: { market_rent: '10' } })
      const read = await api.get(`/properties/${made.id}?include_custom_fields=true`)
      const sent = await api.put(`/properties/${made.id}?include_custom_fields=true`, dataOf(read))
      assert.deepEqual(dataOf(sent), dataOf(read))
      assert.equal(sent.headers.get('etag'), read.headers.get('etag'))
    })

    it('keep the last unit, and count the units', async () => {
      const { api } = server.acme
      const { id, unit } = await api.made('/properties', { address: '8 Elm St' })
      const first = (unit as Fields).id
      problemOf(await api.delete(`/units/${first}`), 409, 'last_unit')
      problemOf(await api.delete(`/properties/${id}/units/${first}`), 409, 'last_unit')
      const second = await api.made(`/properties/${id}/units`, { unit: { unit_number: 'B' } })
      assert.equal(dataOf(await api.get(`/properties/${id}`)).unit_count, 2)
      assert.deepEqual(ids(listOf(await api.get(`/properties/${id}/units`))), [first, second.id])
      assert.equal((await api.delete(`/properties/${id}/units/${first}`)).status, 204)
      assert.equal((dataOf(await api.get(`/properties/${id}`)).unit as Fields).id, second.id)
    })

    it('delete and restore the units with the property, but not those deleted before', async () => {
      const { api } = server.acme
      const { id, unit } = await api.made('/properties', { address: '9 Elm St' })
      const first = (unit as Fields).id
      const [b, c] = [
        await api.made(`/properties/${id}/units`, { unit_number: 'B' }),
        await api.made(`/properties/${id}/units`, { unit_number: 'C' }),
      ]
      await api.delete(`/units/${b.id}`)
      await api.delete(`/properties/${id}`)
      problemOf(await api.get(`/units/${first}`), 404, 'not_found')
      problemOf(await api.get(`/properties/${id}/units`), 404, 'not_found')
      problemOf(await api.post(`/units/${first}/restore`), 409, 'parent_deleted')
      problemOf(await api.post('/units', { property_id: id }), 400, 'unknown_property')
      assert.equal(dataOf(await api.post(`/properties/${id}/restore`)).unit_count, 2)
      assert.deepEqual(ids(listOf(await api.get(`/properties/${id}/units`))), [first, c.id])
      assert.equal(dataOf(await api.post(`/units/${b.id}/restore`)).id, b.id)
    })

    it('do not move to another property', async () => {
      const { api } = server.acme
      const { properties, units } = await oneOfEach(server)
      const other = await api.made('/properties', { address: '10 Elm St' })
      problemOf(await api.patch(`/units/${units?.id}`, { property_id: other.id }), 400, 'invalid_field')
      assert.equal((await api.patch(`/units/${units?.id}`, { property_id: properties?.id })).status, 200)
      problemOf(await api.get(`/properties/${other.id}/units/${units?.id}`), 404, 'not_found')
    })
  })

  describe('of pipelines', () => {
    it('come with stages, and go only without deals, taking stages and sources along', async () => {
      const { api } = server.acme
      const { id } = await api.made('/pipelines', { name: 'Short' })
      const stages = listOf(await api.get(`/pipelines/${id}/stages`))
      assert.deepEqual(
        stages.map(({ status }) => status),
        ['prospect', 'lead', 'won', 'lost', 'invalid'],
      )
      const source = await api.made(`/pipelines/${id}/sources`, { name: 'Fair' })
      const deal = await api.made('/deals', { pipeline_id: id })
      problemOf(await api.delete(`/pipelines/${id}`), 409, 'pipeline_in_use')
      await api.delete(`/deals/${deal.id}`)
      assert.equal((await api.delete(`/pipelines/${id}`)).status, 204)
      for (const path of [`/stages/${stages[0]?.id}`, `/sources/${source.id}`, `/pipelines/${id}/stages`])
        problemOf(await api.get(path), 404, 'not_found')
      problemOf(await api.post(`/deals/${deal.id}/restore`), 409, 'parent_deleted')
      problemOf(await api.post(`/stages/${stages[0]?.id}/restore`), 409, 'parent_deleted')
      problemOf(await api.post('/deals', { pipeline_id: id }), 400, 'unknown_pipeline')
      await api.post(`/pipelines/${id}/restore`)
      assert.deepEqual(ids(listOf(await api.get(`/pipelines/${id}/stages`))), ids(stages))
      assert.deepEqual(ids(listOf(await api.get(`/pipelines/${id}/sources`))), [source.id])
      assert.equal((await api.post(`/deals/${deal.id}/restore`)).status, 200)
    })

    it('keep the deals of a deleted stage by moving them', async () => {
      const { api } = server.acme
      const { id } = await api.made('/pipelines', { name: 'Moving' })
      const [from, to] = listOf(await api.get(`/pipelines/${id}/stages`))
      const { pipelines, stages } = await oneOfEach(server)
      assert.notEqual(pipelines?.id, id)
      const deal = await api.made('/deals', { pipeline_id: id, stage_id: from?.id })
      problemOf(await api.delete(`/stages/${from?.id}`), 409, 'stage_in_use')
      for (const wrong of ['x', from?.id, stages?.id, '0197a1c2-5b1e-7c3a-9d40-2f6b8e1a7c55'])
        problemOf(await api.delete(`/stages/${from?.id}?move_to_stage_id=${wrong}`), 400, 'unknown_stage')
      assert.equal(
        (await api.delete(`/pipelines/${id}/stages/${from?.id}?move_to_stage_id=${to?.id}`)).status,
        204,
      )
      assert.equal((dataOf(await api.get(`/deals/${deal.id}`)).stage as Fields).id, to?.id)
      const moved = (await server.changesOf(server.acme)).filter(({ record_id }) => record_id === deal.id)
      assert.deepEqual(moved.at(-1)?.changed, { stage_id: [from?.id, to?.id] })
    })

    it('have each source name once, also after a restoration', async () => {
      const { api } = server.acme
      const { id } = await api.made('/pipelines', { name: 'Named' })
      const first = await api.made(`/pipelines/${id}/sources`, { name: 'Fair' })
      problemOf(await api.post('/sources', { name: 'FAIR', pipeline_id: id }), 409, 'already_exists')
      await api.delete(`/sources/${first.id}`)
      await api.made(`/pipelines/${id}/sources`, { name: 'fair' })
      problemOf(await api.post(`/sources/${first.id}/restore`), 409, 'already_exists')
    })
  })

  describe('of notes', () => {
    it('belong to every kind of parent, however it is spelt', async () => {
      const { api } = server.acme
      const each = await oneOfEach(server)
      const kinds: [string, string][] = [
        ['Deal', 'deals'],
        ['Contact', 'contacts'],
        ['Property', 'properties'],
        ['Unit', 'units'],
      ]
      for (const [word, list] of kinds) {
        for (const spelling of [word, word.toLowerCase(), list, list.toUpperCase()]) {
          const note = await api.made(
            '/notes',
            `parent_type=${spelling}&parent_id=${each[list]?.id}&description=a%0D%0Ab`,
          )
          assert.deepEqual(
            [note.parent_type, note.parent_id, note.description, note.kind, note.direction],
            [word, each[list]?.id, 'a\nb', 'note', null],
          )
          assert.equal((note.user as Fields).id, server.acme.adminId)
        }
        const nested = await api.made(`/${list}/${each[list]?.id}/notes`, { note: { description: 'nested' } })
        assert.ok(ids(await api.all(`/${list}/${each[list]?.id}/notes`)).includes(nested.id))
        assert.ok(ids(await api.all(`/notes?parent_type=${list}`)).includes(nested.id))
      }
      problemOf(
        await api.post('/notes', { parent_type: 'House', parent_id: each.deals?.id, description: 'x' }),
        400,
        'invalid_field',
      )
      problemOf(
        await api.post('/notes', { parent_type: 'Deal', parent_id: each.contacts?.id, description: 'x' }),
        400,
        'unknown_parent',
      )
      problemOf(
        await api.post('/notes', { parent_type: 'Deal', parent_id: 'x', description: 'x' }),
        400,
        'invalid_id',
      )
    })

    it('may be back-dated, on creation and later', async () => {
      const { api } = server.acme
      const { deals } = await oneOfEach(server)
      const note = await api.made(`/deals/${deals?.id}/notes`, {
        description: 'Old',
        created_at: 1_700_000_000,
      })
      assert.equal(note.created_at, '2023-11-14T22:13:20Z')
      const before = await api.get(`/notes/${note.id}`)
      const later = await api.patch(`/notes/${note.id}`, { created_at: '2020-01-02T03:04:05+01:00' })
      assert.equal(dataOf(later).created_at, '2020-01-02T02:04:05Z')
      assert.notEqual(later.headers.get('etag')?.split('-')[0], before.headers.get('etag')?.split('-')[0])
      const [first] = listOf(await api.get('/notes'))
      assert.equal(first?.id, note.id)
      for (const wrong of ['2026-02-31T00:00:00Z', 'yesterday', 999_999_999_999, '2026-13-01'])
        problemOf(await api.patch(`/notes/${note.id}`, { created_at: wrong }), 400, 'invalid_field')
    })

    it('that log outbound e-mails are counted on the deal', async () => {
      const { api } = server.acme
      const { pipelines } = await oneOfEach(server)
      const { id } = await api.made('/deals', { pipeline_id: pipelines?.id })
      for (const [direction, created_at] of [
        ['outbound', 1_700_000_000],
        ['outbound', 1_600_000_000],
        ['inbound', 1_800_000_000],
      ])
        await api.made(`/deals/${id}/notes`, { description: 'Hello', kind: 'email', direction, created_at })
      const deal = dataOf(await api.get(`/deals/${id}`))
      assert.deepEqual([deal.num_outbound_emails, deal.last_emailed_at], [2, '2023-11-14T22:13:20Z'])
    })

    it('do not come back before their parent', async () => {
      const { api } = server.acme
      const contact = await api.made('/contacts', {})
      const note = await api.made(`/contacts/${contact.id}/notes`, { description: 'x' })
      await api.delete(`/notes/${note.id}`)
      await api.delete(`/contacts/${contact.id}`)
      problemOf(await api.post(`/notes/${note.id}/restore`), 409, 'parent_deleted')
    })
  })

  describe('of tags', () => {
    it('show their new name, their deletion and their return on every record', async () => {
      const { api } = server.acme
      const { id } = await api.made('/contacts', { tags: ['Gold', 'silver', 'GOLD', ''] })
      const tagsNow = async () => dataOf(await api.get(`/contacts/${id}`)).tags
      assert.deepEqual(await tagsNow(), ['Gold', 'silver'])
      const [tag] = listOf(await api.get('/tags?name=gold'))
      assert.equal(tag?.record_count, 1)
      await api.patch(`/tags/${tag?.id}`, { name: 'Platinum' })
      assert.deepEqual(await tagsNow(), ['Platinum', 'silver'])
      await api.delete(`/tags/${tag?.id}`)
      assert.deepEqual(await tagsNow(), ['silver'])
      assert.deepEqual(await api.all('/contacts?tag=platinum'), [])
      await api.post(`/tags/${tag?.id}/restore`)
      assert.deepEqual(await tagsNow(), ['Platinum', 'silver'])
      await api.delete(`/tags/${tag?.id}`)
      await api.made('/tags', { name: 'PLATINUM' })
      problemOf(await api.post(`/tags/${tag?.id}/restore`), 409, 'already_exists')
      problemOf(await api.post('/tags', { name: 'platinum' }), 409, 'already_exists')
    })

    it('count only records that are there', async () => {
      const { api } = server.acme
      const contact = await api.made('/contacts', { tags: ['counted'] })
      await api.made('/properties', { tags: ['counted'] })
      const count = async () => listOf(await api.get('/tags?name=counted'))[0]?.record_count
      assert.equal(await count(), 2)
      await api.delete(`/contacts/${contact.id}`)
      assert.equal(await count(), 1)
      await api.post(`/contacts/${contact.id}/restore`)
      assert.equal(await count(), 2)
    })

    it('of a form without brackets are divided at commas', async () => {
      const { id } = await server.acme.api.made('/contacts', 'tags=one,two , three')
      assert.deepEqual(dataOf(await server.acme.api.get(`/contacts/${id}`)).tags, ['one', 'two', 'three'])
    })
  })

  describe('with custom fields', () => {
    it('list every field, filled or not, only when they are asked for', async () => {
      const { api } = server.other
      const types = ['text', 'choices', 'number', 'currency', 'percentage', 'date', 'date_time', 'url']
      for (const data_type of types)
        await api.made('/custom_fields', {
          label: `A ${data_type}`,
          category: 'contact',
          data_type,
          options: data_type === 'choices' ? ['None', 'Cats'] : [],
        })
      const { id } = await api.made('/contacts', { full_name: 'Rosa' })
      assert.ok(!('custom_fields' in dataOf(await api.get(`/contacts/${id}`))))
      const read = async () =>
        dataOf(await api.get(`/contacts/${id}?include_custom_fields=true`)).custom_fields as Fields[]
      const empty = await read()
      assert.deepEqual(Object.keys(empty[0] ?? {}), [
        'created_at',
        'updated_at',
        'label_id',
        'key',
        'value',
        'label',
        'data_type',
        'options',
        'category',
      ])
      assert.deepEqual(
        empty.map(({ key, value }) => [key, value]),
        [
          ['a_text', ''],
          ['a_choices', ''],
          ['a_number', null],
          ['a_currency', null],
          ['a_percentage', null],
          ['a_date', null],
          ['a_date_time', null],
          ['a_url', ''],
        ],
      )
      const values = {
        a_text: 'hi',
        a_choices: 'cats',
        a_number: '12.50',
        a_currency: 9,
        a_percentage: 7.25,
        a_date: '2026-03-08',
        a_date_time: '2026-03-08T12:00:00-05:00',
        a_url: 'https://example.com/x',
      }
      await api.put(`/contacts/${id}`, { custom_fields: values })
      assert.deepEqual(
        (await read()).map(({ value }) => value),
        ['hi', 'Cats', 12.5, 9, 7.25, midnight('2026-03-08'), 1_772_989_200, 'https://example.com/x'],
      )
      const sentBack = await api.put(`/contacts/${id}?include_custom_fields=true`, {
        custom_fields: await read(),
      })
      assert.deepEqual(dataOf(sentBack).custom_fields, await read())
      await api.put(`/contacts/${id}`, {
        custom_fields: Object.fromEntries(Object.keys(values).map((key) => [key, null])),
      })
      assert.deepEqual(
        (await read()).map(({ value }) => value),
        empty.map(({ value }) => value),
      )
    })

    it('show dates at the midnight of the account, also when clocks change', async () => {
      const { api } = server.acme
      const field = await api.made('/custom_fields', {
        label: 'Inspected',
        category: 'deal',
        data_type: 'date',
      })
      const { deals } = await oneOfEach(server)
      for (const day of [
        '2026-03-07',
        '2026-03-08',
        '2026-03-09',
        '2026-11-01',
        '2026-11-02',
        '1999-12-31',
      ]) {
        for (const sent of [day, midnight(day), `${day}T15:00:00Z`]) {
          const put = await api.put(`/deals/${deals?.id}?include_custom_fields=true`, {
            custom_fields: { inspected: sent },
          })
          const value = (dataOf(put).custom_fields as Fields[]).find(({ key }) => key === field.key)?.value
          assert.equal(value, midnight(day), `${day} ${sent}`)
        }
      }
      assert.equal(midnight('2026-03-09') - midnight('2026-03-08'), 23 * 3600)
    })

    it('keep the rules of their definitions', async () => {
      const { api } = server.acme
      const make = (fields: object) =>
        api.post('/custom_fields', { category: 'unit', data_type: 'text', ...fields })
      const first = dataOf(await make({ label: 'Roof Type (2)' }))
      assert.deepEqual(
        [first.key, first.label, first.label_id, first.category],
        ['roof_type_2', 'Roof Type (2)', first.id, 'unit'],
      )
      problemOf(await make({ label: 'roof type 2' }), 409, 'already_exists')
      problemOf(await make({ label: 'X', key: 'Not Snake' }), 400, 'invalid_field')
      problemOf(await make({ label: 'X', data_type: 'colour' }), 400, 'invalid_field')
      problemOf(await make({ label: 'X', category: 'house' }), 400, 'invalid_field')
      problemOf(await make({ label: 'X', data_type: 'choices' }), 400, 'missing_field')
      problemOf(await api.patch(`/custom_fields/${first.id}`, { category: 'deal' }), 400, 'invalid_field')
      const renamed = dataOf(await api.patch(`/custom_fields/${first.id}`, { label: 'Covering' }))
      assert.deepEqual([renamed.key, renamed.label], ['roof_type_2', 'Covering'])
      const { units } = await oneOfEach(server)
      const put = await api.put(`/units/${units?.id}`, { custom_fields: { roof_type_2: 'Slate', nope: 1 } })
      assert.equal(put.headers.get('x-ignored-params'), 'custom_fields[nope]')
      problemOf(await api.patch(`/custom_fields/${first.id}`, { data_type: 'number' }), 400, 'invalid_field')
      await api.delete(`/custom_fields/${first.id}`)
      const read = async () =>
        (
          dataOf(await api.get(`/units/${units?.id}?include_custom_fields=true`)).custom_fields as Fields[]
        ).filter(({ key }) => key === 'roof_type_2')
      assert.deepEqual(await read(), [])
      await api.post(`/custom_fields/${first.id}/restore`)
      assert.equal((await read())[0]?.value, 'Slate')
    })
  })
})
