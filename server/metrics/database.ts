import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { Counter, Gauge, type Registry } from 'prom-client'
import type { Config } from '../config.ts'
import type { Engine } from '../storage/engine.ts'
import { type TransactionRetry, transactionRetries } from '../storage/retry.ts'
import { mostCounted, type Queue, readQueues } from './queues.ts'

/** However often it is scraped, the queues are read once in so many milliseconds. */
const keptMs = 5_000
/** How long a scrape waits for them. Scrapers wait for ten seconds. */
const patienceMs = 3_000

/** The metrics of the database: what waits in it, how it answers, and what it costs. */
export function watchDatabase(
  options: { engine: Engine; config: Pick<Config, 'dataDirectory'>; now?: () => number },
  registers: Registry[],
): { look(): Promise<void>; close(): void } {
  const { engine, config, now = Date.now } = options
  const capped = `at most ${mostCounted} are counted`
  const gauge = (name: string, help: string, labelNames: string[] = []) =>
    new Gauge({ name, help, labelNames, registers })
  const up = gauge('latchkey_database_up', 'Whether the database answered this scrape')
  const waiting = gauge('latchkey_queue_waiting', `What waits in the database; ${capped}`, ['queue'])
  const due = gauge('latchkey_queue_due', `What waits although its time has come; ${capped}`, ['queue'])
  const lag = gauge('latchkey_queue_lag_seconds', 'How long the oldest of what is due has been due', [
    'queue',
  ])
  const retries = new Counter({
    name: 'latchkey_transaction_retries_total',
    help: 'Transactions tried again after a conflict, by what the database called it',
    labelNames: ['reason'],
    registers,
  })
  const givenUp = new Counter({
    name: 'latchkey_transactions_given_up_total',
    help: 'Transactions given up because every try met a conflict',
    registers,
  })
  const onRetry = (message: unknown) => {
    const { reason, isGivenUp } = message as TransactionRetry
    if (isGivenUp) givenUp.inc()
    else retries.inc({ reason })
  }
  transactionRetries.subscribe(onRetry)
  if (engine.pool()) watchPool(engine, registers)
  else watchFile(config.dataDirectory, registers)
  let kept: { at: number; queues: Queue[] } | null = null
  let reading: Promise<boolean> | null = null

  async function read(): Promise<boolean> {
    try {
      const at = now()
      kept = { at, queues: await readQueues(engine.reader, at) }
      return true
    } catch {
      return false
    } finally {
      reading = null
    }
  }

  return {
    async look() {
      const isFresh = kept !== null && Math.abs(now() - kept.at) < keptMs
      // One that hangs is waited for again, and no second one is begun beside it.
      if (!isFresh) reading ??= read()
      const answered = isFresh || (await inTime(reading ?? true))
      up.set(answered ? 1 : 0)
      for (const metric of [waiting, due, lag]) metric.reset()
      // What was known before an outage would look as if all were well.
      for (const queue of answered ? (kept?.queues ?? []) : []) {
        const label = { queue: queue.name }
        waiting.set(label, queue.waiting)
        due.set(label, queue.due)
        lag.set(label, queue.lag)
      }
    },
    close: () => void transactionRetries.unsubscribe(onRetry),
  }
}

async function inTime(answered: Promise<boolean> | boolean): Promise<boolean> {
  const patient = new AbortController()
  const late = wait(patienceMs, false, { ref: false, signal: patient.signal }).catch(() => false)
  try {
    return await Promise.race([answered, late])
  } finally {
    patient.abort()
  }
}

function watchPool(engine: Engine, registers: Registry[]): void {
  new Gauge({
    name: 'latchkey_database_connections',
    help: 'Connections of the pool: how many may be open, are open, are idle; and the queries that wait for one',
    labelNames: ['state'],
    registers,
    collect() {
      for (const [state, count] of Object.entries(engine.pool() ?? {})) this.set({ state }, count)
    },
  })
}

function watchFile(directory: string, registers: Registry[]): void {
  new Gauge({
    name: 'latchkey_database_bytes',
    help: 'The size of the database file, and of the write-ahead log that is not in it yet',
    labelNames: ['file'],
    registers,
    async collect() {
      for (const [file, name] of [
        ['database', 'latchkey.db'],
        ['log', 'latchkey.db-wal'],
      ] as const) {
        const found = await stat(join(directory, name)).catch(() => null)
        this.set({ file }, found?.size ?? 0)
      }
    },
  })
}
