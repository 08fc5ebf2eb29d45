import assert from 'node:assert/strict'
import { test } from 'node:test'
import { version } from 'uuid'
import { newId, parseId } from './ids.ts'

test('makes ids that only grow, also when the clock goes back', (t) => {
  t.mock.timers.enable({ apis: ['Date'], now: Date.parse('2027-05-01T12:00:00Z') })
  const ids: string[] = []
  for (const at of [0, 1, 1_000, -60_000, 1_001]) {
    t.mock.timers.setTime(Date.parse('2027-05-01T12:00:00Z') + at)
    for (let count = 0; count < 2_000; count++) ids.push(newId())
  }
  assert.deepEqual(ids, [...new Set(ids)].sort())
  assert.deepEqual(new Set(ids.map((id) => `${version(id)} ${parseId(id) === id}`)), new Set(['7 true']))
  // What follows the counter is random in each.
  assert.equal(new Set(ids.map((id) => id.slice(-10))).size, ids.length)
})
