import assert from 'node:assert/strict'
import { it } from 'node:test'
import { newKey } from '../api-keys/key-format.ts'
import { loggablePath } from './log.ts'
import { requestId } from './request-id.ts'

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/

function idFor(given: string | string[] | undefined): string {
  return requestId({ headers: { 'x-request-id': given } as Record<string, string | undefined> })
}

it('is taken over from a well-formed header', () => {
  for (const given of ['a', 'job-7/step.2:a_b', 'f81d4fae-7dec-11d0-a765-00a0c91e6bf6', 'x'.repeat(128)])
    assert.equal(idFor(given), given)
})

it('is a new one where the header is missing, odd, too long, or a key', () => {
  for (const given of [
    undefined,
    '',
    '-a',
    'a b',
    'a\r\nb',
    'é',
    'x'.repeat(129),
    '<script>',
    newKey('live'),
    `a/${newKey('test')}`,
  ])
    assert.match(idFor(given), uuid)
  assert.notEqual(idFor(undefined), idFor(undefined))
})

it('stands in the log beside a path without query, key or secret', () => {
  assert.equal(loggablePath('/rest/contacts?search=rosa@example.com'), '/rest/contacts')
  const key = newKey('live')
  assert.ok(!loggablePath(`/rest/${key}/x`).includes(key))
  assert.ok(!loggablePath(`/rest/${encodeURIComponent(key).replace('_', '%5F')}`).includes(key.slice(-8)))
  assert.equal(loggablePath('/api/invitations/s3cret/accept'), '/api/invitations/[id]/accept')
})
