import { after, before } from 'node:test'
import { dataOf, listOf } from '../../test/api/client.ts'
import { type ApiServer, startApi } from '../../test/api/server.ts'
import type { Engine } from '../../test/support/engines.ts'
import { type Mailbox, openMailbox } from '../../test/support/mailbox.ts'
import { openReceiver, type Receiver } from '../../test/support/receiver.ts'
import { resources } from '../resources/operations.ts'
import { createWebhooks, type Webhooks } from './webhooks.ts'

export { answer, type Received } from '../../test/support/receiver.ts'

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
