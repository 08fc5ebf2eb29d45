import assert from 'node:assert/strict'
import { it } from 'node:test'
import { forEachEngine } from '../support/engines.ts'
import { startServerProcess } from '../support/server-process.ts'
import { dataOf, type Fields, ids, listOf } from './client.ts'
import { oneOfEach } from './records.ts'
import { startApi } from './server.ts'

const crowd = 20

function together<T>(work: (turn: number) => Promise<T>): Promise<T[]> {
  return Promise.all(Array.from({ length: crowd }, (_, turn) => work(turn)))
}

forEachEngine((engine) => {
  const server = startApi(engine)

  it('makes one deal and one contact of a lead that is sent twenty times at once', async () => {
    const { api } = server.acme
    const { pipelines } = await oneOfEach(server)
    const lead = {
      deal: { pipeline_id: pipelines?.id, accept_duplicates: false },
      contact: { full_name: 'Once Only', email: 'once@example.com', phone: '212 555 0199' },
    }
    const answers = await together(() => api.post('/deals', lead))
    assert.deepEqual(answers.map(({ status }) => status).sort(), [...Array(crowd - 1).fill(200), 201])
    assert.equal(new Set(answers.map((answer) => dataOf(answer).id)).size, 1)
    assert.equal(listOf(await api.get('/contacts?email=once@example.com')).length, 1)
  })

  it('makes one tag and one source of a name that is new to twenty writes at once', async () => {
    const { api } = server.acme
    const { pipelines } = await oneOfEach(server)
    const deals = await together((turn) =>
      api.made('/deals', {
        pipeline_id: pipelines?.id,
        tags: [turn % 2 ? 'Rush' : 'rush'],
        source_id_or_name: turn % 2 ? 'Radio' : 'RADIO',
        create_source_if_new: true,
      }),
    )
    assert.equal(new Set(deals.map(({ source }) => (source as Fields).id)).size, 1)
    assert.equal(listOf(await api.get('/tags?name=rush')).length, 1)
    assert.equal(listOf(await api.get('/sources?name=radio')).length, 1)
    assert.equal(listOf(await api.get('/deals?tag=rush')).length, crowd)
  })

  it('loses no change when twenty change different fields of one record at once', async () => {
    const { api } = server.acme
    const fields = ['first_name', 'last_name', 'company_name', 'address']
    const { id } = await api.made('/contacts', { full_name: 'Start' })
    const before = (await server.changesOf(server.acme)).length
    const answers = await together((turn) =>
      api.patch(`/contacts/${id}`, { [fields[turn % 4] ?? '']: `v${turn}` }),
    )
    assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([200]))
    const contact = dataOf(await api.get(`/contacts/${id}`))
    for (const field of fields) assert.match(String(contact[field]), /^v\d+$/)
    assert.equal((await server.changesOf(server.acme, before)).length, crowd)
    const versions = answers.map(({ headers }) => headers.get('etag')?.split('-')[0])
    assert.equal(new Set(versions).size, crowd)
  })

  it('lets one of twenty writes on the same read version through', async () => {
    const { api } = server.acme
    const { id } = await api.made('/contacts', { full_name: 'Start' })
    const etag = (await api.get(`/contacts/${id}`)).headers.get('etag') ?? ''
    const answers = await together((turn) =>
      api.patch(`/contacts/${id}`, { address: `a${turn}` }, { 'if-match': etag }),
    )
    assert.deepEqual(answers.map(({ status }) => status).sort(), [200, ...Array(crowd - 1).fill(412)])
  })

  it('keeps the last unit when all units are deleted at once', async () => {
    const { api } = server.acme
    const { id } = await api.made('/properties', { address: '1 Race Rd' })
    for (let turn = 0; turn < 3; turn++) await api.made(`/properties/${id}/units`, { unit_number: `${turn}` })
    const units = listOf(await api.get(`/properties/${id}/units`))
    const answers = await Promise.all(units.map((unit) => api.delete(`/units/${unit.id}`)))
    assert.deepEqual(answers.map(({ status }) => status).sort(), [204, 204, 204, 409])
    assert.equal(dataOf(await api.get(`/properties/${id}`)).unit_count, 1)
  })

  it('gives every new stage a place of its own', async () => {
    const { api } = server.acme
    const { id } = await api.made('/pipelines', { name: 'Crowded' })
    await together((turn) => api.made(`/pipelines/${id}/stages`, { name: `s${turn}` }))
    const stages = await api.all(`/pipelines/${id}/stages`)
    assert.deepEqual(
      stages.map(({ position }) => position),
      stages.map((_, at) => at),
    )
  })

  if (engine.name === 'postgres') {
    it('makes one deal of a lead that reaches two servers at once', async () => {
      const node = await startServerProcess(
        { ...server.storage, close: async () => {} },
        { LOG_LEVEL: 'silent' },
      )
      try {
        const { pipelines } = await oneOfEach(server)
        const lead = JSON.stringify({
          deal: { pipeline_id: pipelines?.id, accept_duplicates: false },
          contact: { full_name: 'Two Nodes', email: 'nodes@example.com' },
        })
        const answers = await together(async (turn) => {
          const response = await fetch(`${turn % 2 ? node.url : server.url}/rest/deals`, {
            method: 'POST',
            headers: { authorization: server.acme.key, 'content-type': 'application/json' },
            body: lead,
          })
          return { status: response.status, body: (await response.json()) as { data: Fields } }
        })
        assert.deepEqual(answers.map(({ status }) => status).sort(), [...Array(crowd - 1).fill(200), 201])
        assert.equal(new Set(ids(answers.map(({ body }) => body.data))).size, 1)
      } finally {
        await node.stop()
      }
    })
  }
})
