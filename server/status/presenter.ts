import type { State, Status } from './status.ts'
import { type Incident, type IncidentKind, percentUp } from './uptime.ts'

/** As many incidents as are shown; the days count all. */
export const mostIncidents = 100

/** `GET /status.json`. Times are UTC, durations seconds, percentages rounded down. */
export function presentStatus({ state, parts, checkedAt, uptime }: Status) {
  return {
    status: state,
    checked_at: isoTime(checkedAt),
    time_zone: 'UTC',
    parts: parts.map(({ name, state: own }) => ({ name, status: own })),
    measured_since: uptime.measuredSince === null ? null : isoTime(uptime.measuredSince),
    uptime_percent: percentUp(uptime),
    days: uptime.days.map((day) => ({
      date: day.date,
      uptime_percent: percentUp(day),
      measured_seconds: seconds(day.measured),
      downtime_seconds: seconds(day.down),
      maintenance_seconds: seconds(day.maintenance),
    })),
    incidents_count: uptime.incidents.length,
    incidents: uptime.incidents.slice(0, mostIncidents).map(presentIncident),
  }
}

export const stateSentences: Record<State, string> = {
  operational: 'All parts are operational',
  degraded: 'Reading works, but nothing can be saved just now',
  down: 'The database cannot be reached, so the API is down',
}

export const kindNames: Record<IncidentKind, string> = {
  outage: 'Outage',
  maintenance: 'Maintenance',
  database: 'Database',
}

function presentIncident({ kind, startedAt, endedAt, duration }: Incident) {
  return {
    kind,
    started_at: isoTime(startedAt),
    ended_at: endedAt === null ? null : isoTime(endedAt),
    duration_seconds: seconds(duration),
  }
}

function seconds(milliseconds: number): number {
  return Math.round(milliseconds / 1000)
}

function isoTime(at: number): string {
  return new Date(at).toISOString().replace(/\.\d+Z$/, 'Z')
}
