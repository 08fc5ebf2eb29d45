import assert from 'node:assert/strict'
import { it } from 'node:test'
import { hashKey } from '../../server/api-keys/key-at-rest.ts'
import { newKey } from '../../server/api-keys/key-format.ts'
import { newId } from '../../server/storage/ids.ts'
import { forEachEngine } from '../support/engines.ts'
import { startServerProcess } from '../support/server-process.ts'
import { type Exchange, listOf, problemOf } from './client.ts'
import { type ApiServer, startApi } from './server.ts'

const names = ['Requests-Limit', 'Requests-Count', 'Records-Limit', 'Records-Count']

function metric(exchange: Exchange, name: string): number {
  return Number(exchange.headers.get(`x-ratelimit-metric-${name}`))
}

forEachEngine((engine) => {
  const limited = startApi(engine)
  const shared = startApi(engine)

  it('says on every answer how much is used, whatever its status', async () => {
    const { api } = shared.acme
    const { id } = await api.made('/contacts', { full_name: 'Rosa' })
    const etag = (await api.get(`/contacts/${id}`)).headers.get('etag') ?? ''
    const answers = [
      await api.get('/contacts'),
      await api.get(`/contacts/${id}`, { 'if-none-match': etag }),
      await api.get('/nothing'),
      await api.get('/contacts/x'),
      await api.delete('/contacts'),
      await api.post('/contacts', '{', { 'content-type': 'application/json' }),
      await api.post('/contacts', '<a/>', { 'content-type': 'text/xml' }),
      await api.send('HEAD', '/contacts'),
      await api.delete(`/contacts/${id}`),
    ]
    assert.deepEqual(
      answers.map(({ status }) => status),
      [200, 304, 404, 400, 405, 400, 415, 200, 204],
    )
    for (const [at, exchange] of answers.entries()) {
      for (const name of names)
        assert.match(exchange.headers.get(`x-ratelimit-metric-${name}`) ?? '', /^\d+$/, name)
      assert.match(exchange.headers.get('ratelimit') ?? '', /^"requests";r=\d+;t=\d+$/)
      assert.match(exchange.headers.get('ratelimit-policy') ?? '', /^"requests";q=\d+;w=60/)
      const before = answers[at - 1]
      if (before) assert.equal(metric(exchange, 'requests-count'), metric(before, 'requests-count') + 1)
    }
  })

  it('serves the page that goes over the records, and refuses the next call with all that a client reads', async () => {
    const { api } = limited.acme
    await Promise.all(Array.from({ length: 30 }, (_, turn) => api.made('/tags', { name: `t${turn}` })))
    await limited.setBudgets(limited.acme, 1_000_000, 60)
    const first = await api.get('/tags?per_page=25')
    const used = metric(first, 'records-count')
    assert.ok(used >= 25)
    let last = first
    while (metric(last, 'records-count') < 60) {
      last = await api.get('/tags?per_page=25')
      assert.equal(listOf(last).length, 25)
    }
    assert.ok(metric(last, 'records-count') > 60)
    const before = await limited.rowCounts()
    for (const refused of [await api.get('/tags?per_page=1'), await api.post('/tags', { name: 'refused' })]) {
      const { error } = problemOf(refused, 429, 'rate_limited')
      assert.equal(error, 'Rate limit exceeded for records, please wait 1 minute before retrying')
      assert.equal(refused.headers.get('x-ratelimit-metric-error'), 'records')
      assert.match(refused.headers.get('x-ratelimit-retry-after') ?? '', /^[1-9]\d?$/)
      assert.equal(refused.headers.get('retry-after'), refused.headers.get('x-ratelimit-retry-after'))
      assert.ok(Number(refused.headers.get('retry-after')) <= 60)
      assert.equal(metric(refused, 'records-limit'), 60)
      for (const name of names) assert.match(refused.headers.get(`x-ratelimit-metric-${name}`) ?? '', /^\d+$/)
    }
    assert.deepEqual(await limited.rowCounts(), before)
    assert.equal((await limited.other.api.get('/tags')).status, 200)
  })

  it('counts one record for one record, a list for its records, and none for a refusal or a 304', async () => {
    const { api } = limited.other
    await limited.setBudgets(limited.other, 1_000_000, 1_000)
    const spent = async (work: () => Promise<Exchange>) => {
      const before = metric(await api.get('/contacts?search=nobody'), 'records-count')
      return metric(await work(), 'records-count') - before
    }
    const { id } = await api.made('/tags', { name: 'one' })
    await api.made('/tags', { name: 'two' })
    const etag = (await api.get(`/tags/${id}`)).headers.get('etag') ?? ''
    assert.equal(await spent(() => api.get(`/tags/${id}`)), 1)
    assert.equal(await spent(() => api.get('/tags')), 2)
    assert.equal(await spent(() => api.get('/tags?page=9')), 0)
    assert.equal(await spent(() => api.get('/tags/x')), 0)
    assert.equal(await spent(() => api.get(`/tags/${id}`, { 'if-none-match': etag })), 0)
  })

  it('refuses the request after the last of 100, and does not perform it', async () => {
    const { api } = shared.other
    await shared.setBudgets(shared.other, 100, 1_000)
    let used = metric(await api.get('/contacts'), 'requests-count')
    while (used < 100) used = metric(await api.get('/contacts'), 'requests-count')
    const before = await shared.rowCounts()
    const refused = await api.post('/contacts', { full_name: 'Too much' })
    const { error } = problemOf(refused, 429, 'rate_limited')
    assert.equal(error, 'Rate limit exceeded for requests, please wait 1 minute before retrying')
    assert.equal(refused.headers.get('x-ratelimit-metric-error'), 'requests')
    assert.deepEqual(await shared.rowCounts(), before)
    assert.equal((await shared.acme.api.get('/contacts')).status, 200)
  })

  it('is one for all keys of the account, and for its people', async () => {
    const second = shared.client({ authorization: await secondKey(shared) })
    const first = metric(await shared.acme.api.get('/contacts'), 'requests-count')
    assert.equal(metric(await second.get('/contacts'), 'requests-count'), first + 1)
    const person = shared.client(await shared.signedIn(shared.acme.email))
    assert.equal(metric(await person.get('/contacts'), 'requests-count'), first + 2)
  })

  it('has a budget of its own for a key, and tells of the one of which less is left', async () => {
    const key = shared.client({ authorization: await secondKey(shared, 5) })
    await shared.setBudgets(shared.acme, 1_000_000, null)
    for (const used of [1, 2, 3]) {
      const answer = await key.get('/contacts')
      assert.deepEqual([metric(answer, 'requests-limit'), metric(answer, 'requests-count')], [5, used])
      assert.match(answer.headers.get('ratelimit-policy') ?? '', /"requests";q=5;w=60/)
    }
    const batch = { operations: Array.from({ length: 4 }, () => ({ method: 'GET', path: '/contacts' })) }
    problemOf(await key.post('/batch', batch), 429, 'rate_limited')
    assert.equal(metric(await key.get('/contacts'), 'requests-count'), 5)
    const account = metric(await shared.acme.api.get('/contacts'), 'requests-count')
    for (const _ of [1, 2]) {
      const refused = await key.get('/contacts')
      problemOf(refused, 429, 'rate_limited')
      assert.equal(refused.headers.get('x-ratelimit-metric-error'), 'requests')
      assert.match(refused.headers.get('ratelimit') ?? '', /^"requests";r=0;t=\d+$/)
    }
    const after = await shared.acme.api.get('/contacts')
    assert.equal(
      metric(after, 'requests-count'),
      account + 1,
      'what is refused to a key costs the account nothing',
    )

    await shared.setBudgets(shared.acme, account + 3, null)
    const wide = shared.client({ authorization: await secondKey(shared, 1_000) })
    const tight = await wide.get('/contacts')
    assert.deepEqual([metric(tight, 'requests-limit'), tight.status], [account + 3, 200])
    await wide.get('/contacts')
    problemOf(await wide.get('/contacts'), 429, 'rate_limited')
    await shared.setBudgets(shared.acme, 1_000_000, null)
  })

  if (engine.name === 'postgres') {
    it('is one for two servers of the same database', async () => {
      const node = await startServerProcess(
        { ...shared.storage, close: async () => {} },
        { LOG_LEVEL: 'silent' },
      )
      try {
        const there = async () => {
          const response = await fetch(`${node.url}/rest/contacts`, {
            headers: { authorization: shared.acme.key },
          })
          return Number(response.headers.get('x-ratelimit-metric-requests-count'))
        }
        const here = metric(await shared.acme.api.get('/contacts'), 'requests-count')
        assert.equal(await there(), here + 1)
        assert.equal(metric(await shared.acme.api.get('/contacts'), 'requests-count'), here + 2)
        const counts = await Promise.all(Array.from({ length: 10 }, () => there()))
        assert.deepEqual(
          counts.sort((a, b) => a - b),
          counts.map((_, at) => here + 3 + at),
        )
        const key = await secondKey(shared, 2)
        const statuses = []
        for (const url of [node.url, shared.url, node.url]) {
          statuses.push((await fetch(`${url}/rest/contacts`, { headers: { authorization: key } })).status)
        }
        assert.deepEqual(statuses, [200, 200, 429])
      } finally {
        await node.stop()
      }
    })
  }
})

/** Another key of the account. */
async function secondKey(server: ApiServer, requestsPerMinute: number | null = null): Promise<string> {
  const text = newKey('live')
  const { accountId } = server.acme
  await server.running.engine.transaction(async (tx) => {
    const row = await tx
      .selectFrom('api_keys')
      .selectAll()
      .where('account_id', '=', accountId)
      .executeTakeFirstOrThrow()
    const id = newId()
    await tx
      .insertInto('api_keys')
      .values({ ...row, id, name: 'Second', is_main: null, requests_per_minute: requestsPerMinute })
      .execute()
    await tx
      .insertInto('api_key_hashes')
      .values({ hash: hashKey(text), account_id: accountId, key_id: id })
      .execute()
  })
  return text
}
