import assert from 'node:assert/strict'
import { once } from 'node:events'
import { request as httpRequest } from 'node:http'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterEach, it } from 'node:test'
import { type Person, setUpCompany } from '../support/admin.ts'
import { forEachEngine } from '../support/engines.ts'
import { type ServerProcess, startServerProcess } from '../support/server-process.ts'

const notReady = /Not ready any more/

forEachEngine((engine) => {
  let server: ServerProcess | undefined
  const begin = async (settings: Record<string, string>) => {
    server = await startServerProcess(await engine.open(), settings)
    return server
  }
  afterEach(() => server?.kill())

  it('is not ready while it still serves, then stops', async () => {
    const { url, terminate, logged, ended } = await begin({ STOP_DELAY: '2' })
    assert.deepEqual(await ready(url), { status: 200, retryAfter: null, body: { status: 'ready' } })
    terminate()
    await logged(notReady)
    assert.deepEqual(await ready(url), { status: 503, retryAfter: '5', body: { status: 'stopping' } })
    const served = await fetch(`${url}/api/session`)
    assert.equal(served.status, 200)
    assert.equal(served.headers.get('connection'), 'close', 'the next connection may go elsewhere')
    assert.equal((await fetch(`${url}/healthz`)).status, 200, 'the process lives')
    assert.equal(await ended, 0)
  })

  // What follows is the same code whatever keeps the data.
  if (engine.name !== 'sqlite') return

  it('lets a request under way end, and ends idle connections and streams', async () => {
    const { url, terminate, ended } = await begin({})
    const key = await keyOf(await setUpCompany(url))
    const idle = connect(Number(new URL(url).port), '127.0.0.1')
    idle.write('GET /healthz HTTP/1.1\r\nhost: here\r\n\r\n')
    await once(idle, 'data')
    const stream = await fetch(`${url}/rest/events/stream`, { headers: { authorization: `Bearer ${key}` } })
    const followed = stream.text()
    const slow = await halfSent(url, key)
    terminate()
    await once(idle, 'close')
    assert.match(await followed, /^retry: 3000\n\n[\s\S]*retry: \d+\n: the server stops; connect again/)
    slow.request.end('Rosa"}')
    const response = await slow.answered
    assert.equal(response.statusCode, 201, await text(response))
    assert.equal(await ended, 0)
  })

  it('waits for no longer than it was told, and says what was left', async () => {
    const { url, terminate, ended, logs } = await begin({ STOP_TIMEOUT: '1' })
    const key = await keyOf(await setUpCompany(url))
    const slow = await halfSent(url, key)
    slow.answered.catch(() => {})
    terminate()
    assert.equal(await ended, 1)
    assert.match(logs(), /had not ended within STOP_TIMEOUT: 1 × POST \/rest\/contacts/)
    assert.match(logs(), /"requests":\{"POST \/rest\/contacts":1\},"jobs":\[\]/)
  })
})

async function ready(url: string) {
  const response = await fetch(`${url}/readyz`)
  return {
    status: response.status,
    retryAfter: response.headers.get('retry-after'),
    body: await response.json(),
  }
}

async function keyOf(person: Person): Promise<string> {
  return String((await person.request('POST', '/api/rest-access/enable')).body.secret)
}

/** A request that the server has, but for the end of its body. */
async function halfSent(url: string, key: string) {
  const headers = {
    authorization: `Bearer ${key}`,
    'content-type': 'application/json',
    'content-length': 22,
    expect: '100-continue',
  }
  const request = httpRequest(`${url}/rest/contacts`, { method: 'POST', headers })
  const answered = once(request, 'response').then(([response]) => response)
  request.flushHeaders()
  await once(request, 'continue')
  request.write('{"first_name": "')
  return { request, answered }
}
