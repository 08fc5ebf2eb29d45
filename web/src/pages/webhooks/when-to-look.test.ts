import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Delivery } from '../../api/deliveries.ts'
import { whenToLook } from './when-to-look.ts'

const now = Date.parse('2026-03-01T12:00:00Z')
const waits = (next_attempt_at: string | null) => ({ status: 'pending', next_attempt_at }) as Delivery

test('nobody looks again where nothing waits', () => {
  assert.equal(whenToLook([{ status: 'delivered' } as Delivery], now), false)
})

test('what is about to be sent is looked for soon, a retry in hours is not', () => {
  assert.equal(whenToLook([waits('2026-03-01T12:00:05Z'), waits(null)], now), 2_000)
  assert.equal(whenToLook([waits('2026-03-01T14:00:00Z')], now), 30_000)
})
