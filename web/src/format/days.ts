/** When a day such as `2026-03-01` begins on the clock of the time zone, as ISO 8601; null when it is no day. */
export function startOfDay(day: string, timeZone: string): string | null {
  const midnight = Date.parse(`${day}T00:00:00Z`)
  if (!/^\d{4}-\d\d-\d\d$/.test(day) || Number.isNaN(midnight)) return null
  // The offset of the moment itself counts, which differs from the first guess near a change of the clocks.
  const guess = midnight - offsetAt(midnight, timeZone)
  return new Date(midnight - offsetAt(guess, timeZone)).toISOString()
}

/** The day after, as `2026-03-02`. */
export function dayAfter(day: string): string {
  const next = Date.parse(`${day}T00:00:00Z`) + 24 * 60 * 60 * 1000
  return Number.isNaN(next) ? day : new Date(next).toISOString().slice(0, 10)
}

/** How far the clock of the time zone is ahead of UTC, in milliseconds. */
function offsetAt(time: number, timeZone: string): number {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  }).formatToParts(time)
  const part = (type: string) => Number(parts.find((one) => one.type === type)?.value)
  const shown = Date.UTC(
    part('year'),
    part('month') - 1,
    part('day'),
    part('hour'),
    part('minute'),
    part('second'),
  )
  return shown - time
}
