const minute = 60_000
const hour = 60 * minute
const waits = [minute, 5 * minute, 30 * minute, 2 * hour, 6 * hour]
const longestTry = 24 * hour

/** How long a claim is held. Longer than any transport waits, so that a living attempt is never doubled. */
export const lease = 3 * minute

/** How much of a refusal is kept. */
export const longestReason = 500

/** When it is tried again after this attempt, in milliseconds since 1970, or null when it is given up: after a day. */
export function nextAttempt(given: { attempt: number; createdAt: number; at: number }): number | null {
  const { attempt, createdAt, at } = given
  const next = at + (waits[Math.min(attempt, waits.length) - 1] ?? 0)
  return next - createdAt > longestTry ? null : next
}
