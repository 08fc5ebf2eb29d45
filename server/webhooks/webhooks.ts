import { readFileSync } from 'node:fs'
import { createSights } from '../access/sight.ts'
import type { Config } from '../config.ts'
import type { Log } from '../delivery/delivery-loop.ts'
import type { FanOut } from '../events/publisher.ts'
import type { Mail } from '../mail/mail.ts'
import type { Resource, Subscribing } from '../resource-layer/resource.ts'
import { allEventTypes } from '../resources/events/event-types.ts'
import type { Delivering } from '../resources/webhook-subscriptions/webhook-subscriptions.operations.ts'
import type { Secrets } from '../secrets.ts'
import type { Engine } from '../storage/engine.ts'
import { createDispatcher, type Dispatcher } from './dispatcher.ts'
import { createFanOut } from './fan-out.ts'
import { seenByMaker } from './makers.ts'
import { sender } from './send.ts'

/** Webhooks: what subscriptions need of the server, what takes part in publishing, and the delivery. */
export interface Webhooks
  extends Delivering,
    Pick<Dispatcher, 'wake' | 'idle' | 'start' | 'stop' | 'deliverSoon'> {
  subscribing: Subscribing
  fanOut: FanOut
}

export interface WebhooksOptions {
  engine: Engine
  config: Pick<Config, 'webhooksAllowPrivate'>
  publicUrl(): string
  secrets: Secrets
  resources: readonly Resource[]
  mail: Pick<Mail, 'enqueue' | 'deliverSoon'>
  log: Log
  now?: () => number
  /** From 0 to 1: where in its jitter a wait is. */
  random?: () => number
  /** Milliseconds of an attempt. */
  timeout?: number
}

const attemptTimeout = 15_000

export function createWebhooks(options: WebhooksOptions): Webhooks {
  const { engine, config, secrets, mail, log, publicUrl } = options
  const now = options.now ?? Date.now
  const timeout = options.timeout ?? attemptTimeout
  const names = namesOf(options.resources)
  const seen = seenByMaker(createSights(options.resources), now)
  const dispatcher = createDispatcher({
    engine,
    mail,
    log,
    now,
    publicUrl,
    sealing: secrets,
    seenByMaker: seen,
    random: options.random ?? Math.random,
    send: sender({ allowsPrivate: config.webhooksAllowPrivate, timeout, now }),
    userAgent: `Latchkey/${version()}`,
  })
  const { wake, idle, start, stop, deliverSoon } = dispatcher
  return {
    wake,
    idle,
    start,
    stop,
    deliverSoon,
    fanOut: createFanOut(seen),
    async deliverTest(accountId, deliveryId) {
      const expired = Promise.withResolvers<void>()
      const timer = setTimeout(expired.resolve, timeout)
      await Promise.race([dispatcher.deliverTest(accountId, deliveryId), expired.promise])
      clearTimeout(timer)
    },
    subscribing: {
      hasEvent: (name) => names.has(name),
      get allowsHttp() {
        return config.webhooksAllowPrivate || isLocal(publicUrl())
      },
      sealingKeyId: secrets.sealingKeyId,
      seal: secrets.seal,
      open: secrets.open,
      queued: dispatcher.wakeAll,
      seenByMaker: seen,
    },
  }
}

function namesOf(resources: readonly Resource[]): Set<string> {
  const types = allEventTypes(resources)
  return new Set(['*', ...types.flatMap(({ name, resource }) => [name, `${resource.singular}.*`])])
}

/** A server that people reach by http on their own machine is one for development. */
function isLocal(publicUrl: string): boolean {
  const { protocol, hostname } = new URL(publicUrl)
  return protocol === 'http:' && ['localhost', '127.0.0.1', '[::1]'].includes(hostname)
}

function version(): string {
  const file = new URL('../../package.json', import.meta.url)
  return String(JSON.parse(readFileSync(file, 'utf8')).version)
}
