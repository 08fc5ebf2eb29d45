import type { Delivery } from '../../api/deliveries.ts'

const soon = 2_000
const later = 30_000
/** Longer than a receiver has to answer. */
const attemptTakes = 20_000

type Waiting = Pick<Delivery, 'status' | 'next_attempt_at' | 'updated_at'>

/** In how many milliseconds a delivery that waits may have moved on; false where none waits. */
export function whenToLook(deliveries: readonly Waiting[], now = Date.now()): number | false {
  const waiting = deliveries.filter(({ status }) => status === 'pending')
  if (waiting.length === 0) return false
  // During an attempt the next one is far off already, so what has just changed may be under way.
  const mayMove = waiting.some(
    ({ next_attempt_at, updated_at }) =>
      now - Date.parse(updated_at) < attemptTakes ||
      (next_attempt_at !== null && Date.parse(next_attempt_at) - now < later),
  )
  return mayMove ? soon : later
}
