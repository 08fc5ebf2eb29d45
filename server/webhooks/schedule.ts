const second = 1_000
const minute = 60 * second
const hour = 60 * minute

/** How long after each failed attempt the next one begins; after the last it is given up. */
export const waits = [
  5 * second,
  5 * minute,
  30 * minute,
  2 * hour,
  5 * hour,
  10 * hour,
  14 * hour,
  20 * hour,
  24 * hour,
] as const

/** A subscription to which nothing arrived for so long, although it was tried, is disabled. */
export const patience = 3 * 24 * hour

const jitter = 0.1
const longestRetryAfter = 24 * hour

/**
 * When it is tried again after this attempt, in milliseconds since 1970, or null when it is given up. Waits
 * vary by a tenth, so that what failed together does not come back together.
 * @param retryAfter milliseconds that the receiver asked for: it comes no earlier
 */
export function nextAttempt(given: {
  attempt: number
  at: number
  retryAfter: number | null
  random: () => number
}): number | null {
  const { attempt, at, retryAfter, random } = given
  const wait = waits[attempt - 1]
  if (wait === undefined) return null
  const varied = Math.round(wait * (1 - jitter + 2 * jitter * random()))
  return at + Math.max(varied, Math.min(retryAfter ?? 0, longestRetryAfter))
}

/** What a `Retry-After` means, in milliseconds from `at`: seconds or an HTTP date (RFC 9110 §10.2.3). */
export function readRetryAfter(header: string | undefined, at: number): number | null {
  const text = header?.trim() ?? ''
  if (/^\d{1,9}$/.test(text)) return Number(text) * second
  const time = /^[A-Za-z]{3},/.test(text) ? Date.parse(text) : Number.NaN
  return Number.isNaN(time) ? null : Math.max(0, time - at)
}
