/** When a day such as `2026-03-01` begins on the clock of the time zone, as ISO 8601; null when it is no day. */
export function startOfDay(day: string, timeZone: string): string | null {
  return /^\d{4}-\d\d-\d\d$/.test(day) ? momentAt(`${day}T00:00`, timeZone) : null
}

/** When the clock of the time zone shows `2026-03-01T14:05`, as ISO 8601; null when it is no time. */
export function momentAt(shown: string, timeZone: string): string | null {
  const wanted = Date.parse(`${shown}:00Z`)
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d$/.test(shown) || Number.isNaN(wanted)) return null
  // The offset of the moment itself counts, which differs from the first guess near a change of the clocks.
  const guess = wanted - offsetAt(wanted, timeZone)
  return new Date(wanted - offsetAt(guess, timeZone)).toISOString()
}

/** What the clock of the time zone shows at a time in milliseconds since 1970, as `2026-03-01T14:05`. */
export function shownAt(time: number, timeZone: string): string {
  return new Date(time + offsetAt(time, timeZone)).toISOString().slice(0, 16)
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
