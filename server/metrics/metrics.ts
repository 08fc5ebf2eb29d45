import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { Config } from '../config.ts'
import type { Engine } from '../storage/engine.ts'
import { watchDatabase } from './database.ts'

/** A request that is over, for the log's and the metrics' sake. */
export interface EndedRequest {
  method: string
  /** The template of its path, such as `/rest/deals/:id`; `unknown` where no route has it. */
  route: string
  status: number
  ms: number
  /** Whether it was sent for as long as the client listened, so that its time tells nothing. */
  isStream: boolean
}

/**
 * What a scraper is told. Labels are templates of routes, methods, status codes and the names of queues: never an
 * id, a key or anything of a person, and never more than the code names.
 */
export interface Metrics {
  ended(request: EndedRequest): void
  /** A request that was refused because there are too many of them. */
  shed(): void
  /** What is under way is asked for when somebody scrapes. */
  watchUnderWay(count: () => number): void
  /** All of them in the text format of Prometheus. */
  text(): Promise<{ contentType: string; text: string }>
  close(): void
}

/** For whoever has nobody to read them: they cost nothing. */
export const noMetrics: Metrics = {
  ended() {},
  shed() {},
  watchUnderWay() {},
  text: async () => ({ contentType: 'text/plain', text: '' }),
  close() {},
}

/** From well below what a read takes to where clients give up. In seconds. */
const buckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

export function createMetrics(options: {
  engine: Engine
  config: Pick<Config, 'metricsToken' | 'metricsPort' | 'dataDirectory'>
  now?: () => number
}): Metrics {
  const { metricsToken, metricsPort } = options.config
  if (metricsToken === null && metricsPort === null) return noMetrics
  const register = new Registry()
  const registers = [register]
  collectDefaultMetrics({ register })
  const requests = new Counter({
    name: 'latchkey_http_requests_total',
    help: 'Requests that have ended, by the template of their route',
    labelNames: ['method', 'route', 'status'],
    registers,
  })
  // Without the status, which would make a dozen series more of each.
  const durations = new Histogram({
    name: 'latchkey_http_request_duration_seconds',
    help: 'From the head of a request to the end of its answer; streams of events are left out',
    labelNames: ['method', 'route'],
    buckets,
    registers,
  })
  const shed = new Counter({
    name: 'latchkey_http_requests_shed_total',
    help: 'Requests refused at once because there were more than can be answered in time',
    registers,
  })
  const database = watchDatabase(options, registers)

  return {
    ended({ method, route, status, ms, isStream }) {
      requests.inc({ method, route, status })
      if (!isStream) durations.observe({ method, route }, ms / 1_000)
    },
    shed: () => shed.inc(),
    watchUnderWay(count) {
      new Gauge({
        name: 'latchkey_http_requests_under_way',
        help: 'Requests that are not answered yet, streams of events among them',
        registers,
        collect() {
          this.set(count())
        },
      })
    },
    async text() {
      await database.look()
      return { contentType: register.contentType, text: await register.metrics() }
    },
    close() {
      database.close()
      register.clear()
    },
  }
}
