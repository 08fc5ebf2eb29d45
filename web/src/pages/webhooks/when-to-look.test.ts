import assert from 'node:assert/strict'
import { test } from 'node:test'
import { whenToLook } from './when-to-look.ts'

const now = Date.parse('2026-03-01T12:00:00Z')
const longAgo = '2026-03-01T10:00:00Z'
const waits = (next_attempt_at: string | null, updated_at = longAgo) =>
  ({ status: 'pending', next_attempt_at, updated_at }) as const

test('nobody looks again where nothing waits', () => {
  assert.equal(whenToLook([{ ...waits(null), status: 'delivered' }], now), false)
})

test('what is about to be sent or under way is looked for soon, a retry in hours is not', () => {
  assert.equal(whenToLook([waits('2026-03-01T12:00:05Z'), waits(null)], now), 2_000)
  assert.equal(whenToLook([waits('2026-03-01T12:01:00Z', '2026-03-01T11:59:59Z')], now), 2_000)
  assert.equal(whenToLook([waits('2026-03-01T14:00:00Z')], now), 30_000)
})
