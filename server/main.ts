import type { Server } from 'node:http'
import { createServer } from 'node:net'
import type { Config } from './config.ts'
import { type AppParts, createApp } from './http/app.ts'
import { giveBackWhenIdle } from './idle-memory.ts'
import { listenForScrapes } from './metrics/scrape.ts'
import { loadSecrets } from './secrets.ts'
import { stopInOrder } from './stop.ts'
import { openEngine } from './storage/open.ts'

/** A server that answers. */
export interface Running extends Awaited<ReturnType<typeof createApp>> {
  /** Where people reach it, without a trailing slash. */
  url: string
  engine: Awaited<ReturnType<typeof openEngine>>
  secrets: ReturnType<typeof loadSecrets>
  /** Where the metrics are scraped; null where they are not. */
  metricsUrl: string | null
  /** Lets running requests end, then closes everything. Resolves with what had not ended in time. */
  stop(): Promise<string[]>
}

/**
 * Starts the server: secret → storage → app → listen.
 * @throws ConfigError or StorageError with a sentence for the operator; Node's own error when the port is taken.
 */
export async function start(
  given: Config,
  options: Pick<AppParts, 'logTo' | 'passwordCost'> = {},
): Promise<Running> {
  const port = given.port === 0 ? await freePort(given.host) : given.port
  const publicUrl = given.publicUrl ?? `http://${shownHost(given.host)}:${port}`
  const config = { ...given, port, publicUrl }
  const secrets = loadSecrets(config)
  const engine = await openEngine(config)
  try {
    const parts = await createApp({ config, engine, secrets, ...options })
    await parts.app.listen({ port, host: config.host })
    const scrapes = await listenForScrapes(parts.metrics, config).catch(async (error) => {
      await parts.app.close()
      throw error
    })
    await parts.status.start()
    const endGivingBack = giveBackWhenIdle()
    const close = async () => {
      endGivingBack()
      await parts.app.close()
      scrapes?.close()
      await engine.close()
    }
    let stopping: Promise<string[]> | null = null
    const stop = () => {
      const noteStop = () => parts.status.stop()
      const { stopDelay: delay, stopTimeout: timeout } = config
      stopping ??= stopInOrder({ ...parts, log: parts.app.log, close, noteStop }, { delay, timeout })
      return stopping
    }
    return {
      ...parts,
      url: publicUrl,
      metricsUrl: metricsUrl(publicUrl, config, scrapes),
      engine,
      secrets,
      stop,
    }
  } catch (error) {
    await engine.close()
    throw error
  }
}

/** The address to show and link: one that listens everywhere is reached here by localhost. */
function shownHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return 'localhost'
  return host.includes(':') ? `[${host}]` : host
}

function metricsUrl(publicUrl: string, config: Config, scrapes: Server | null): string | null {
  const address = scrapes?.address()
  if (typeof address === 'object' && address)
    return `http://${shownHost(config.metricsHost)}:${address.port}/metrics`
  return config.metricsToken === null ? null : `${publicUrl}/metrics`
}

function freePort(host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, host, () => {
      const address = probe.address()
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
}
