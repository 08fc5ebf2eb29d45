import { setTimeout as wait } from 'node:timers/promises'
import type { Engine } from '../storage/engine.ts'
import { createHeartbeat, type Heartbeat, type HeartbeatOptions } from './heartbeat.ts'
import { type KeptRun, readRuns } from './runs.ts'
import { type Uptime, uptimeOf } from './uptime.ts'

/** `degraded`: the database answers but takes no writes. */
export type State = 'operational' | 'degraded' | 'down'

export interface Status {
  state: State
  parts: { name: string; state: State }[]
  /** Milliseconds since 1970. */
  checkedAt: number
  uptime: Uptime
}

export interface StatusSource {
  /** How it is now and how it was. Asked often, the database is read once in five seconds. It never rejects. */
  current(): Promise<Status>
  /** From here on the uptime is measured. */
  start(): Promise<void>
  stop(): Promise<void>
}

export interface StatusOptions extends HeartbeatOptions {
  heartbeat?: Heartbeat
  /** How long the database may take to answer, in milliseconds. */
  patience?: number
}

const keptMs = 5_000

export function createStatus(options: StatusOptions): StatusSource {
  const { engine, now = Date.now, heartbeat = createHeartbeat(options), patience = 3_000 } = options
  const history = historyOf(engine, patience)
  let kept: { at: number; status: Promise<Status> } | null = null

  async function look(): Promise<Status> {
    const answered = await history.refresh()
    const state = answered ? (heartbeat.isFailing ? 'degraded' : 'operational') : 'down'
    const at = now()
    return {
      state,
      parts: [
        { name: 'API', state },
        { name: 'Database', state },
      ],
      checkedAt: at,
      uptime: uptimeOf(withOwn(history.runs(), heartbeat, state), { now: at, isDown: state === 'down' }),
    }
  }

  return {
    current() {
      if (!kept || now() - kept.at >= keptMs || now() < kept.at) kept = { at: now(), status: look() }
      return kept.status
    },
    async start() {
      await heartbeat.start()
      // So that the past can be shown even if the database is out of reach when somebody first asks.
      await history.refresh()
    },
    stop: () => heartbeat.stop(),
  }
}

/** The run of this process is known here better than it was when the others were read. */
function withOwn(runs: readonly KeptRun[], { run, isFailing }: Heartbeat, state: State): KeptRun[] {
  if (!run) return [...runs]
  const own: KeptRun = { ...run, ended: isFailing || state === 'down' ? 'database' : null }
  return [...runs.filter(({ id }) => id !== own.id), own]
}

/** The runs as they were last read, and whether the database still answers. */
function historyOf(engine: Engine, patience: number) {
  let known: KeptRun[] = []
  let pending: Promise<boolean> | null = null
  const read = async () => {
    try {
      known = await readRuns(engine)
      return true
    } catch {
      return false
    } finally {
      pending = null
    }
  }
  return {
    runs: () => known,
    /** A read that hangs is waited for once more, and no second one is begun beside it. */
    async refresh(): Promise<boolean> {
      pending ??= read()
      const patient = new AbortController()
      const late = wait(patience, false, { ref: false, signal: patient.signal }).catch(() => false)
      try {
        return await Promise.race([pending, late])
      } finally {
        patient.abort()
      }
    },
  }
}
