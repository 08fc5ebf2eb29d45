import type { DayCount } from '../../api/rest-access.ts'
import classes from './key-chart.module.css'
import { dayWords, requestsWords } from './requests-words.ts'

const height = 24
const step = 4
const ground = 1

/** A bar a day. A day with any request at all has a bar that can be seen. */
export function KeyChart({ requests }: { requests: readonly DayCount[] }) {
  const most = Math.max(1, ...requests.map(({ count }) => count))
  const width = requests.length * step
  return (
    <svg
      className={classes.chart}
      viewBox={`0 0 ${width} ${height}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={requestsWords(requests)}
    >
      <rect className={classes.ground} y={height - ground} width={width} height={ground} />
      {requests.map((day, at) => {
        const bar = day.count === 0 ? 0 : Math.max(2, (day.count / most) * (height - ground))
        return (
          <g key={day.date}>
            <rect className={classes.bar} x={at * step} y={height - bar} width={step - 1} height={bar} />
            <rect className={classes.day} x={at * step} width={step} height={height}>
              <title>{dayWords(day)}</title>
            </rect>
          </g>
        )
      })}
    </svg>
  )
}
