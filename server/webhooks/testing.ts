import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before } from 'node:test'
import { dataOf, listOf } from '../../test/api/client.ts'
import { type ApiServer, startApi } from '../../test/api/server.ts'
import type { Engine } from '../../test/support/engines.ts'
import { type Mailbox, openMailbox } from '../../test/support/mailbox.ts'
import { resources } from '../resources/operations.ts'
import { createWebhooks, type Webhooks } from './webhooks.ts'

/** A request as a receiver got it. */
export interface Received {
  path: string
  headers: IncomingHttpHeaders
  body: string
}

export type Reply = (response: ServerResponse, request: Received) => void

/** A real receiver; each path answers as it is told, with 200 unless it was told something else. */
export interface Receiver {
  readonly url: string
  readonly received: readonly Received[]
  /** What came to a path. */
  at(path: string): Received[]
  reply(path: string, reply: Reply): void
  /** Resolves when so many requests have come to the path. */
  waitFor(path: string, count: number): Promise<void>
}

/** The deliveries of a server whose own delivery is stopped, by a clock that the test moves. */
export interface Bench {
  server: ApiServer
  receiver: Receiver
  readonly mailbox: Mailbox
  readonly webhooks: Webhooks
  clock: { at: number }
  /** Another node on the same database. */
  anotherNode(): Webhooks
  /** Publishes what was written, and sends what is due until nothing is. */
  deliver(): Promise<void>
  /** Moves the clock by milliseconds, and delivers. */
  pass(time: number): Promise<void>
}

export const timeout = 400

export function openBench(engine: Engine): Bench {
  let mailbox: Mailbox | undefined
  let webhooks: Webhooks | undefined
  const clock = { at: Date.now() + 60_000 }
  const nodes: Webhooks[] = []
  const server = startApi(engine, async () => {
    mailbox = await openMailbox()
    return { WEBHOOKS_ALLOW_PRIVATE: 'true', SMTP_URL: mailbox.url }
  })
  const receiver = openReceiver()
  const node = () => {
    const { running } = server
    const made = createWebhooks({
      engine: running.engine,
      config: { webhooksAllowPrivate: true },
      publicUrl: () => running.url,
      secrets: running.secrets,
      resources,
      mail: running.mail,
      log: running.app.log,
      now: () => clock.at,
      random: () => 0.5,
      timeout,
    })
    nodes.push(made)
    return made
  }
  before(async () => {
    await server.running.webhooks.stop()
    webhooks = node()
  })
  after(async () => {
    for (const made of nodes) await made.stop()
    await mailbox?.close()
  })
  const own = () => {
    if (!webhooks) throw new Error('The delivery runs only while the tests of the suite run.')
    return webhooks
  }
  const deliver = async () => {
    await server.running.publisher.publishAll()
    own().subscribing.queued()
    await own().idle()
  }
  return {
    server,
    receiver,
    clock,
    anotherNode: node,
    get mailbox() {
      if (!mailbox) throw new Error('There is a mailbox only while the tests of the suite run.')
      return mailbox
    },
    get webhooks() {
      return own()
    },
    deliver,
    async pass(time) {
      clock.at += time
      await deliver()
    },
  }
}

/** Makes subscriptions to the contacts of one tag each, so that tests do not get in each other's way. */
export function subscribing({ server, receiver }: Pick<Bench, 'server' | 'receiver'>) {
  let made = 0
  return async (fields: object = {}) => {
    const tag = `test ${++made}`
    const path = `/${made}`
    const subscription = await server.acme.api.made('/webhook_subscriptions', {
      event_names: ['contact.created', 'contact.updated', 'contact.deleted'],
      target_url: `${receiver.url}${path}`,
      filters: { tags: [tag] },
      ...fields,
    })
    const one = `/webhook_subscriptions/${subscription.id}`
    return {
      one,
      path,
      secret: String(subscription.secret),
      contact: (name: string) => server.acme.api.made('/contacts', { full_name: name, tags: [tag] }),
      read: async () => dataOf(await server.acme.api.get(one)),
      deliveries: async (query = '') =>
        listOf(await server.acme.api.get(`${one}/deliveries?include_attempts=true&per_page=200${query}`)),
      at: () => receiver.at(path),
    }
  }
}

function openReceiver(): Receiver {
  const received: Received[] = []
  const replies = new Map<string, Reply>()
  const waiting: { path: string; count: number; done: () => void }[] = []
  const at = (path: string) => received.filter((request) => request.path === path)
  const server = createServer(async (request, response) => {
    const path = request.url ?? ''
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const got = { path, headers: request.headers, body: Buffer.concat(chunks).toString() }
    received.push(got)
    const reply = replies.get(path)
    if (reply) reply(response, got)
    else response.end('thanks')
    for (const one of waiting) if (at(one.path).length >= one.count) one.done()
  })
  before(() => new Promise<void>((done) => server.listen(0, '127.0.0.1', done)))
  after(() => {
    server.closeAllConnections()
    server.close()
  })
  return {
    get url() {
      return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    },
    received,
    at,
    reply: (path, reply) => void replies.set(path, reply),
    waitFor: (path, count) =>
      new Promise((done) => {
        if (at(path).length >= count) return done()
        waiting.push({ path, count, done })
      }),
  }
}

/** Answers with a status and a body. */
export function answer(status: number, body = '', headers: Record<string, string> = {}): Reply {
  return (response) => void response.writeHead(status, headers).end(body)
}
