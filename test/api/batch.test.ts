import assert from 'node:assert/strict'
import { it } from 'node:test'
import { forEachEngine } from '../support/engines.ts'
import { type Exchange, type Fields, ids, listOf, problemOf } from './client.ts'
import { oneOfEach } from './records.ts'
import { startApi } from './server.ts'

interface Result {
  status: number
  body: { data: Fields } & Record<string, unknown>
  headers: Record<string, string>
}

function resultsOf(exchange: Exchange): Result[] {
  assert.equal(exchange.status, 200, exchange.text)
  return (exchange.body as { data: Result[] }).data
}

/** The first record of a list. */
function firstIn(result: Result | undefined): Fields | undefined {
  const data: unknown = result?.body.data
  return Array.isArray(data) ? data[0] : undefined
}

const unknown = '0197a1c2-5b1e-7c3a-9d40-2f6b8e1a7c55'

forEachEngine((engine) => {
  const server = startApi(engine)

  it('answers each operation as it would alone, in order, whatever becomes of the others', async () => {
    const { api } = server.acme
    const { pipelines, contacts } = await oneOfEach(server)
    const operations = [
      { method: 'POST', path: '/contacts', body: { contact: { full_name: 'Bea Batch' }, colour: 'red' } },
      { method: 'POST', path: '/rest/deals', body: { deal: {} } },
      { method: 'POST', path: `/pipelines/${pipelines?.id}/stages`, body: { name: 'S', status: 'lead' } },
      { method: 'PATCH', path: `/contacts/${contacts?.id}`, body: {}, headers: { 'If-Match': 'W/"99-x"' } },
      { method: 'GET', path: '/rest/v1/contacts?search=bea%20batch&colour=red' },
      { method: 'DELETE', path: `/contacts/${unknown}` },
      { method: 'GET', path: '/contacts/x' },
      { method: 'GET', path: '/nowhere' },
      { method: 'DELETE', path: '/contacts' },
      { method: 'POST', path: '/batch', body: { operations: [] } },
      { method: 'GET', path: '/export/contacts.csv' },
      { method: 'POST', path: '/tags', body: { name: 'b', x: 1 }, headers: { Prefer: 'handling=strict' } },
    ]
    const results = resultsOf(await api.post('/batch', { operations }))
    assert.deepEqual(
      results.map(({ status, body }) => [status, body?.code ?? null]),
      [
        [201, null],
        [400, 'missing_field'],
        [201, null],
        [412, 'precondition_failed'],
        [200, null],
        [404, 'not_found'],
        [400, 'invalid_id'],
        [404, 'not_found'],
        [405, 'method_not_allowed'],
        [400, 'invalid_field'],
        [400, 'invalid_field'],
        [400, 'unknown_parameter'],
      ],
    )
    const [made, , , , list] = results
    assert.equal(made?.headers['x-ignored-params'], 'contact[colour]')
    assert.equal(list?.headers['x-ignored-params'], 'colour')
    assert.equal(firstIn(list)?.id, made?.body.data.id)
    const alone = await api.get(`/contacts/${made?.body.data.id}`)
    assert.equal(made?.headers.etag, alone.headers.get('etag'))
    assert.deepEqual(made?.body, alone.body)
    assert.match(made?.headers.location ?? '', /\/rest\/contacts\//)
    assert.equal(listOf(await api.get('/tags?name=b')).length, 0)
  })

  it('writes nothing of a batch that is refused for what it does not know', async () => {
    const strict = server.client({
      authorization: `Bearer ${server.acme.key}`,
      prefer: 'handling=strict',
    })
    const operations = [{ method: 'POST', path: '/tags', body: { name: 'never' } }]
    for (const [path, body] of [
      ['/batch?colour=red', { operations }],
      ['/batch', { operations, colour: 'red' }],
    ] as const)
      assert.equal(
        problemOf(await strict.post(path, body), 400, 'unknown_parameter').errors[0]?.param,
        'colour',
      )
    assert.equal(listOf(await server.acme.api.get('/tags?name=never')).length, 0)
  })

  it('writes all or nothing when it is atomic, and names the one that failed', async () => {
    const { api } = server.acme
    const { id } = await api.made('/contacts', { full_name: 'Atomic' })
    const good = [
      { method: 'POST', path: '/tags', body: { name: 'atomic' } },
      { method: 'GET', path: '/tags?name=atomic' },
      { method: 'PATCH', path: `/contacts/${id}`, body: { tags: ['atomic'] } },
    ]
    const before = await server.rowCounts()
    const failing = [...good, { method: 'POST', path: '/deals', body: { deal: {} } }]
    const refused = await api.post('/batch', { operations: failing, atomic: true })
    const { errors } = problemOf(refused, 400, 'missing_field')
    assert.deepEqual(
      errors.map(({ code, param }) => [code, param]),
      [
        ['batch_failed', 'operations[3]'],
        ['missing_field', 'operations[3].deal[pipeline_id]'],
      ],
    )
    assert.deepEqual(await server.rowCounts(), before)
    const results = resultsOf(await api.post('/batch', { operations: good, atomic: true }))
    assert.deepEqual(
      results.map(({ status }) => status),
      [201, 200, 200],
    )
    // What the batch has written is what it reads.
    assert.equal(firstIn(results[1])?.name, 'atomic')
  })

  it('does each operation once under an idempotency key, also when only a part of it was answered', async () => {
    const { api } = server.acme
    const operations = [
      { method: 'POST', path: '/contacts', body: { full_name: 'Keyed Batch' } },
      { method: 'POST', path: '/deals', body: {} },
      { method: 'POST', path: '/contacts', body: { full_name: 'Keyed Batch' } },
    ]
    for (const atomic of [false, true]) {
      const body = { operations: atomic ? operations.filter((_, at) => at !== 1) : operations, atomic }
      const key = { 'idempotency-key': `batch-${atomic}` }
      const earlier = ids(await api.all('/contacts?search=Keyed Batch')).length
      const first = await api.post('/batch', body, key)
      const again = await api.post('/batch', body, key)
      assert.equal(again.headers.get('idempotent-replayed'), 'true')
      assert.equal(again.text, first.text)
      assert.equal((await api.all('/contacts?search=Keyed Batch')).length, earlier + 2)
      if (atomic) continue
      // As after a crash before the answer to the whole was kept.
      await server.running.engine.transaction((tx) =>
        tx.deleteFrom('idempotency_keys').where('idempotency_key', 'like', '% batch-false').execute(),
      )
      const results = resultsOf(await api.post('/batch', body, key))
      assert.deepEqual(
        results.map(({ status, headers }) => [status, headers['idempotent-replayed']]),
        [
          [201, 'true'],
          [400, 'true'],
          [201, 'true'],
        ],
      )
      assert.equal((await api.all('/contacts?search=Keyed Batch')).length, earlier + 2)
    }
  })

  it('counts every operation, and runs none when there are not enough requests left', async () => {
    const { api } = server.other
    const count = ({ headers }: Exchange) => Number(headers.get('x-ratelimit-metric-requests-count'))
    const operations = Array.from({ length: 10 }, (_, turn) => ({
      method: 'POST',
      path: '/tags',
      body: { name: `budget ${turn}` },
    }))
    const before = count(await api.get('/tags'))
    assert.equal(count(await api.post('/batch', { operations })), before + 10)
    const used = count(await api.get('/tags'))
    await server.setBudgets(server.other, used + 9, null)
    const rows = await server.rowCounts()
    problemOf(await api.post('/batch', { operations }), 429, 'rate_limited')
    assert.deepEqual(await server.rowCounts(), rows)
    // The refused one has used one request, as any refused request.
    assert.equal((await api.get('/tags')).status, 200)
    await server.setBudgets(server.other, 1_000_000, null)
  })

  it('refuses what is no batch, all of it', async () => {
    const { api } = server.acme
    const one = { method: 'POST', path: '/tags', body: { name: 'never' } }
    const bad: unknown[] = [
      {},
      { operations: [] },
      { operations: 'x' },
      { operations: Array.from({ length: 101 }, () => one) },
      { operations: [one, null] },
      { operations: [one, { ...one, method: 'TRACE' }] },
      { operations: [one, { ...one, path: 'tags' }] },
      { operations: [one, { ...one, body: [] }] },
      { operations: [one, { ...one, headers: { prefer: 1 } }] },
      { operations: [one], atomic: 'perhaps' },
    ]
    for (const body of bad) assert.equal((await api.post('/batch', body as object)).status, 400)
    assert.equal(listOf(await api.get('/tags?name=never')).length, 0)
    const keyed = { ...one, headers: { 'idempotency-key': 'inner' } }
    problemOf(await api.post('/batch', { operations: [keyed], atomic: true }), 400, 'invalid_idempotency_key')
  })

  it('stays in the account of its caller', async () => {
    const { id } = await server.other.api.made('/contacts', { full_name: 'Theirs' })
    const operations = [
      { method: 'GET', path: `/contacts/${id}` },
      { method: 'DELETE', path: `/contacts/${id}`, headers: { authorization: server.other.key } },
    ]
    const results = resultsOf(await server.acme.api.post('/batch', { operations }))
    assert.deepEqual(
      results.map(({ status }) => status),
      [404, 404],
    )
  })
})
