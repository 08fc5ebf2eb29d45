/**
 * Each of two nodes is stopped and started again in turn while clients read and write: no request may fail.
 *
 *     ROLLING_ROUNDS=3 ROLLING_WITH=haproxy,nginx npm test -- test/nodes/rolling-restart.test.ts
 *
 * uses the real ones with the examples of `deploy/load-balancer/`; `npm test` restarts each node once behind a
 * balancer of its own.
 */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { Agent, request } from 'node:http'
import { it } from 'node:test'
import { setUp } from '../crash/storage.ts'
import { openEngine } from '../support/engines.ts'
import { type ServerProcess, startServerProcess } from '../support/server-process.ts'
import { freePorts, until } from '../support/service.ts'
import { balancers, isInstalled, ownName } from './balancers.ts'

const rounds = Number(process.env.ROLLING_ROUNDS ?? 1)
const wanted = process.env.ROLLING_WITH?.split(',') ?? [ownName]
const clients = 6
/** Between two restarts. */
const requests = 60

for (const [name, start] of Object.entries(balancers)) {
  it(`fails no request while the nodes behind ${name} are restarted`, {
    skip: reasonToSkip(name),
  }, async (test) => {
    const storage = await openEngine('postgres')
    test.after(storage.close)
    const { key } = await setUp(storage, 'http://127.0.0.1:1/')
    const ports = await freePorts(2)
    // Longer than any of the balancers takes to notice, and than nginx keeps a connection.
    const settings = (port: number) => ({
      PORT: String(port),
      STOP_DELAY: name === 'nginx' ? '5' : '3',
      LOG_LEVEL: 'error',
    })
    const begin = (port: number) => startServerProcess(storage, settings(port))
    const nodes = new Map<number, ServerProcess>()
    for (const port of ports) nodes.set(port, await begin(port))
    test.after(() => Promise.all([...nodes.values()].map((node) => node.kill())))
    const balancer = await start(ports)
    test.after(balancer.stop)
    await until('the balancer', async () => (await fetch(`${balancer.url}/readyz`)).ok)

    const load = startLoad(balancer.url, key)
    for (let round = 0; round < rounds; round++) {
      for (const [port, node] of nodes) {
        await load.more(requests)
        balancer.leaveOut(port)
        node.terminate()
        assert.equal(await node.ended, 0)
        await load.more(requests)
        nodes.set(port, await begin(port))
        balancer.takeIn(port)
      }
    }
    await load.more(requests)
    const { failures, answered, made, again } = await load.end()
    assert.deepEqual(failures, [], balancer.log())
    // nginx that reads its settings anew ends connections of clients on which nothing is under way.
    if (name !== 'nginx') assert.equal(again, 0)
    test.diagnostic(
      `${answered} requests answered, ${made} of them writes, ${again} sent again over a new connection, ${2 * rounds} restarts`,
    )
  })
}

function reasonToSkip(balancer: string): string | false {
  if (!wanted.includes(balancer)) return `ask for it by ROLLING_WITH=${balancer}`
  return balancer === ownName || isInstalled(balancer) ? false : `${balancer} is not on the PATH`
}

/** Clients that read and write without pause, each over a connection that it keeps. */
function startLoad(url: string, key: string) {
  const agent = new Agent({ keepAlive: true, maxSockets: clients })
  const failures: string[] = []
  let [answered, made, again, isOver, turn] = [0, 0, 0, false, 0]
  let waiting: { until: number; done: () => void } | null = null
  const client = async () => {
    while (!isOver) {
      const isWrite = turn++ % 2 === 0
      const body = isWrite ? JSON.stringify({ full_name: `Turn ${turn}` }) : null
      const sending = { agent, key, body, idempotencyKey: randomUUID() }
      let failure = await send(`${url}/rest/contacts?per_page=5`, sending)
      // Each of those that were kept may have ended.
      for (let tries = 0; failure === endedMeanwhile && tries < clients; tries++) {
        again++
        failure = await send(`${url}/rest/contacts?per_page=5`, sending)
      }
      if (failure) failures.push(`${isWrite ? 'POST' : 'GET'} ${failure}`)
      answered++
      if (isWrite) made++
      if (waiting && answered >= waiting.until) waiting.done()
    }
  }
  const all = Promise.all(Array.from({ length: clients }, client))
  return {
    /** Resolves when so many more requests are answered. */
    more: (count: number) =>
      new Promise<void>((done) => {
        waiting = { until: answered + count, done }
      }),
    async end() {
      isOver = true
      await all
      agent.destroy()
      return { failures, answered, made, again }
    },
  }
}

interface Sending {
  agent: Agent
  key: string
  body: string | null
  idempotencyKey: string
}

/** The connection has ended before an answer began: clients send such a request again, a write with its key. */
const endedMeanwhile = 'its connection had ended meanwhile'

/** @returns what went wrong, or null */
function send(url: string, { agent, key, body, idempotencyKey }: Sending): Promise<string | null> {
  const ofBody = body ? { 'content-type': 'application/json', 'idempotency-key': idempotencyKey } : {}
  const headers = { authorization: `Bearer ${key}`, ...ofBody }
  return new Promise((resolve) => {
    const sent = request(url, { method: body ? 'POST' : 'GET', agent, headers }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk) => chunks.push(chunk))
      response.on('error', (error) => resolve(String(error)))
      response.on('end', () =>
        resolve(
          response.statusCode === (body ? 201 : 200)
            ? null
            : `${response.statusCode} ${Buffer.concat(chunks)}`,
        ),
      )
    })
    sent.on('error', (error: NodeJS.ErrnoException) =>
      resolve(error.code === 'ECONNRESET' ? endedMeanwhile : String(error)),
    )
    sent.end(body)
  })
}
