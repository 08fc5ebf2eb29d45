import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ApiError, problemBody } from '../errors/api-error.ts'
import { operations } from '../resources/operations.ts'
import { openApiDocument } from './openapi.ts'
import { responseChecker, type SeenResponse } from './response-checker.ts'

const all = operations(() => Promise.reject(new Error('no database here')))
const document = openApiDocument(all, { publicUrl: 'https://latchkey.example.org' })
const check = responseChecker(document)

const id = '0197a1c2-5b1e-7c3a-9d40-2f6b8e1a7c55'
const headers = { 'x-request-id': 'r1', 'api-version': '2026-11-23', 'content-type': 'application/json' }
const tag = {
  id,
  name: 'vip',
  record_count: 3,
  created_at: '2026-03-01T09:30:00Z',
  updated_at: '2026-03-01T09:30:00Z',
}
const good: SeenResponse = {
  method: 'GET',
  path: `/rest/tags/${id}?x=1`,
  status: 200,
  headers,
  body: { data: tag },
}

function problem(
  code: ConstructorParameters<typeof ApiError>[0],
  change: Partial<SeenResponse> = {},
): SeenResponse {
  const error = new ApiError(code, 'It is so')
  return {
    ...good,
    status: error.status,
    headers: { ...headers, 'content-type': 'application/problem+json; charset=utf-8' },
    body: problemBody(error, 'r1'),
    ...change,
  }
}

test('what is documented passes', () => {
  assert.deepEqual(check(good), [])
  assert.deepEqual(check({ ...good, path: good.path.replace('/rest', '/rest/v1') }), [])
  assert.deepEqual(check({ ...good, method: 'HEAD', body: '' }), [])
  assert.deepEqual(check({ ...good, status: 304, body: undefined }), [])
  assert.deepEqual(check(problem('not_found')), [])
  assert.deepEqual(check(problem('method_not_allowed', { method: 'POST' })), [])
  assert.deepEqual(check(problem('not_found', { path: '/rest/nope' })), [])
})

const wrong: [string, SeenResponse, RegExp][] = [
  [
    'a field too many',
    { ...good, body: { data: { ...tag, secret: 1 } } },
    /additional properties \(secret\)/,
  ],
  ['a field too few', { ...good, body: { data: { id } } }, /required property 'name'/],
  ['a bad format', { ...good, body: { data: { ...tag, created_at: 'today' } } }, /format "date-time"/],
  ['another status', { ...good, status: 202 }, /does not document the status 202/],
  ['another path', { ...good, path: '/rest/nope' }, /not documented, but answers 200/],
  ['another method', { ...good, method: 'POST' }, /not documented, but answers 200/],
  ['a path outside', { ...good, path: '/api/people' }, /not under \/rest/],
  ['another media type', { ...good, headers: { ...headers, 'content-type': 'text/html' } }, /"text\/html"/],
  [
    'no request id',
    { ...good, headers: { ...headers, 'x-request-id': undefined } },
    /X-Request-Id is missing/,
  ],
  [
    'a bad header',
    { ...good, headers: { ...headers, 'retry-after': '1', 'api-version': 'x' } },
    /Api-Version/,
  ],
  ['a body with 304', { ...good, status: 304 }, /without a body/],
  ['a status that is not that of the code', problem('not_found', { status: 400 }), /says status 404/],
  [
    'another request id',
    problem('not_found', {
      headers: { ...problem('not_found').headers, 'x-request-id': 'r2' } as SeenResponse['headers'],
    }),
    /request_id/,
  ],
  ['an error of another shape', problem('not_found', { body: { error: 'no' } }), /required property 'code'/],
]

for (const [name, seen, expected] of wrong) {
  test(`${name} is a violation`, () => {
    assert.match(check(seen).join('\n'), expected)
  })
}
