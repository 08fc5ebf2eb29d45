import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ApiError } from '../errors/api-error.ts'
import { parseKeyChange, parseNewKey, parseOverlap } from './key.body.ts'
import { newKey } from './key-format.ts'

const at = Date.parse('2026-03-01T00:00:00Z')

test('every limit is taken in its one form', () => {
  const id = '0197A1C2-5B1E-7C3A-9D40-2F6B8E1A7C55'
  const { fields, problems } = parseNewKey(
    {
      name: ' Zürich – 郵便 ',
      scopes: ['*:read', 'tasks:write'],
      pipeline_ids: [],
      process_type_ids: [id, id.toLowerCase()],
      expires_at: '2026-03-01T01:00:00+00:30',
      allowed_addresses: ['2001:DB8::1/128'],
      requests_per_minute: null,
    },
    at,
  )
  assert.deepEqual(problems, [])
  assert.deepEqual(fields, {
    name: 'Zürich – 郵便',
    scopes: ['*:read', 'tasks:write'],
    pipelineIds: [],
    processTypeIds: [id.toLowerCase()],
    expiresAt: at + 30 * 60_000,
    allowedAddresses: ['2001:db8::1'],
    requestsPerMinute: null,
  })
})

test('what cannot be a field says why', () => {
  const wrong: [string, unknown, RegExp][] = [
    ['name', '   ', /must be 1 to 80 characters/],
    ['name', 'n'.repeat(81), /must be 1 to 80 characters/],
    ['name', 7, /must be 1 to 80 characters/],
    ['name', 'two\nlines', /cannot be shown/],
    ['name', 'right\u202eleft', /cannot be shown/],
    ['name', `the ${newKey('live')}`, /must not hold a key/],
    ['scopes', [], /at least one scope/],
    ['scopes', 'deals:read', /must be a list/],
    ['scopes', ['deals:read', 'deals:all'], /holds "deals:all", which is no scope/],
    ['scopes', ['deals:read', 'toString:read'], /holds "toString:read"/],
    ['scopes', ['reports:read', 'reports:write'], /holds reports:write, but reports can only be read/],
    ['scopes', ['*:read', 'users:delete'], /holds users:delete, but users can only be read/],
    ['scopes', ['tasks:read', 'deals:delete'], /holds deals:delete without deals:read/],
    ['pipeline_ids', 'all', /must be null for all, or a list/],
    ['pipeline_ids', [7], /holds 7, which is no id/],
    ['expires_at', '2026-03-01', /a time such as/],
    ['expires_at', '2026-03-01T10:00:00', /a time such as/],
    ['expires_at', 1_900_000_000, /a time such as/],
    ['expires_at', '2026-13-01T10:00:00Z', /a time such as/],
    ['expires_at', '2027-02-31T10:00:00Z', /a time such as/],
    ['expires_at', '2026-03-01T00:00:00Z', /must lie in the future/],
    ['allowed_addresses', null, /must be a list of addresses/],
    ['allowed_addresses', ['10.0.0.0/8', 'office'], /holds "office"; an address looks like/],
    ['allowed_addresses', Array.from({ length: 101 }, () => '10.0.0.1'), /more than 100/],
    ['requests_per_minute', 1.5, /whole number/],
    ['requests_per_minute', '60', /whole number/],
    ['is_main', true, /is no field of a key/],
    ['__proto__', {}, /is no field of a key/],
    ['constructor', {}, /is no field of a key/],
  ]
  for (const [field, value, why] of wrong) {
    const body = JSON.parse(`{${JSON.stringify(field)}: ${JSON.stringify(value)}}`)
    const [problem, ...others] = parseKeyChange(body, at).problems
    assert.equal(others.length, 0)
    assert.equal(problem?.param, field)
    assert.match(problem?.message ?? '', why)
  }
})

test('a body that is no object is refused as a whole', () => {
  for (const body of [null, [], 'name', 7, undefined]) {
    assert.throws(
      () => parseKeyChange(body, at),
      (error) => error instanceof ApiError && error.code === 'invalid_body',
    )
  }
})

test('an overlap is none, an hour or a day', () => {
  assert.deepEqual([undefined, null, {}, { previous_key_works_for: 0 }].map(parseOverlap), [0, 0, 0, 0])
  assert.equal(parseOverlap({ previous_key_works_for: 3_600 }), 3_600_000)
  assert.equal(parseOverlap({ previous_key_works_for: 86_400 }), 86_400_000)
  for (const body of [{ previous_key_works_for: '3600' }, { previous_key_works_for: 1 }, { other: 1 }]) {
    assert.throws(
      () => parseOverlap(body),
      (error) => error instanceof ApiError && error.code === 'invalid_field',
    )
  }
})
