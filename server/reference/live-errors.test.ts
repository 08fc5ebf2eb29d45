import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { operations } from '../resources/operations.ts'
import { openApiDocument } from './openapi.ts'
import { type ResponseChecker, responseChecker } from './response-checker.ts'
import { type ReferenceServer, startReferenceServer } from './testing.ts'

let server: ReferenceServer
let check: ResponseChecker

before(async () => {
  server = await startReferenceServer()
  const all = operations(() => Promise.reject(new Error('not called')))
  check = responseChecker(openApiDocument(all, { publicUrl: server.url }))
})
after(() => server.close())

async function send(method: string, path: string, headers: Record<string, string> = {}, body?: string) {
  const authorization = `Bearer ${server.key}`
  const response = await fetch(server.url + path, {
    method,
    headers: { authorization, ...headers },
    ...(body && { body }),
  })
  const text = await response.text()
  const seen = {
    method,
    path,
    status: response.status,
    headers: response.headers,
    body: text && JSON.parse(text),
  }
  assert.deepEqual(check(seen), [])
  return seen
}

const json = { 'content-type': 'application/json' }
const unknown = '0197a1c2-5b1e-7c3a-9d40-2f6b8e1a7c55'

const cases: [
  status: number,
  method: string,
  path: string,
  headers?: Record<string, string>,
  body?: string,
][] = [
  [400, 'GET', '/rest/contacts?page=0'],
  [400, 'GET', '/rest/contacts/abc'],
  [400, 'GET', '/rest/contacts?colour=red', { prefer: 'handling=strict' }],
  [400, 'POST', '/rest/deals', json, '{}'],
  [400, 'POST', '/rest/contacts', json, '{'],
  [401, 'GET', '/rest/contacts', { authorization: 'Bearer nonsense' }],
  [404, 'GET', `/rest/contacts/${unknown}`],
  [404, 'GET', '/rest/nope'],
  [405, 'DELETE', '/rest/contacts'],
  [413, 'POST', '/rest/contacts', json, JSON.stringify({ name: 'x'.repeat(1_100_000) })],
  [415, 'POST', '/rest/contacts', { 'content-type': 'text/csv' }, 'name\nRosa'],
]

for (const [status, method, path, headers, body] of cases) {
  test(`${method} ${path.slice(0, 60)} ${JSON.stringify(body?.slice(0, 20) ?? '')} answers ${status} as documented`, async () => {
    const seen = await send(method, path, headers, body)
    assert.equal(seen.status, status)
    const { type, code } = seen.body
    assert.equal(type, `/api_docs/errors/${code}`)
  })
}

test('conditional requests answer as documented', async () => {
  const made = await send('POST', '/rest/contacts', json, '{"full_name": "Rosa Field"}')
  const path = `/rest/contacts/${made.body.data.id}`
  const etag = made.headers.get('etag') ?? ''
  assert.equal((await send('GET', path, { 'if-none-match': etag })).status, 304)
  assert.equal((await send('PATCH', path, { ...json, 'if-match': 'W/"99-x"' }, '{"tags": []}')).status, 412)
  assert.equal((await send('DELETE', path, { 'if-match': etag })).status, 204)
  assert.equal((await send('GET', path)).status, 404)
  assert.equal((await send('POST', `${path}/restore`)).status, 200)
})

test('a conflict answers as documented', async () => {
  assert.equal((await send('POST', '/rest/tags', json, '{"name": "vip"}')).status, 201)
  assert.equal((await send('POST', '/rest/tags', json, '{"name": "VIP"}')).status, 409)
})
