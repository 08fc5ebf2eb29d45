import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { it } from 'node:test'
import { readConfig } from '../../server/config.ts'
import { openEngine } from '../../server/storage/open.ts'
import { forEachEngine, type OpenEngine } from '../support/engines.ts'
import { startServerProcess } from '../support/server-process.ts'
import { dataOf, listOf, problemOf } from './client.ts'
import { oneOfEach } from './records.ts'
import { startApi } from './server.ts'
import { stoppedCompany } from './stopped-company.ts'

const keyed = (key: string = randomUUID()) => ({ 'idempotency-key': key })

forEachEngine((engine) => {
  const server = startApi(engine)

  it('replays the answer to the same request, with all that belongs to it', async () => {
    const { api } = server.acme
    const key = keyed()
    const body = { full_name: 'Rosa Once', colour: 'red' }
    const first = await api.post('/contacts', body, key)
    const again = await api.post('/contacts', body, key)
    assert.equal(first.status, 201)
    assert.equal(first.headers.get('idempotent-replayed'), null)
    assert.equal(again.headers.get('idempotent-replayed'), 'true')
    assert.deepEqual([again.status, again.text], [first.status, first.text])
    for (const name of ['etag', 'location', 'x-ignored-params', 'content-type', 'cache-control'])
      assert.equal(again.headers.get(name), first.headers.get(name), name)
    assert.equal(again.headers.get('x-ignored-params'), 'colour')
    assert.equal(listOf(await api.get('/contacts?search=Rosa Once')).length, 1)
    // The other base path is the same API.
    assert.equal((await api.post('/v1/contacts', body, key)).text, first.text)
  })

  it('replays changes, deletions and restorations', async () => {
    const { api } = server.acme
    const { id } = await api.made('/contacts', { full_name: 'Changing' })
    const keys = [keyed(), keyed(), keyed(), keyed()]
    const run = async () => [
      await api.patch(`/contacts/${id}`, { tags: ['a'] }, keys[0]),
      await api.put(`/contacts/${id}`, { company_name: 'Moss' }, keys[1]),
      await api.delete(`/contacts/${id}`, keys[2]),
      await api.post(`/contacts/${id}/restore`, undefined, keys[3]),
    ]
    const first = await run()
    const before = (await server.changesOf(server.acme)).length
    const again = await run()
    assert.deepEqual(
      first.map(({ status }) => status),
      [200, 200, 204, 200],
    )
    assert.deepEqual(
      again.map(({ status, text }) => [status, text]),
      first.map(({ status, text }) => [status, text]),
    )
    for (const { headers } of again) assert.equal(headers.get('idempotent-replayed'), 'true')
    assert.equal((await server.changesOf(server.acme)).length, before)
  })

  it('refuses the key for any other request', async () => {
    const { api } = server.acme
    const key = keyed()
    const { id } = dataOf(await api.post('/contacts', { full_name: 'First' }, key))
    const before = await server.rowCounts()
    const others = [
      await api.post('/contacts', { full_name: 'Second' }, key),
      await api.post('/contacts?include_custom_fields=true', { full_name: 'First' }, key),
      await api.post('/properties', { full_name: 'First' }, key),
      await api.patch(`/contacts/${id}`, { full_name: 'First' }, key),
    ]
    for (const other of others) problemOf(other, 422, 'idempotency_key_reused')
    assert.deepEqual(await server.rowCounts(), before)
    // Another account's key is another key.
    assert.equal((await server.other.api.post('/contacts', { full_name: 'Theirs' }, key)).status, 201)
  })

  it('replays a refusal of the request itself, under the id of the new request', async () => {
    const { api } = server.acme
    const key = keyed()
    const first = problemOf(await api.post('/deals', {}, key), 400, 'missing_field')
    const again = await api.post('/deals', {}, key)
    const { request_id, ...problem } = problemOf(again, 400, 'missing_field')
    assert.equal(again.headers.get('idempotent-replayed'), 'true')
    assert.notEqual(request_id, first.request_id)
    assert.deepEqual({ ...problem, request_id: first.request_id }, first)
  })

  it('leaves the key free after a refusal that may be another next time', async () => {
    const { api } = server.acme
    const { id } = await api.made('/contacts', { full_name: 'Moved on' })
    const key = keyed()
    const stale = await api.patch(`/contacts/${id}`, { tags: ['x'] }, { ...key, 'if-match': 'W/"99-x"' })
    problemOf(stale, 412, 'precondition_failed')
    const etag = (await api.get(`/contacts/${id}`)).headers.get('etag') ?? ''
    const done = await api.patch(`/contacts/${id}`, { tags: ['x'] }, { ...key, 'if-match': etag })
    assert.deepEqual([done.status, done.headers.get('idempotent-replayed')], [200, null])
  })

  it('takes 1 to 255 printable characters as a key, and no notice of it on a GET', async () => {
    const { api } = server.acme
    for (const key of ['', 'x'.repeat(256), 'caf\u00e9'])
      problemOf(await api.post('/contacts', {}, keyed(key)), 400, 'invalid_idempotency_key')
    assert.equal((await api.post('/contacts', {}, keyed(`${'y'.repeat(254)}~`))).status, 201)
    assert.equal((await api.get('/contacts', keyed('x'.repeat(256)))).status, 200)
  })

  it('makes one deal of twenty that are sent at once with one key', async () => {
    const { api } = server.acme
    const { pipelines } = await oneOfEach(server)
    const key = keyed()
    const deal = { pipeline_id: pipelines?.id, name: 'Only one' }
    const answers = await Promise.all(Array.from({ length: 20 }, () => api.post('/deals', deal, key)))
    const made = answers.filter(({ status }) => status === 201)
    assert.ok(made.length >= 1)
    assert.equal(new Set(made.map(({ text }) => text)).size, 1)
    assert.equal(made.filter(({ headers }) => !headers.get('idempotent-replayed')).length, 1)
    for (const running of answers.filter(({ status }) => status !== 201)) {
      problemOf(running, 409, 'idempotency_in_progress')
      assert.equal(running.headers.get('retry-after'), '1')
    }
    assert.equal(listOf(await api.get('/deals?name=Only one')).length, 1)
  })

  it('counts a replay as a request and not as records', async () => {
    const { api } = server.acme
    const key = keyed()
    const body = { full_name: 'Counted' }
    const count = (name: string, { headers }: { headers: Pick<Headers, 'get'> }) =>
      Number(headers.get(`x-ratelimit-metric-${name}-count`))
    await server.setBudgets(server.acme, 1_000_000, 1_000_000)
    const first = await api.post('/contacts', body, key)
    const again = await api.post('/contacts', body, key)
    await server.setBudgets(server.acme, 1_000_000, null)
    assert.equal(count('requests', again), count('requests', first) + 1)
    assert.equal(count('records', again), count('records', first))
  })

  it('replays after a restart, and makes one record for each key whenever the server dies', async () => {
    const storage = await engine.open()
    const { key } = await stoppedCompany(storage)
    const expected = 120
    const bodies = Array.from({ length: expected }, (_, turn) => ({
      key: `crash-${turn}`,
      name: `Crash ${turn} end`,
    }))
    const answered = new Map<string, string>()
    const changed: string[] = []
    const send = async (url: string, { key: idempotencyKey, name }: { key: string; name: string }) => {
      const response = await fetch(`${url}/rest/contacts`, {
        method: 'POST',
        headers: {
          authorization: key,
          'content-type': 'application/json',
          'idempotency-key': idempotencyKey,
        },
        body: JSON.stringify({ full_name: name }),
      })
      return {
        status: response.status,
        text: await response.text(),
        replayed: response.headers.get('idempotent-replayed'),
      }
    }
    for (const dieAfter of [5, 30, 60]) {
      const node = await startServerProcess({ ...storage, close: async () => {} }, { LOG_LEVEL: 'silent' })
      let done = 0
      let dead: Promise<void> | null = null
      await Promise.allSettled(
        bodies.map(async (body) => {
          const { status, text, replayed } = await send(node.url, body)
          if (status !== 201) return
          const known = answered.get(body.key)
          if (known !== undefined && (replayed !== 'true' || text !== known)) changed.push(body.key)
          answered.set(body.key, text)
          if (++done === dieAfter) dead = node.kill()
        }),
      )
      assert.ok(dead)
      await dead
      await letLeasesEnd(storage)
    }
    const node = await startServerProcess({ ...storage, close: async () => {} }, { LOG_LEVEL: 'silent' })
    try {
      for (const body of bodies) {
        const { status, text } = await send(node.url, body)
        assert.equal(status, 201, text)
        // What was answered before the crash is what is answered after it.
        assert.equal(text, answered.get(body.key) ?? text)
      }
      const list = await fetch(`${node.url}/rest/contacts?per_page=200`, { headers: { authorization: key } })
      const { data } = (await list.json()) as { data: { name: string }[] }
      assert.deepEqual(data.map(({ name }) => name).sort(), bodies.map(({ name }) => name).sort())
      assert.deepEqual(changed, [])
    } finally {
      await node.stop()
    }
  })

  if (engine.name === 'postgres') {
    it('is one for two servers of the same database', async () => {
      const node = await startServerProcess(
        { ...server.storage, close: async () => {} },
        { LOG_LEVEL: 'silent' },
      )
      try {
        const { key } = server.acme
        const sendTo = (url: string, idempotencyKey: string) =>
          fetch(`${url}/rest/contacts`, {
            method: 'POST',
            headers: {
              authorization: key,
              'content-type': 'application/json',
              'idempotency-key': idempotencyKey,
            },
            body: '{"full_name":"Two Nodes"}',
          })
        const statuses: number[] = []
        for (let round = 0; round < 5; round++) {
          const urls = Array.from({ length: 10 }, (_, turn) => (turn % 2 ? node.url : server.url))
          const answers = await Promise.all(urls.map((url) => sendTo(url, `nodes-${round}`)))
          statuses.push(...answers.map(({ status }) => status))
          assert.ok(answers.some(({ status }) => status === 201))
        }
        assert.deepEqual(
          statuses.filter((status) => status !== 201 && status !== 409),
          [],
        )
        const made = await server.acme.api.all('/contacts?search=Two Nodes')
        assert.equal(made.length, 5)
        const replay = await sendTo(node.url, 'nodes-0')
        assert.equal(replay.headers.get('idempotent-replayed'), 'true')
      } finally {
        await node.stop()
      }
    })
  }
})

/** As if a minute had passed since the crash. */
async function letLeasesEnd(storage: OpenEngine): Promise<void> {
  const engine = await openEngine(
    readConfig({
      LATCHKEY_DATA: storage.directory,
      ...(storage.url ? { DATABASE_URL: storage.url } : {}),
    }),
  )
  try {
    await engine.transaction((tx) =>
      tx.updateTable('idempotency_keys').set({ claimed_until: 0 }).where('status', 'is', null).execute(),
    )
  } finally {
    await engine.close()
  }
}
