import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { RestKey } from '../../api/rest-access.ts'
import { everyScope } from '../rest-access/scopes.ts'
import { changesOf, fieldsFrom, type KeyValues, problemsIn, valuesFrom } from './key-values.ts'

const moment = { zone: 'America/Chicago', now: Date.parse('2026-11-28T15:00:00Z') }

const key: RestKey = {
  id: '1',
  name: 'Accounting',
  is_main: false,
  masked: 'lk_live_••••7Qx2',
  last_four: '7Qx2',
  status: 'active',
  created_at: '2026-11-01T00:00:00.000Z',
  created_by: { name: 'Ann Ash' },
  last_rotated_at: null,
  previous_works_until: null,
  last_used_at: null,
  last_used_from: null,
  expires_at: null,
  disabled_at: null,
  exposed_at: null,
  scopes: everyScope,
  pipeline_ids: null,
  process_type_ids: null,
  allowed_addresses: [],
  requests_per_minute: null,
  requests: [],
}

/** A form as somebody filled it in. */
const filled = (values: Partial<KeyValues> = {}): KeyValues => ({
  ...valuesFrom(),
  name: 'Accounting',
  access: 'read_only',
  expires: 'never',
  ...values,
})

test('a key comes back from the form as it went in', () => {
  const kinds: Partial<RestKey>[] = [
    {},
    { scopes: ['*:read'] },
    { scopes: ['*:read', 'deals:write'] },
    { scopes: ['deals:read', 'deals:delete'], pipeline_ids: ['a', 'b'], process_type_ids: [] },
    { expires_at: '2026-12-24T11:37:12.000Z' },
    { allowed_addresses: ['192.0.2.7', '2001:db8::/32'], requests_per_minute: 60 },
  ]
  for (const kind of kinds) {
    const existing = { ...key, ...kind }
    const fields = fieldsFrom(valuesFrom(existing), moment, existing)
    assert.deepEqual({ ...existing, ...fields }, existing)
  }
})

test('nothing of what matters is chosen beforehand, and each says what is missing', () => {
  const problems = problemsIn(valuesFrom(), moment)
  assert.deepEqual(Object.keys(problems), ['name', 'access', 'expires'])
  assert.deepEqual(problemsIn(filled(), moment), {})
})

test('a choice without anything chosen is refused', () => {
  const values = filled({ access: 'chosen', pipelines: 'chosen', process_types: 'chosen', expires: 'date' })
  assert.deepEqual(Object.keys(problemsIn(values, moment)), [
    'scopes',
    'pipeline_ids',
    'process_type_ids',
    'expires_on',
  ])
})

test('a day of the past is refused, today is not', () => {
  assert.ok(problemsIn(filled({ expires: 'date', expires_on: '2026-11-27' }), moment).expires_on)
  assert.deepEqual(problemsIn(filled({ expires: 'date', expires_on: '2026-11-28' }), moment), {})
})

test('days are counted on the clock of the account, to the end of the last one', () => {
  const until = (values: Partial<KeyValues>) => fieldsFrom(filled(values), moment).expires_at
  assert.equal(until({ expires: '30' }), '2026-12-29T06:00:00.000Z')
  assert.equal(until({ expires: 'date', expires_on: '2026-12-01' }), '2026-12-02T06:00:00.000Z')
  assert.equal(until({ expires: 'never' }), null)
})

test('addresses are read line by line and only once', () => {
  const { allowed_addresses } = fieldsFrom(
    filled({ allowed_addresses: ' 192.0.2.7\n\n2001:db8::/32, 192.0.2.7' }),
    moment,
  )
  assert.deepEqual(allowed_addresses, ['192.0.2.7', '2001:db8::/32'])
})

test('a budget is a whole number or nothing', () => {
  for (const wrong of [0, 1.5, 'many']) {
    assert.ok(problemsIn(filled({ requests_per_minute: wrong }), moment).requests_per_minute, String(wrong))
  }
  assert.equal(fieldsFrom(filled({ requests_per_minute: '60' }), moment).requests_per_minute, 60)
})

test('only what is different is sent as a change', () => {
  const existing = { ...key, expires_at: '2026-11-01T05:00:00.000Z', allowed_addresses: ['192.0.2.7'] }
  const values = { ...valuesFrom(existing), name: 'Books' }
  assert.deepEqual(changesOf(fieldsFrom(values, moment, existing), existing), { name: 'Books' })
})
