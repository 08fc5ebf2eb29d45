import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Operation } from '../rest/operation.ts'
import { openApiDocument } from './openapi.ts'
import { surfaceOf } from './surface.ts'
import { swaggerDocument } from './swagger.ts'
import { type ReferenceServer, startReferenceServer } from './testing.ts'

const old: Operation = {
  id: 'listOldThings',
  method: 'GET',
  path: '/old_things',
  tag: 'Old things',
  summary: 'List old things',
  description: 'What there was before.',
  parameters: [],
  responses: [{ status: 200, description: 'Them.' }],
  access: 'read',
  need: null,
  deprecated: { since: '2026-12-01', sunset: '2027-12-01', instead: '`GET /things`' },
  handle: async () => ({ status: 200, body: { data: [] }, records: 0 }),
}

let server: ReferenceServer
before(async () => {
  server = await startReferenceServer({ extra: [old] })
})
after(() => server.close())

test('every response of a deprecated operation says since when and until when, errors too', async () => {
  for (const [status, authorization] of [
    [200, `Bearer ${server.key}`],
    [401, 'Bearer nonsense'],
  ] as const) {
    const response = await fetch(`${server.url}/extra/old_things`, { headers: { authorization } })
    assert.equal(response.status, status)
    assert.equal(response.headers.get('deprecation'), '@1796083200')
    assert.equal(response.headers.get('sunset'), 'Wed, 01 Dec 2027 00:00:00 GMT')
  }
  const other = await fetch(`${server.url}/rest/contacts`)
  assert.equal(other.headers.get('deprecation'), null)
})

test('the documents and the surface say that an operation is deprecated, and what to use', () => {
  const document = openApiDocument([old], { publicUrl: 'https://latchkey.example.org' })
  const { deprecated, description } = document.paths['/old_things']?.get ?? {}
  assert.equal(deprecated, true)
  assert.equal(
    description,
    'Deprecated since 2026-12-01; it goes on 2027-12-01. Use `GET /things` instead. What there was before.',
  )
  assert.match(JSON.stringify(swaggerDocument(document)), /"deprecated":true/)
  assert.match(surfaceOf(document), /^ {2}deprecated$/m)
})
