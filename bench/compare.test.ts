import assert from 'node:assert/strict'
import { it } from 'node:test'
import { compare } from './compare.ts'

/** Times as a busy machine has them: most near each other, some very late. The same at every run. */
function times(count: number, { seed, shift = 0 }: { seed: number; shift?: number }): number[] {
  let state = seed
  const next = () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return state / 2_147_483_648
  }
  return Array.from({ length: count }, () => 100 + 10 * next() + (next() < 0.05 ? 2_000 * next() : 0) + shift)
}

it('finds none between two samples of the same, however late some are', () => {
  const { longer, error, between } = compare(times(2_000, { seed: 1 }), times(2_000, { seed: 2 }))
  assert.ok(Math.abs(longer - 0.5) < 3.5 * error, String(longer))
  assert.ok(between[0] < 0 && between[1] > 0, String(between))
})

it('finds a difference of one in a hundred', () => {
  const { longer, error, difference } = compare(
    times(2_000, { seed: 1, shift: 1 }),
    times(2_000, { seed: 2 }),
  )
  assert.ok(longer - 0.5 > 3.5 * error, String(longer))
  assert.ok(difference > 0)
})

it('counts what is the same as neither', () => {
  assert.equal(compare([1, 1, 1], [1, 1, 1]).longer, 0.5)
  assert.equal(compare([2, 2], [1, 1]).longer, 1)
  assert.equal(compare([1, 1], [2, 2]).longer, 0)
})
