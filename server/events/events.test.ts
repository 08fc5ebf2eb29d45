import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import { dataOf, type Fields, listOf } from '../../test/api/client.ts'
import { oneOfEach } from '../../test/api/records.ts'
import { startApi } from '../../test/api/server.ts'
import { forEachEngine } from '../../test/support/engines.ts'

type Pair = { from: unknown; to: unknown }
type ApiEvent = Fields & {
  actor: { kind: string; name: string | null }
  data: {
    resource: string
    record_id: string
    request_id: string | null
    changed: Record<string, Pair>
    record: unknown
  }
}

forEachEngine((engine) => {
  const server = startApi(engine)

  /** The events that the work has made, oldest first. */
  async function eventsOf(work: () => Promise<unknown>): Promise<ApiEvent[]> {
    const { api } = server.acme
    const before = await lastPosition()
    await work()
    const { body } = await api.get(`/events?per_page=200&cursor=${await cursorAfter(before)}`)
    return (body as { data: ApiEvent[] }).data
  }
  async function lastPosition(): Promise<number> {
    const [last] = listOf(await server.acme.api.get('/events?order_direction=desc&per_page=1'))
    return Number(last?.position ?? 0)
  }
  async function cursorAfter(position: number): Promise<string> {
    if (position === 0) return ''
    const { body } = await server.acme.api.get('/events?order_direction=desc&per_page=1')
    const [last] = (body as { data: ApiEvent[] }).data
    return Buffer.from(JSON.stringify(['events', 'position', 'asc', position, last?.id])).toString(
      'base64url',
    )
  }
  const typesOf = (events: ApiEvent[]) => events.map(({ type }) => type)

  it('tells of a change at once, with who made it, what it was before, and the record', async () => {
    const { api } = server.acme
    const contact = await api.made('/contacts', { full_name: 'Rosa Field' })
    const events = await eventsOf(() =>
      api.patch(`/contacts/${contact.id}`, { last_name: 'Moss', tags: ['vip'] }, { 'x-request-id': 'job-7' }),
    )
    assert.deepEqual(typesOf(events), ['tag.created', 'contact.updated', 'contact.tags_changed'])
    const event = events[1] as ApiEvent
    assert.deepEqual([event.actor.kind, event.actor.name], ['key', 'REST API key'])
    assert.deepEqual(event.data.changed, {
      last_name: { from: 'Field', to: 'Moss' },
      name: { from: 'Rosa Field', to: 'Rosa Moss' },
      tags: { from: [], to: ['vip'] },
    })
    assert.equal(event.data.request_id, 'job-7')
    assert.deepEqual(event.data.record, dataOf(await api.get(`/contacts/${contact.id}`)))
  })

  describe('of a special kind', () => {
    it('tell what became of a deal', async () => {
      const { api, adminId } = server.acme
      const { deals, pipelines } = await oneOfEach(server)
      const stage = await api.made(`/pipelines/${pipelines?.id}/stages`, { name: 'Signed', status: 'won' })
      const events = await eventsOf(() =>
        api.patch(`/deals/${deals?.id}`, { stage_id: stage.id, value: '2100' }),
      )
      assert.deepEqual(typesOf(events), ['deal.updated', 'deal.stage_changed'])
      assert.equal(events[1]?.data.changed.stage_id?.to, stage.id)
      assert.deepEqual(events[1]?.data.changed.value, { from: '1800.5', to: '2100.0' })
      assert.deepEqual(
        typesOf(await eventsOf(() => api.post(`/deals/${deals?.id}/reassign`, { user_id: null }))),
        ['deal.updated', 'deal.reassigned'],
      )
      await api.post(`/deals/${deals?.id}/reassign`, { user_id: adminId })
    })

    it('tell what became of a task', async () => {
      const { api } = server.acme
      const { tasks } = await oneOfEach(server)
      const act = (name: string) => eventsOf(() => api.post(`/tasks/${tasks?.id}/${name}`))
      assert.deepEqual(typesOf(await act('complete')), ['task.updated', 'task.completed'])
      assert.deepEqual(typesOf(await act('reopen')), ['task.updated', 'task.reopened'])
      assert.deepEqual(typesOf(await act('skip')), ['task.updated', 'task.skipped'])
    })
  })

  it('makes nothing but what the schemas of the types say, of every kind of record and change', async () => {
    const { api } = server.acme
    const each = await oneOfEach(server)
    for (const name of ['contacts', 'deals', 'properties', 'processes', 'tasks', 'conversations', 'notes']) {
      const record = `/${name}/${each[name]?.id}`
      await api.patch(record, {
        external_ids: [{ source: 'ledger', external_id: 'T-1' }],
        tags: ['vip', 'new'],
      })
      await api.delete(record)
      await api.post(`${record}/restore`)
    }
    const types = await api.all('/event_types')
    const validate = new Map(types.map(({ name, schema }) => [name, validator(schema as object)]))
    const events = await api.all('/events')
    for (const event of events) {
      const check = validate.get(event.type)
      assert.ok(check, `${event.type} is no known type`)
      assert.ok(check(event), `${event.type}: ${JSON.stringify(check.errors)} ${JSON.stringify(event)}`)
    }
    const seen = new Set(events.map(({ type }) => String(type).split('.')[1]))
    for (const action of ['created', 'updated', 'deleted', 'restored', 'tags_changed'])
      assert.ok(seen.has(action), action)
  })

  it('lists the types without their schemas where nobody asks for them', async () => {
    const { api } = server.acme
    const named = await api.all('/event_types?include_schema=false')
    const whole = await api.all('/event_types')
    assert.deepEqual(
      named,
      whole.map(({ schema, ...rest }) => rest),
    )
    assert.equal((await api.get('/event_types?include_schema=perhaps')).status, 400)
  })

  it('gives the events of an account positions without a gap, however many write at once', async () => {
    const { api } = server.acme
    const before = await lastPosition()
    await Promise.all(
      Array.from({ length: 20 }, (_, at) => api.made('/contacts', { full_name: `Many ${at}` })),
    )
    const events = listOf(await api.get('/events?per_page=200&order_direction=desc'))
    const positions = events.map(({ position }) => Number(position)).filter((position) => position > before)
    assert.equal(positions.length, 20)
    assert.deepEqual(
      positions,
      positions.map((_, at) => before + 20 - at),
    )
  })

  it('shows an account none of another', async () => {
    await oneOfEach(server)
    assert.deepEqual(
      listOf(await server.other.api.get('/events')).filter(({ type }) => !String(type).startsWith('user.')),
      [],
    )
  })

  it('filters by type, record, place, tag and who did it', async () => {
    const { api } = server.acme
    const { deals, pipelines, processes, process_types: types, contacts } = await oneOfEach(server)
    const found = async (query: string) =>
      listOf(await api.get(`/events?per_page=200&${query}`)) as ApiEvent[]
    const kinds = async (query: string) => [...new Set((await found(query)).map(({ data }) => data.resource))]
    assert.deepEqual(await kinds('type=deal.*'), ['deals'])
    assert.deepEqual([...new Set(typesOf(await found('type=deal.created,task.created')))].sort(), [
      'deal.created',
      'task.created',
    ])
    assert.ok((await found(`record_id=${deals?.id}`)).every(({ data }) => data.record_id === deals?.id))
    assert.deepEqual((await kinds(`pipeline_id=${pipelines?.id}`)).sort(), [
      ...['calls', 'conversations', 'deals', 'notes', 'pipelines', 'sources', 'stages', 'text_messages'],
      'uploaded_files',
    ])
    assert.ok((await kinds(`process_type_id=${types?.id}`)).includes('tasks'))
    assert.ok((await found(`record_id=${processes?.id}`)).length > 0)
    assert.ok((await found('tag=VIP')).some(({ data }) => data.record_id === contacts?.id))
    assert.deepEqual(await found('tag=vi'), [])
    assert.deepEqual(await found(`actor_id=${deals?.id}`), [])
    assert.equal((await api.get('/events?type=deal')).status, 400)
  })
})

function validator(schema: object): ValidateFunction {
  const ajv = new Ajv2020({ strict: false, allErrors: true })
  formats.default(ajv)
  ajv.addFormat('decimal', true)
  return ajv.compile(schema)
}
