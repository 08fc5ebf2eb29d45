import { setTimeout as wait } from 'node:timers/promises'
import type { FastifyBaseLogger } from 'fastify'
import { troubleWith } from '../storage/commits.ts'
import type { Engine } from '../storage/engine.ts'
import { newId } from '../storage/ids.ts'
import { beginRun, type KeptRun, noteRun, tidyRuns } from './runs.ts'
import { lateAfter } from './uptime.ts'

/** Writes down once a minute that this process serves and that its database takes writes. */
export interface Heartbeat {
  /** This process's own run, as far as the database has taken it; null before the first. */
  readonly run: KeptRun | null
  /** Whether the last heartbeat could not be written. */
  readonly isFailing: boolean
  /** Writes the first heartbeat, and from then on one a minute. It never rejects. */
  start(): Promise<void>
  /** Notes that the process was stopped on purpose. It never rejects. */
  stop(): Promise<void>
  /** Writes one now. It never rejects. */
  beat(): Promise<void>
}

export interface HeartbeatOptions {
  engine: Engine
  log: Pick<FastifyBaseLogger, 'warn' | 'info'>
  /** Milliseconds since 1970. */
  now?: () => number
}

const everyMs = 60_000
/** After a failure it is tried more often, so that the end of an outage is known soon. */
const retryMs = 5_000
const tidyEveryMs = 86_400_000

export function createHeartbeat({ engine, log, now = Date.now }: HeartbeatOptions): Heartbeat {
  const stopping = new AbortController()
  let run: KeptRun | null = null
  let isFailing = false
  let watching: Promise<void> | null = null
  let tidiedAt = 0
  let pause = new AbortController()
  /** So that the status tells of it at once, and of its end a few seconds after it. */
  const troubled = () => pause.abort()

  /** One after the other: what one finds decides what the next writes. */
  let latest: Promise<void> = Promise.resolve()
  function beat(): Promise<void> {
    latest = latest.then(beatOnce)
    return latest
  }

  async function beatOnce(): Promise<void> {
    const at = now()
    try {
      const goesOn = run !== null && !isFailing && at - run.lastSeenAt <= lateAfter
      if (run && goesOn && (await noteRun(engine, run.id, at))) run.lastSeenAt = at
      else run = await begin(at)
      if (isFailing) log.info({}, 'The database takes heartbeats again')
      // Written, but only after so long that nobody was served meanwhile.
      isFailing = now() - at > lateAfter
    } catch (error) {
      if (!isFailing) log.warn({ err: error }, 'The database took no heartbeat; it is tried again')
      isFailing = true
    }
  }

  /** Anew at the start, when the database is back, and when the process itself stood still. */
  async function begin(at: number): Promise<KeptRun> {
    const id = newId()
    const previous = run && { id: run.id, ended: isFailing ? ('database' as const) : null }
    await beginRun(engine, { id, at, previous })
    return { id, startedAt: at, lastSeenAt: at, ended: null }
  }

  async function tidy(): Promise<void> {
    if (isFailing || now() - tidiedAt < tidyEveryMs) return
    tidiedAt = now()
    await tidyRuns(engine, now()).catch((error) => log.warn({ err: error }, 'Old runs could not be removed'))
  }

  async function watch(): Promise<void> {
    const { signal } = stopping
    while (!signal.aborted) {
      await tidy()
      pause = new AbortController()
      const ended = AbortSignal.any([signal, pause.signal])
      const length = isFailing || troubleWith(engine.commits) ? retryMs : everyMs
      await wait(length, undefined, { signal: ended, ref: false }).catch(() => {})
      if (!signal.aborted) await beat()
    }
  }

  return {
    get run() {
      return run
    },
    get isFailing() {
      return isFailing
    },
    beat,
    async start() {
      await beat()
      engine.commits.on('trouble', troubled)
      watching ??= watch()
    },
    async stop() {
      stopping.abort()
      engine.commits.off('trouble', troubled)
      await watching
      if (!run) return
      // An outage that is not over yet must be told of before the run is said to have lasted until now.
      if (isFailing || now() - run.lastSeenAt > lateAfter) await beat()
      if (isFailing) return
      await noteRun(engine, run.id, now(), 'graceful').catch((error) =>
        log.warn({ err: error }, 'The stop could not be written down; it will look like an outage'),
      )
      run = null
    },
  }
}
