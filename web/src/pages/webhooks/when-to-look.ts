import type { Delivery } from '../../api/deliveries.ts'

const soon = 2_000
const later = 30_000

/** In how many milliseconds a delivery that waits may have moved on; false where none waits. */
export function whenToLook(deliveries: readonly Delivery[], now = Date.now()): number | false {
  const waiting = deliveries.filter(({ status }) => status === 'pending')
  if (waiting.length === 0) return false
  const isDue = waiting.some(
    ({ next_attempt_at }) => next_attempt_at !== null && Date.parse(next_attempt_at) - now < later,
  )
  return isDue ? soon : later
}
