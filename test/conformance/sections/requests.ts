import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { describe, it } from 'node:test'
import { dataOf, ids, problemOf, describe as told } from '../api.ts'
import type { Suite } from '../suite.ts'

/** What goes beside the records: headers, conditions, repeats (`contract.md` §1). */
export function requests({ api, world }: Suite): void {
  describe('conditional requests', () => {
    it('read a record once until it changes', async () => {
      const { id } = await api.made('/contacts', { full_name: `${world().mark} read` })
      const path = `/contacts/${id}`
      const etag = (await api.get(path)).headers.get('etag') ?? ''
      assert.match(etag, /^W\/"[^"]+"$/)
      const again = await api.get(path, { headers: { 'if-none-match': etag } })
      assert.deepEqual([again.status, again.text, again.headers.get('etag')], [304, '', etag])
      await api.patch(path, { company_name: world().mark })
      assert.equal((await api.get(path, { headers: { 'if-none-match': etag } })).status, 200)
    })

    it('write over no change of others', async () => {
      const { id } = await api.made('/contacts', { full_name: `${world().mark} written` })
      const path = `/contacts/${id}`
      const headers = { 'if-match': (await api.get(path)).headers.get('etag') ?? '' }
      assert.equal((await api.put(path, { company_name: 'First' }, { headers })).status, 200)
      problemOf(await api.put(path, { company_name: 'Second' }, { headers }), 412, 'precondition_failed')
      problemOf(await api.delete(path, { headers }), 412, 'precondition_failed')
      assert.equal((await api.one(path)).company_name, 'First')
      const latest = { 'if-match': (await api.get(path)).headers.get('etag') ?? '' }
      assert.equal((await api.delete(path, { headers: latest })).status, 204)
    })
  })

  describe('headers', () => {
    it('trace a request by an id that may be given', async () => {
      const given = `conformance-${randomUUID()}`
      const headers = { 'x-request-id': given }
      assert.equal((await api.get('/info/account', { headers })).headers.get('x-request-id'), given)
      assert.equal(problemOf(await api.get('/nothing', { headers }), 404).request_id, given)
      const made = (await api.get('/info/account')).headers.get('x-request-id')
      assert.notEqual(made, (await api.get('/info/account')).headers.get('x-request-id'))
    })

    it('name the dated version of the API', async () => {
      assert.match((await api.get('/info/account')).headers.get('api-version') ?? '', /^\d{4}-\d{2}-\d{2}$/)
    })

    it('count requests and records against their budgets', async () => {
      const budget = (headers: Headers, name: string) => {
        const text = headers.get(`x-ratelimit-metric-${name}`) ?? ''
        assert.match(text, /^\d+$/, name)
        return Number(text)
      }
      const { headers } = await api.get('/pipelines?per_page=2')
      for (const name of ['requests-limit', 'requests-count', 'records-limit', 'records-count'])
        budget(headers, name)
      assert.ok(budget(headers, 'requests-count') <= budget(headers, 'requests-limit'))
      assert.match(headers.get('ratelimit-policy') ?? '', /^"requests";q=\d+;w=60/)
      assert.match(headers.get('ratelimit') ?? '', /^"requests";r=\d+;t=\d+/)
    })

    it('let a page of an allowed site read the answers', async () => {
      const origin = 'https://addin.example.com'
      const { url, key } = api.target
      const preflight = await fetch(`${url}/rest/deals`, {
        method: 'OPTIONS',
        headers: { origin, 'access-control-request-method': 'POST' },
      })
      assert.equal(preflight.status, 204)
      assert.match(preflight.headers.get('access-control-allow-methods') ?? '', /PATCH/)
      assert.match(preflight.headers.get('access-control-allow-headers') ?? '', /authorization/i)
      const answer = await fetch(`${url}/rest/info/account`, { headers: { origin, authorization: key } })
      assert.match(answer.headers.get('vary') ?? '', /origin/i)
      const allowed = answer.headers.get('access-control-allow-origin')
      assert.ok([null, '*', origin].includes(allowed), String(allowed))
      assert.equal(answer.headers.get('access-control-allow-credentials'), null)
    })
  })

  describe('an idempotency key', () => {
    it('makes a repeat answer as the first time, and makes nothing twice', async () => {
      const headers = { 'idempotency-key': randomUUID() }
      const body = { deal: { pipeline_id: world().one.pipelines?.id, name: `${world().mark} once` } }
      const first = await api.post('/deals', body, { headers })
      assert.equal(first.status, 201, told(first))
      const second = await api.post('/deals', body, { headers })
      assert.deepEqual([second.status, second.body], [201, first.body])
      assert.deepEqual(
        [first, second].map((answer) => answer.headers.get('idempotent-replayed')),
        [null, 'true'],
      )
      const name = encodeURIComponent(`${world().mark} once`)
      assert.deepEqual(ids(await api.list(`/deals?name=${name}`)), [dataOf(first).id])
    })

    it('is refused for another request', async () => {
      const headers = { 'idempotency-key': randomUUID() }
      const path = `/contacts/${world().one.contacts?.id}`
      assert.equal((await api.patch(path, { address: 'One' }, { headers })).status, 200)
      problemOf(await api.patch(path, { address: 'Two' }, { headers }), 422, 'idempotency_key_reused')
      problemOf(await api.delete(path, { headers }), 422, 'idempotency_key_reused')
      assert.equal((await api.one(path)).address, 'One')
    })

    it('works with DELETE', async () => {
      const { id } = await api.made('/tags', { name: `${world().mark} once` })
      const headers = { 'idempotency-key': randomUUID() }
      assert.equal((await api.delete(`/tags/${id}`, { headers })).status, 204)
      const again = await api.delete(`/tags/${id}`, { headers })
      assert.deepEqual([again.status, again.headers.get('idempotent-replayed')], [204, 'true'])
    })
  })
}
