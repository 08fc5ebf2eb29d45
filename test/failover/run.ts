/**
 * A primary and a synchronous standby with automatic failover, two Latchkeys, clients that write; the primary is
 * killed again and again. At the end every write that was answered is there once, and all that is kept twice agrees.
 *
 *     npm run failover -- --kills 10
 *
 * It needs Debian's packages patroni, etcd-server, haproxy and postgresql, and says so where they are missing.
 * Everything listens on loopback alone, and lies in a temporary directory that is removed at the end.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { allEvents, checkCutOff, isOfContact, type Read } from '../crash/checks.ts'
import { openReceiver } from '../crash/receiver.ts'
import { letClaimsRunOut, setUp } from '../crash/storage.ts'
import { verdict } from '../crash/verdict.ts'
import { writeOn } from '../crash/writer.ts'
import { startServerProcess } from '../support/server-process.ts'
import { type Cluster, startCluster } from './cluster.ts'
import { probe } from './probe.ts'

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '10' },
    clients: { type: 'string', default: '8' },
    /** Answered writes between a kill and the next. */
    writes: { type: 'string', default: '200' },
  },
})
const [kills, clients, between] = [Number(values.kills), Number(values.clients), Number(values.writes)]
/** A client that was told 503 waits for a moment before it goes on. */
const patienceMs = 500

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130))

try {
  const cluster = await startCluster()
  try {
    await failOver(cluster)
  } finally {
    await cluster.stop()
  }
} catch (error) {
  console.error(error instanceof Error ? (error.stack ?? error.message) : error)
  // What was started ends with this process.
  process.exit(1)
}

async function failOver(cluster: Cluster): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'latchkey-failover-data-'))
  const storage = { url: cluster.url, directory, close: async () => {} }
  const receiver = await openReceiver(() => {})
  const { accountId, key, ground } = await setUp(storage, receiver.url)
  const settings = { LOG_LEVEL: 'error', WEBHOOKS_ALLOW_PRIVATE: 'true' }
  const nodes = [await startServerProcess(storage, settings), await startServerProcess(storage, settings)]
  const urls = nodes.map(({ url }) => url)
  let turn = 0
  const nextUrl = () => urls[turn++ % urls.length] ?? ''
  const read: Read = async (path) => {
    const response = await fetch(`${nextUrl()}/rest${path}`, { headers: { authorization: `Bearer ${key}` } })
    return { status: response.status, body: await response.json() }
  }
  let [answers, isAway, isOver] = [0, false, false]
  let enough = Promise.withResolvers<void>()
  let wanted = between
  const client = (name: string) =>
    writeOn(name, {
      async url() {
        if (isAway) await new Promise((resolve) => setTimeout(resolve, patienceMs))
        return nextUrl()
      },
      key,
      ground,
      isHolding: true,
      isOver: () => isOver,
      goesOn: () => !isOver,
      sent() {},
      answered() {
        if (++answers >= wanted) enough.resolve()
      },
    })
  const written = Promise.all(Array.from({ length: clients }, (_, at) => client(`client ${at}`)))
  written.catch(() => {}).finally(() => enough.resolve())
  const probes = []
  try {
    for (let killed = 1; killed <= kills; killed++) {
      await Promise.race([enough.promise, written])
      const name = await cluster.killPrimary()
      isAway = true
      const at = performance.now()
      const seconds = () => ((performance.now() - at) / 1_000).toFixed(1)
      const found = await Promise.all(urls.map((url) => probe(url, { key, since: at })))
      isAway = false
      probes.push(...found)
      const times = found.map(({ answeredAfter }) => (answeredAfter / 1_000).toFixed(1))
      const back = cluster.bringBack(name)
      await back
      console.log(
        `${killed}. ${name} killed after ${answers} answered writes; the first write was answered by the nodes after ` +
          `${times.join(' and ')} s, the longest answer took ${longest(found)} s; synchronous again after ${seconds()} s`,
      )
      wanted = answers + between
      enough = Promise.withResolvers()
    }
    await Promise.race([enough.promise, written])
    isOver = true
    const done = await written
    await letClaimsRunOut(storage)
    for (const { finish } of done) await finish()
    const writes = [...done.flatMap((one) => one.writes), ...probes.flatMap((one) => one.writes)]
    const events = await allEvents(read)
    await receiver.has(events.filter(isOfContact).map(({ id }) => id))
    await checkCutOff(read, writes, events)
    for (const node of nodes) await node.stop()
    const all = { ...storage, url: cluster.superuserUrl }
    for (const counts of await verdict(all, accountId, { writes, events, receiver })) console.log(counts)
    console.log(`${kills} kills of the primary: every answered write is there once, and nothing disagrees`)
  } catch (error) {
    for (const [at, node] of nodes.entries()) console.error(`node ${at + 1}:\n${troubles(node.logs())}`)
    throw error
  } finally {
    isOver = true
    receiver.close()
    for (const node of nodes) await node.kill()
    await rm(directory, { recursive: true, force: true, maxRetries: 5 })
  }
}

/** What a node has logged, each once. */
function troubles(log: string): string {
  const counts = new Map<string, number>()
  for (const line of log.split('\n').filter((text) => text.startsWith('{'))) {
    const { msg, err } = JSON.parse(line)
    const words = [msg, err?.message, err?.code].filter(Boolean).join(': ')
    counts.set(words, (counts.get(words) ?? 0) + 1)
  }
  return [...counts].map(([words, count]) => `${count} × ${words}`).join('\n')
}

function longest(found: readonly { longestMs: number }[]): string {
  return (Math.max(...found.map(({ longestMs }) => longestMs)) / 1_000).toFixed(1)
}
