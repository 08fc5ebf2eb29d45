import assert from 'node:assert/strict'
import { it } from 'node:test'
import { corsHeaders, preflightHeaders } from './cors.ts'

it('lets a page of an allowed origin read the answer, and no other', () => {
  const allowed = ['https://app.example']
  assert.equal(
    corsHeaders('https://app.example', allowed)['access-control-allow-origin'],
    'https://app.example',
  )
  for (const origin of ['https://evil.example', 'https://app.example.evil', 'null', undefined])
    assert.deepEqual(corsHeaders(origin, allowed), { vary: 'Origin' })
  assert.deepEqual(corsHeaders('https://app.example', []), { vary: 'Origin' })
})

it('answers any origin alike where all are allowed, and for errors that name no account', () => {
  for (const allowed of [['*'], null])
    assert.equal(corsHeaders('https://any.example', allowed)['access-control-allow-origin'], '*')
})

it('shows a page the headers that clients read', () => {
  const exposed = corsHeaders('https://a.example', ['*'])['access-control-expose-headers']?.split(', ') ?? []
  for (const name of [
    'ETag',
    'Link',
    'Location',
    'Retry-After',
    'X-Request-Id',
    'X-Ignored-Params',
    'X-RateLimit-Retry-After',
  ])
    assert.ok(exposed.includes(name), name)
})

it('never allows cookies', () => {
  const all = [
    preflightHeaders(),
    corsHeaders('https://a.example', ['*']),
    corsHeaders('https://a.example', ['https://a.example']),
  ]
  for (const headers of all) assert.equal(headers['access-control-allow-credentials'], undefined)
})

it('lets a preflight announce the headers and methods of the API', () => {
  const headers = preflightHeaders()
  for (const name of ['Authorization', 'Content-Type', 'If-Match', 'Prefer'])
    assert.ok(headers['access-control-allow-headers']?.split(', ').includes(name))
  assert.deepEqual(headers['access-control-allow-methods']?.split(', '), [
    'GET',
    'POST',
    'PUT',
    'PATCH',
    'DELETE',
  ])
})
