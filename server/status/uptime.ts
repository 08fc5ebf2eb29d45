/** A stretch of time in which a process served: from its start to the last heartbeat that the database took. */
export interface Run {
  /** Milliseconds since 1970, as all times here. */
  startedAt: number
  lastSeenAt: number
  ended: Ending
}

/** `graceful`: it was stopped. `database`: it ran on, but the database took no heartbeat. null: it was cut off, or runs. */
export type Ending = 'graceful' | 'database' | null

/** `outage`: nobody ran, and nobody had said so before. */
export type IncidentKind = 'outage' | 'maintenance' | 'database'

export interface Incident {
  kind: IncidentKind
  startedAt: number
  /** null while it lasts. */
  endedAt: number | null
  /** Milliseconds, so far. */
  duration: number
}

export interface Day {
  /** `2026-11-25`, in UTC. */
  date: string
  /** Milliseconds of the day that were watched; 0 before the first start ever and after now. */
  measured: number
  /** Of these, how many nobody served. */
  down: number
  /** Of these, how many because the server had been stopped on purpose. */
  maintenance: number
}

export interface Uptime {
  /** The first start that is known; null before any. */
  measuredSince: number | null
  measured: number
  down: number
  /** The last 90 days of UTC, the oldest first. */
  days: Day[]
  /** Those that reach into the 90 days, the newest first. */
  incidents: Incident[]
}

export const shownDays = 90
/** A heartbeat that is later than this is missing. They come once a minute. */
export const lateAfter = 120_000

const dayLength = 86_400_000

/**
 * What heartbeats tell of the last 90 days. The server was up whenever any process served; every moment between
 * the first start and now that none covers is downtime. A process that was cut off counts until its last
 * heartbeat, so such an outage may be told up to a minute too long, never too short.
 *
 * @param isDown the database does not answer, so no heartbeat is to be waited for
 */
export function uptimeOf(runs: readonly Run[], options: { now: number; isDown?: boolean }): Uptime {
  const { now, isDown = false } = options
  const known = runs
    .filter(({ startedAt }) => startedAt <= now)
    .map((run) => ({ ...run, lastSeenAt: Math.min(now, Math.max(run.startedAt, run.lastSeenAt)) }))
    .sort((one, other) => one.startedAt - other.startedAt || one.lastSeenAt - other.lastSeenAt)
  const measuredSince = known[0]?.startedAt ?? null
  const firstDay = Math.floor(now / dayLength) * dayLength - (shownDays - 1) * dayLength
  const incidents = gapsIn(known, now, isDown).filter(({ endedAt }) => (endedAt ?? now) > firstDay)
  const days = Array.from({ length: shownDays }, (_, at) =>
    dayOf(firstDay + at * dayLength, { incidents, measuredSince, now }),
  )
  return {
    measuredSince,
    measured: sum(days.map((day) => day.measured)),
    down: sum(days.map((day) => day.down)),
    days,
    incidents: incidents.reverse(),
  }
}

/** With two decimals, rounded down, so that 100 means that nothing was missed; null where nothing was measured. */
export function percentUp({ measured, down }: Pick<Day, 'measured' | 'down'>): number | null {
  if (measured === 0) return null
  if (down === 0) return 100
  return Math.min(9_999, Math.floor(((measured - down) / measured) * 10_000)) / 100
}

function gapsIn(runs: readonly Run[], now: number, isDown: boolean): Incident[] {
  const [first, ...others] = runs
  if (!first) return []
  const incidents: Incident[] = []
  let last = first
  for (const run of others) {
    if (run.startedAt > last.lastSeenAt) incidents.push(gap(last, run.startedAt, now))
    if (run.lastSeenAt >= last.lastSeenAt) last = run
  }
  const silence = now - last.lastSeenAt
  if (isDown ? silence > 0 : silence > lateAfter) incidents.push(gap(last, null, now))
  return incidents
}

/** Who left last tells why nobody was there. */
function gap(last: Run, endedAt: number | null, now: number): Incident {
  const startedAt = last.lastSeenAt
  return { kind: kinds[last.ended ?? 'cut off'], startedAt, endedAt, duration: (endedAt ?? now) - startedAt }
}

const kinds = { graceful: 'maintenance', database: 'database', 'cut off': 'outage' } as const

interface Watched {
  incidents: readonly Incident[]
  measuredSince: number | null
  now: number
}

function dayOf(start: number, { incidents, measuredSince, now }: Watched): Day {
  const from = Math.max(start, measuredSince ?? Number.POSITIVE_INFINITY)
  const to = Math.min(start + dayLength, now)
  const within = (one: Incident) =>
    Math.max(0, Math.min(one.endedAt ?? now, to) - Math.max(one.startedAt, from))
  return {
    date: new Date(start).toISOString().slice(0, 10),
    measured: Math.max(0, to - from),
    down: sum(incidents.map(within)),
    maintenance: sum(incidents.filter(({ kind }) => kind === 'maintenance').map(within)),
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0)
}
