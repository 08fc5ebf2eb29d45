import assert from 'node:assert/strict'
import { it } from 'node:test'
import { forEachEngine } from '../support/engines.ts'
import { type Exchange, type Fields, listOf } from './client.ts'
import { oneOfEach } from './records.ts'
import { type LoggedChange, startApi } from './server.ts'

forEachEngine((engine) => {
  const server = startApi(engine)

  async function logged(work: () => Promise<Exchange | Fields>): Promise<LoggedChange[]> {
    const before = (await server.changesOf(server.acme)).length
    await work()
    return server.changesOf(server.acme, before)
  }

  const told = (changes: LoggedChange[]) => changes.map(({ resource, action }) => `${resource} ${action}`)

  it('says for every change who made it, in answer to which request, and what changed', async () => {
    const { api } = server.acme
    let id = ''
    const created = await logged(async () => {
      const answer = await api.post('/contacts', { full_name: 'Rosa Field' }, { 'x-request-id': 'job-1' })
      id = (answer.body as { data: Fields }).data.id
      return answer
    })
    assert.deepEqual(told(created), ['contacts created'])
    assert.deepEqual(
      [created[0]?.record_id, created[0]?.actor_kind, created[0]?.request_id],
      [id, 'key', 'job-1'],
    )
    assert.deepEqual(created[0]?.changed.name, [null, 'Rosa Field'])
  })

  it('has one entry for each record that a write changes', async () => {
    const { api } = server.acme
    const { id } = await api.made('/contacts', { full_name: 'Rosa Field' })
    const one = `/contacts/${id}`
    const update = await logged(() => api.patch(one, { last_name: 'Moss', first_name: 'Rosa' }))
    assert.deepEqual(
      update.map(({ changed }) => changed),
      [{ last_name: ['Field', 'Moss'], name: ['Rosa Field', 'Rosa Moss'] }],
    )
    assert.deepEqual(told(await logged(() => api.patch(one, { tags: ['fresh'] }))), [
      'tags created',
      'contacts updated',
    ])
    assert.deepEqual(told(await logged(() => api.patch(one, { tags: ['fresh', 'second'] }))), [
      'tags created',
      'contacts updated',
    ])
    assert.deepEqual(told(await logged(() => api.delete(one))), ['contacts deleted'])
    assert.deepEqual(told(await logged(() => api.post(`${one}/restore`))), ['contacts restored'])
    const field = await api.made('/custom_fields', { label: 'Age', category: 'contact', data_type: 'number' })
    const [custom] = await logged(() => api.patch(one, { custom_fields: { age: 7 } }))
    assert.deepEqual(custom?.changed, { 'custom_fields.age': [null, 7] })
    assert.ok(field)
  })

  it('tells of a lead, a property with its unit, and a pipeline with its stages, record by record', async () => {
    const { api } = server.acme
    const { pipelines } = await oneOfEach(server)
    const lead = await logged(() =>
      api.post('/deals', {
        deal: { pipeline_id: pipelines?.id, source_id_or_name: 'Radio', create_source_if_new: true },
        contact: { full_name: 'New' },
        property: { address: 'New' },
      }),
    )
    assert.deepEqual(told(lead).sort(), [
      'contacts created',
      'deals created',
      'properties created',
      'sources created',
      'units created',
    ])
    const property = await api.made('/properties', { address: '1 Elm' })
    assert.deepEqual(told(await logged(() => api.patch(`/properties/${property.id}`, { square_feet: 9 }))), [
      'units updated',
      'properties updated',
    ])
    assert.deepEqual(told(await logged(() => api.delete(`/properties/${property.id}`))), [
      'units deleted',
      'properties deleted',
    ])
    assert.deepEqual(told(await logged(() => api.post(`/properties/${property.id}/restore`))), [
      'units restored',
      'properties restored',
    ])
    const pipeline = await logged(() => api.post('/pipelines', { name: 'Logged' }))
    assert.equal(pipeline.filter(({ resource }) => resource === 'stages').length, 5)
    const [made] = pipeline.filter(({ resource }) => resource === 'pipelines')
    const stages = listOf(await api.get(`/pipelines/${made?.record_id}/stages`))
    assert.deepEqual(
      new Set(pipeline.filter(({ resource }) => resource === 'stages').map(({ record_id }) => record_id)),
      new Set(stages.map(({ id }) => id)),
    )
  })

  it('tells of a note that is back-dated', async () => {
    const { notes } = await oneOfEach(server)
    const changes = await logged(() =>
      server.acme.api.patch(`/notes/${notes?.id}`, { created_at: 1_600_000_000 }),
    )
    assert.deepEqual(told(changes), ['notes updated'])
    assert.equal(changes[0]?.changed.created_at?.[1], 1_600_000_000_000)
  })

  it('has no entry for a write that changes nothing, fails, or is refused', async () => {
    const { api } = server.acme
    const { contacts, deals, properties, tags } = await oneOfEach(server)
    const quiet: (() => Promise<Exchange>)[] = [
      () => api.patch(`/contacts/${contacts?.id}`, {}),
      () =>
        api.patch(`/contacts/${contacts?.id}`, {
          full_name: 'Rosa Field',
          tags: ['VIP'],
          phone_numbers: contacts?.phone_numbers,
        }),
      () => api.patch(`/contacts/${contacts?.id}`, { unknown: 1 }),
      () =>
        api.patch(`/deals/${deals?.id}`, {
          value: 1800.5,
          contact_ids: [contacts?.id],
          create_source_if_new: true,
        }),
      () => api.patch(`/properties/${properties?.id}`, { unit: { market_rent: 1450.0 }, num_bedrooms: '3' }),
      () => api.post(`/tags/${tags?.id}/restore`),
      () => api.patch(`/contacts/${contacts?.id}`, { full_name: 'No', emails: ['x'] }),
      () => api.patch(`/contacts/${contacts?.id}`, { full_name: 'No', x: 1 }, { prefer: 'handling=strict' }),
      () => api.patch(`/contacts/${contacts?.id}`, { full_name: 'No' }, { 'if-match': 'W/"99-x"' }),
      () => api.post('/deals', { deal: {}, contact: { full_name: 'No' } }),
      () => api.delete('/contacts/0197a1c2-5b1e-7c3a-9d40-2f6b8e1a7c55'),
    ]
    for (const work of quiet) assert.deepEqual(await logged(work), [], work.toString())
  })
})
