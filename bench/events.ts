import { setTimeout as wait } from 'node:timers/promises'
import { type Client, many, openClient } from './client.ts'
import { type Measure, quantile, type Section } from './measure.ts'
import { openReceiver, type Receiver } from './receiver.ts'
import { type Served, serve } from './served.ts'
import type { Surroundings } from './surroundings.ts'

const connections = 16
const full = { subscriptionCounts: [0, 1, 20], changes: 500, warmUp: 50, singleChanges: 200 }
const quick = { subscriptionCounts: [0, 1, 3], changes: 20, warmUp: 2, singleChanges: 5 }
/** Milliseconds, so that the server is idle again. */
const betweenChanges = 30

/** Changes and their deliveries to webhooks: how many a second, how soon, and beside a receiver that hangs. */
export const events: Section = { name: 'events', measure }

async function measure({ storage, isQuick }: Surroundings): Promise<Measure[]> {
  const sizes = isQuick ? quick : full
  const { subscriptionCounts } = sizes
  const accounts = [...subscriptionCounts.map((count) => `with ${count}`), 'alone', 'beside']
  const served = await serve(await storage(), accounts)
  const receiver = await openReceiver()
  const measures: Measure[] = []
  for (const count of subscriptionCounts) measures.push(...(await throughput(served, receiver, count, sizes)))
  measures.push(...(await latency(served, receiver, 'alone', sizes)))
  measures.push(...(await latency(served, receiver, 'beside', sizes)))
  receiver.close()
  await served.stop()
  return measures
}

/** One change goes to each of the subscriptions. */
async function throughput(
  served: Served,
  receiver: Receiver,
  count: number,
  { changes, warmUp }: typeof full,
): Promise<Measure[]> {
  const client = openClient(served.url, served.keys[`with ${count}`] ?? '', connections)
  const write = (turn: number) => client.post('/contacts', { full_name: `Rosa Field ${turn}` })
  const path = `/with-${count}`
  for (let at = 0; at < count; at++) await subscribe(client, receiver.url + path)
  await many(warmUp, { atOnce: connections }, write)
  if (count > 0) await receiver.came(path, warmUp * count)
  await served.warmedUp()
  const begun = now()
  await many(changes, { atOnce: connections }, write)
  const written = now()
  const name = `with ${count} subscription${count === 1 ? '' : 's'}`
  const measures = [{ what: `changes ${name}`, value: perSecond(changes, written - begun), unit: '/s' }]
  if (count > 0) {
    const { lastAt } = await receiver.came(path, (warmUp + changes) * count)
    const value = perSecond(changes * count, lastAt - begun)
    measures.push({
      what: `deliveries ${name}`,
      value,
      unit: '/s',
      ...(count > 1 ? { atLeast: 1_000 } : {}),
    })
  }
  client.close()
  return measures
}

/** From the moment at which a write is sent, on a server that does nothing else, to its first attempt. */
async function latency(
  served: Served,
  receiver: Receiver,
  account: 'alone' | 'beside',
  { singleChanges }: typeof full,
): Promise<Measure[]> {
  const client = openClient(served.url, served.keys[account] ?? '', 1)
  if (account === 'beside') await subscribe(client, `${receiver.url}/hang`)
  const path = `/${account}`
  await subscribe(client, receiver.url + path)
  const times: number[] = []
  for (let turn = 0; turn < singleChanges; turn++) {
    const begun = now()
    const { id } = await client.post('/contacts', { full_name: `Rosa Field ${turn}` })
    const { arrivals } = await receiver.came(path, turn + 1)
    times.push((arrivals[id] ?? Number.NaN) - begun)
    await wait(betweenChanges)
  }
  client.close()
  const what = account === 'alone' ? 'write to first attempt, idle' : 'the same beside a receiver that hangs'
  return [
    { what: `${what}, p50`, value: quantile(times, 0.5), unit: 'ms' },
    { what: `${what}, p99`, value: quantile(times, 0.99), unit: 'ms', atMost: 250 },
  ]
}

function subscribe(client: Client, url: string): Promise<unknown> {
  return client.post('/webhook_subscriptions', { event_names: ['contact.created'], target_url: url })
}

function perSecond(count: number, milliseconds: number): number {
  return (count * 1_000) / milliseconds
}

function now(): number {
  return performance.timeOrigin + performance.now()
}
