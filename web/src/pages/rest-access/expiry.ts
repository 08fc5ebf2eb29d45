import { dayAfter, shownAt, startOfDay } from '../../format/days.ts'
import { countOf } from '../../format/lists.ts'
import { formatDate, formatDateTime } from '../../format/times.ts'

const dayMs = 24 * 60 * 60 * 1000
const soonDays = 14

/** Today, or so many days from now, on the calendar of the time zone, as `2026-03-01`. */
export function dayIn(days: number, timeZone: string, now = Date.now()): string {
  let day = shownAt(now, timeZone).slice(0, 10)
  for (let passed = 0; passed < days; passed++) day = dayAfter(day)
  return day
}

/** When a key ends that works to the end of that day, as ISO 8601; null when it is no day. */
export function endOfDay(day: string, timeZone: string): string | null {
  return startOfDay(dayAfter(day), timeZone)
}

/** `2026-03-01`, the last day on which something works that ends at that time. */
export function lastDay(expiresAt: string, timeZone: string): string {
  return shownAt(Date.parse(expiresAt) - 1, timeZone).slice(0, 10)
}

/** "the end of 28 Dec 2026", or "28 Dec 2026, 14:05" for a time within a day. */
export function untilWords(expiresAt: string, timeZone: string): string {
  const day = lastDay(expiresAt, timeZone)
  const isMidnight = endOfDay(day, timeZone) === new Date(expiresAt).toISOString()
  return isMidnight ? `the end of ${formatDate(day, 'UTC')}` : formatDateTime(expiresAt, timeZone)
}

/** "Until the end of 28 Dec 2026", with "in 3 days" where that is soon; null when it never ends. */
export function expiryWords(expiresAt: string | null, timeZone: string, now = Date.now()): string | null {
  if (expiresAt === null) return null
  const left = Date.parse(expiresAt) - now
  if (left <= 0) return `Expired on ${formatDate(lastDay(expiresAt, timeZone), 'UTC')}`
  const until = `Until ${untilWords(expiresAt, timeZone)}`
  const days = Math.ceil(left / dayMs)
  return days <= soonDays
    ? `${until}, ${days === 1 ? 'in less than a day' : `in ${countOf(days, 'day')}`}`
    : until
}
