/** "3 Mar 2026" on the calendar of the time zone. */
export function formatDate(time: string, timeZone: string): string {
  return format(time, { day: 'numeric', month: 'short', year: 'numeric', timeZone })
}

/** "3 Mar 2026, 14:05" on the clock of the time zone. */
export function formatDateTime(time: string, timeZone: string): string {
  return format(time, {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    timeZone,
  })
}

/** "3 Mar 2026, 14:05:09" on the clock of the time zone. */
export function formatMoment(time: string, timeZone: string): string {
  return format(time, {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    timeZone,
  })
}

/** "2 minutes ago" for up to a week back, the date before that. */
export function formatAgo(time: string, timeZone: string, now = Date.now()): string {
  const seconds = Math.max(0, (now - new Date(time).getTime()) / 1000)
  if (seconds < 60) return 'just now'
  const relative = new Intl.RelativeTimeFormat('en', { numeric: 'always' })
  if (seconds < 3600) return relative.format(-Math.floor(seconds / 60), 'minute')
  if (seconds < 86_400) return relative.format(-Math.floor(seconds / 3600), 'hour')
  if (seconds < 7 * 86_400) return relative.format(-Math.floor(seconds / 86_400), 'day')
  return formatDate(time, timeZone)
}

function format(time: string, options: Intl.DateTimeFormatOptions): string {
  const date = new Date(time)
  if (Number.isNaN(date.getTime())) return time
  return new Intl.DateTimeFormat('en-GB', options).format(date)
}
