import { isIP } from 'node:net'
import { ConfigError, type Environment, value, wholeNumber } from './setting.ts'

/** What is set for the sake of running it: how it stops, and who may read its metrics. */
export interface Operation {
  /** Seconds in which it still serves, and says that it is not ready, before it stops to accept. */
  stopDelay: number
  /** Seconds that what is under way then has to end. */
  stopTimeout: number
  /** What a scraper sends as `Authorization: Bearer …`; null for none. */
  metricsToken: string | null
  /** A port of its own for the metrics; null for none. */
  metricsPort: number | null
  /** Where that port is listened on. */
  metricsHost: string
  /** How many requests are worked on at one time, before others wait or are refused; null for all that come. */
  requestsAtOnce: number | null
}

/** @throws ConfigError */
export function operation(env: Environment): Operation {
  const [metricsToken, metricsPort] = [token(env), wholeNumber(env, 'METRICS_PORT', [0, 65_535])]
  return {
    stopDelay: wholeNumber(env, 'STOP_DELAY', [0, 600]) ?? 0,
    stopTimeout: wholeNumber(env, 'STOP_TIMEOUT', [1, 3_600]) ?? 25,
    metricsToken,
    metricsPort,
    metricsHost: metricsHost(env, { metricsToken, metricsPort }),
    requestsAtOnce: requestsAtOnce(env),
  }
}

function requestsAtOnce(env: Environment): number | null {
  if (value(env, 'REQUESTS_AT_ONCE') === 'off') return null
  return wholeNumber(env, 'REQUESTS_AT_ONCE', [1, 10_000]) ?? 8
}

const shortestToken = 16

function token(env: Environment): string | null {
  const text = value(env, 'METRICS_TOKEN')
  if (text !== null && text.length < shortestToken) {
    throw new ConfigError(
      `METRICS_TOKEN is shorter than ${shortestToken} characters; make one with "openssl rand -base64 32".`,
    )
  }
  return text
}

/** Whoever reaches metrics that no token guards can read them, so such a port stays on this machine. */
function metricsHost(
  env: Environment,
  { metricsToken, metricsPort }: Pick<Operation, 'metricsToken' | 'metricsPort'>,
): string {
  const host = value(env, 'METRICS_HOST')
  if (host === null) return 'localhost'
  if (metricsPort === null) throw new ConfigError('METRICS_HOST is set without METRICS_PORT.')
  if (metricsToken === null && !isThisMachine(host)) {
    throw new ConfigError(
      `METRICS_HOST is "${host}", where others can reach the metrics; set METRICS_TOKEN as well.`,
    )
  }
  return host
}

function isThisMachine(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'))
}
