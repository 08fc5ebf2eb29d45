import assert from 'node:assert/strict'
import { it } from 'node:test'
import { standingMs } from '../../server/http/gate.ts'
import { startApi } from '../api/server.ts'
import { forEachEngine } from '../support/engines.ts'

const token = 'a token of the metrics'
const clients = 24

forEachEngine((engine) => {
  const server = startApi(engine, async () => ({ REQUESTS_AT_ONCE: '2', METRICS_TOKEN: token }))

  const get = (path: string, bearer: string) =>
    fetch(`${server.url}${path}`, { headers: { authorization: `Bearer ${bearer}` } })

  /** Many clients of one account, each of which asks again as soon as it has its answer, until `isOver`. */
  async function flood(key: string, isOver: () => boolean, answered: (response: Response) => void) {
    const ask = async () => {
      while (!isOver()) {
        const response = await get('/rest/contacts', key)
        if (response.status === 200) await response.arrayBuffer()
        answered(response)
      }
    }
    await Promise.all(Array.from({ length: clients }, ask))
  }

  it('refuses the account that floods it, lets the others in, and says how it is', async () => {
    const { acme, other } = server
    // Whoever was answered once is known.
    for (const { api } of [acme, other]) assert.equal((await api.get('/contacts')).status, 200)
    const refusals: Response[] = []
    const first = Promise.withResolvers<void>()
    let isOver = false
    const begun = performance.now()
    const flooding = flood(
      acme.key,
      () => isOver || performance.now() - begun > 30_000,
      (response) => {
        if (response.status !== 503) return void assert.equal(response.status, 200)
        refusals.push(response)
        if (refusals.length === 50) first.resolve()
      },
    )
    await Promise.race([first.promise, flooding])
    const others = []
    for (let at = 0; at < 5; at++) others.push((await get('/rest/contacts', other.key)).status)
    const states = []
    for (const path of ['/healthz', '/readyz']) states.push((await fetch(server.url + path)).status)
    const metrics = await (await get('/metrics', token)).text()
    isOver = true
    await flooding
    assert.deepEqual(others, [200, 200, 200, 200, 200])
    assert.deepEqual(states, [200, 200])
    assert.ok(performance.now() - begun > standingMs)
    assert.ok(Number(metrics.match(/^latchkey_http_requests_shed_total (\d+)/m)?.[1]) >= 50)
    const [refusal] = refusals
    assert.ok(refusal)
    assert.match(refusal.headers.get('retry-after') ?? '', /^[123]$/)
    assert.equal(refusal.headers.get('content-type'), 'application/problem+json; charset=utf-8')
    assert.equal(refusal.headers.get('x-content-type-options'), 'nosniff')
    const body = (await refusal.json()) as Record<string, unknown>
    assert.equal(body.code, 'overloaded')
    assert.equal(body.request_id, refusal.headers.get('x-request-id'))
    // It has room again, so nobody is refused, although it was too much a moment ago.
    for (let at = 0; at < 3; at++) assert.equal((await acme.api.get('/contacts')).status, 200)
  })
})
