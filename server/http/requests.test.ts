import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { after, before, it } from 'node:test'
import { type Person, setUpCompany } from '../../test/support/admin.ts'
import { type OpenEngine, openEngine } from '../../test/support/engines.ts'
import { type ServerProcess, startServerProcess } from '../../test/support/server-process.ts'

type Line = Record<string, unknown> & { req?: { method: string; path: string } }

let storage: OpenEngine
let server: ServerProcess
let person: Person
let key: string
let keyId: string

before(async () => {
  storage = await openEngine('sqlite')

  server = await startServerProcess(storage, { LOG_LEVEL: 'info' })

  person = await setUpCompany(server.url)
  key = String((await person.request('POST', '/api/rest-access/enable')).body.secret)
  const { body } = await person.request('GET', '/api/rest-access')
  keyId = String((body.key as { id: string } | undefined)?.id ?? '')
})

after(async () => {
  await server.kill()
  await storage.close()
})

/** The one line of the request with this id. */
async function lineOf(id: string): Promise<Line> {
  await server.logged(new RegExp(`"reqId":"${id}".*"msg":"request"`))
  const lines = server.logs().split('\n')
  const own = lines.filter((line) => line.includes(`"reqId":"${id}"`) && line.includes('"msg":"request"'))
  assert.equal(own.length, 1)
  return JSON.parse(own[0] ?? '')
}

async function ask(path: string, options: RequestInit & { headers: Record<string, string> }): Promise<Line> {
  const id = crypto.randomUUID()
  const response = await fetch(`${server.url}${path}`, {
    ...options,
    headers: { ...options.headers, 'x-request-id': id },
  })
  await response.arrayBuffer()
  return lineOf(id)
}

it('writes of a request with a key: account, key, route, status, time and bytes, and not what was asked', async () => {
  const query = 'search=rosa.diaz%40example.com&q%5Bfull_name%5D=Rosa'
  const line = await ask(`/rest/v1/contacts?${query}`, { headers: { authorization: `Bearer ${key}` } })
  const { account, ms, bytes, ...rest } = line
  assert.match(String(account), /^[0-9a-f-]{36}$/)
  assert.ok(Number(ms) > 0 && Number(bytes) > 200, JSON.stringify(line))
  assert.deepEqual(
    [rest.req, rest.route, rest.status, rest.key, rest.user],
    [{ method: 'GET', path: '/rest/v1/contacts' }, '/rest/contacts', 200, keyId, undefined],
  )
  assert.doesNotMatch(server.logs(), /rosa|Rosa/)
})

it('writes of a request with a cookie who is signed in, of the API and of the app', async () => {
  const headers = { cookie: person.cookie() }
  const asked = await ask('/rest/contacts', { headers })
  const managed = await ask('/api/rest-access', { headers })
  assert.match(String(asked.user), /^[0-9a-f-]{36}$/)
  assert.equal(asked.key, undefined)
  assert.deepEqual([managed.user, managed.account], [asked.user, asked.account])
})

it('writes the template of a route, and none of what no route has', async () => {
  const headers = { authorization: `Bearer ${key}` }
  const missing = await ask('/rest/contacts/0190a3a0-0000-7000-8000-000000000000', { headers })
  assert.deepEqual([missing.route, missing.status], ['/rest/contacts/:id', 404])
  const unknown = await ask('/rest/nothing/of/this', { headers })
  assert.deepEqual([unknown.route, unknown.status], ['unknown', 404])
})

it('writes of a request whose client went away as well', async () => {
  const id = crypto.randomUUID()
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1')
  const head = [
    'GET /rest/events/stream HTTP/1.1',
    'host: here',
    `authorization: Bearer ${key}`,
    `x-request-id: ${id}`,
  ]
  socket.write(`${head.join('\r\n')}\r\n\r\n`)
  await once(socket, 'data')
  socket.destroy()
  const line = await lineOf(id)
  assert.deepEqual([line.aborted, line.route, line.key], [true, '/rest/events/stream', keyId])
})
