import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { pagePolicy } from '../security-headers.ts'
import { kindNames, mostIncidents, stateSentences } from './presenter.ts'
import type { Status } from './status.ts'
import { type Day, type Incident, percentUp, shownDays, type Uptime } from './uptime.ts'

const style = readFileSync(new URL('./page/status.css', import.meta.url), 'utf8')

/** Nothing but the page itself and its style is loaded; no script runs. */
export const statusPolicy = pagePolicy({
  style: `'sha256-${createHash('sha256').update(style).digest('base64')}'`,
  img: 'data:',
})

/** `GET /status`. Every text in it is this program's own. */
export function statusPage({ state, parts, checkedAt, uptime }: Status): string {
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>Latchkey status: ${state}</title>
    <link rel="icon" href="data:,">
    <style>${style}</style>
  </head>
  <body>
    <main>
      <h1>Latchkey status</h1>
      <p class="banner ${state}"><strong>${stateSentences[state]}.</strong> Checked ${timeTag(checkedAt)} UTC.</p>
      <h2>Now</h2>
      <ul class="parts">
${parts.map((part) => `        <li>${part.name} <span class="state ${part.state}">${part.state}</span></li>`).join('\n')}
      </ul>
      <h2>Last ${shownDays} days</h2>
${history(uptime)}
      <h2>Incidents</h2>
${incidents(uptime.incidents)}
      <footer>
        <p>
          All times are UTC. Uptime is measured by a heartbeat that the server writes into its database once a
          minute, and rounded down. An outage counts from the last heartbeat, so it may be told up to a minute
          too long.
        </p>
        <p><a href="/status.json">status.json</a> <a href="/api_docs">API reference</a></p>
      </footer>
    </main>
  </body>
</html>
`
}

function history(uptime: Uptime): string {
  const percent = percentUp(uptime)
  if (percent === null || uptime.measuredSince === null) return '      <p>Nothing has been measured yet.</p>'
  return `      <p><strong class="percent">${percent} %</strong> up, measured since ${timeTag(uptime.measuredSince)}.</p>
      <ol class="days" aria-hidden="true">
${uptime.days.map(bar).join('\n')}
      </ol>
      <p class="ends"><span>${dateText(uptime.days[0])}</span> <span>Today</span></p>
      <ul class="legend">
        <li><i class="up"></i> No downtime</li>
        <li><i class="maintenance"></i> Maintenance</li>
        <li><i class="some"></i> Downtime</li>
        <li><i class="bad"></i> Below 99 %</li>
        <li><i class="none"></i> No data</li>
      </ul>
      <details>
        <summary>Day by day</summary>
        <table>
          <thead><tr><th>Day</th><th>Uptime</th><th>Downtime</th></tr></thead>
          <tbody>
${uptime.days.toReversed().map(row).join('\n')}
          </tbody>
        </table>
      </details>`
}

function bar(day: Day): string {
  return `        <li class="${colour(day)}" title="${dateText(day)}: ${percentText(day)}"></li>`
}

function row(day: Day): string {
  const down = day.down > 0 ? durationText(day.down) : ''
  return `            <tr><td>${dateText(day)}</td><td>${percentText(day)}</td><td>${down}</td></tr>`
}

function percentText(day: Day): string {
  const percent = percentUp(day)
  return percent === null ? 'no data' : `${percent} %`
}

function colour(day: Day): string {
  const percent = percentUp(day)
  if (percent === null) return 'none'
  if (day.down === 0) return 'up'
  if (day.down === day.maintenance) return 'maintenance'
  return percent < 99 ? 'bad' : 'some'
}

function incidents(all: readonly Incident[]): string {
  if (all.length === 0) return '      <p>None.</p>'
  const shown = all.slice(0, mostIncidents)
  const more =
    all.length > shown.length ? `\n      <p>${all.length - shown.length} older ones are not shown.</p>` : ''
  return `      <ul class="incidents">
${shown.map(incident).join('\n')}
      </ul>${more}`
}

function incident({ kind, startedAt, endedAt, duration }: Incident): string {
  const end = endedAt === null ? 'now, it lasts' : timeTag(endedAt)
  return `        <li><span class="kind ${kind}">${kindNames[kind]}</span> <span>${timeTag(startedAt)} to ${end}</span> <span class="duration">${durationText(duration)}</span></li>`
}

const dayFormat = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeZone: 'UTC' })
const timeFormat = new Intl.DateTimeFormat('en-GB', {
  dateStyle: 'medium',
  timeStyle: 'medium',
  timeZone: 'UTC',
})

function timeTag(at: number): string {
  return `<time datetime="${new Date(at).toISOString()}">${timeFormat.format(at)}</time>`
}

function dateText(day: Day | undefined): string {
  return day ? dayFormat.format(Date.parse(day.date)) : ''
}

/** The two largest units: `2 h 5 min`. */
function durationText(milliseconds: number): string {
  const total = Math.max(1, Math.round(milliseconds / 1000))
  const parts = [
    [Math.floor(total / 86_400), 'd'],
    [Math.floor(total / 3_600) % 24, 'h'],
    [Math.floor(total / 60) % 60, 'min'],
    [total % 60, 's'],
  ] as const
  const first = parts.findIndex(([count]) => count > 0)
  return parts
    .slice(first, first + 2)
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count} ${unit}`)
    .join(' ')
}
