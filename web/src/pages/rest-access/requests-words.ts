import type { DayCount } from '../../api/rest-access.ts'
import { countOf } from '../../format/lists.ts'
import { formatDate } from '../../format/times.ts'

export function totalOf(requests: readonly DayCount[]): number {
  return requests.reduce((sum, { count }) => sum + count, 0)
}

/** What the chart shows, for those who cannot see it. */
export function requestsWords(requests: readonly DayCount[]): string {
  const total = totalOf(requests)
  const days = countOf(requests.length, 'day')
  if (total === 0) return `No requests in ${days}`
  const most = requests.reduce((one, other) => (other.count > one.count ? other : one))
  return `${countOf(total, 'request')} in ${days}, most on ${dayWords(most)}`
}

/** "3 Mar 2026: 120". */
export const dayWords = ({ date, count }: DayCount) =>
  `${formatDate(date, 'UTC')}: ${count.toLocaleString('en-US')}`
