/**
 * What a request costs the nodes and PostgreSQL, in milliseconds of computing, with one, two and three nodes, and
 * with PgBouncer between where it is installed. From it follows how many nodes one PostgreSQL can serve, which a
 * single machine cannot show by the clock: there all of them share its processors.
 *
 *     node scripts/measure-nodes.ts [--requests 4000] [--connections 16] [--nodes 1,2,3]
 *
 * It starts a PostgreSQL and the nodes itself, on loopback, and removes all of it.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { Agent, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { cpuTime } from '../bench/cpu-time.ts'
import { databaseProcess } from '../bench/database-process.ts'
import { setUp } from '../test/crash/storage.ts'
import { noPgBouncer, startPgBouncer } from '../test/support/pgbouncer.ts'
import { startPostgres } from '../test/support/postgres.ts'
import { startServerProcess } from '../test/support/server-process.ts'

const { values } = parseArgs({
  options: {
    requests: { type: 'string', default: '4000' },
    connections: { type: 'string', default: '16' },
    nodes: { type: 'string', default: '1,2,3' },
  },
})
const [requests, connections] = [Number(values.requests), Number(values.connections)]
const agent = new Agent({ keepAlive: true, maxSockets: connections })

interface Row {
  nodes: number
  PgBouncer: string
  asked: string
  'a second': number
  'ms of the nodes': number
  'ms of PostgreSQL': number
  'ms of PgBouncer': number
  'nodes a core of PostgreSQL serves': number
}

const directory = await mkdtemp(join(tmpdir(), 'latchkey-measure-'))
const postgres = await startPostgres({ isDurable: true })
const pooler = noPgBouncer ? null : await startPgBouncer(postgres.url, 20)
const rows: Row[] = []
try {
  const { key } = await setUp({ url: postgres.url, directory, close: async () => {} }, 'http://127.0.0.1:1/')
  for (const count of values.nodes.split(',').map(Number)) {
    rows.push(...(await measure(postgres.url, count, key)))
    if (pooler) rows.push(...(await measure(pooler.through(postgres.url), count, key)))
  }
  console.table(rows)
  if (noPgBouncer) console.log(`Without PgBouncer: ${noPgBouncer}`)
} finally {
  agent.destroy()
  await pooler?.stop()
  await postgres.stop()
  await rm(directory, { recursive: true, force: true, maxRetries: 5 })
}

async function measure(url: string, count: number, key: string): Promise<Row[]> {
  const starts = Array.from({ length: count }, () =>
    startServerProcess({ url, directory }, { LOG_LEVEL: 'error' }),
  )
  const nodes = await Promise.all(starts)
  const database = await databaseProcess(postgres.url)
  const isPooled = url !== postgres.url
  const contact = async (turn: number) => {
    const body = JSON.stringify({ full_name: `Rosa Field ${turn}` })
    return send(`${nodes[turn % count]?.url}/rest/contacts`, key, body)
  }
  const { data } = JSON.parse(await contact(0)) as { data: { id: string } }
  const asked: Record<string, (turn: number) => Promise<unknown>> = {
    'GET a contact': (turn) => send(`${nodes[turn % count]?.url}/rest/contacts/${data.id}`, key),
    'POST a contact': contact,
  }
  const measured: Row[] = []
  for (const [name, ask] of Object.entries(asked)) {
    await many(Math.ceil(requests / 4), ask)
    const spent = () => ({
      nodes: nodes.reduce((sum, { pid }) => sum + cpuTime(pid), 0),
      postgres: database?.cpuTime() ?? 0,
      pooler: isPooled && pooler ? cpuTime(pooler.pid) : 0,
    })
    const [before, at] = [spent(), performance.now()]
    await many(requests, ask)
    const [after, seconds] = [spent(), (performance.now() - at) / 1_000]
    const [ofNodes, ofPostgres] = [after.nodes - before.nodes, after.postgres - before.postgres]
    measured.push({
      nodes: count,
      PgBouncer: isPooled ? 'yes' : 'no',
      asked: name,
      'a second': Math.round(requests / seconds),
      'ms of the nodes': each(ofNodes),
      'ms of PostgreSQL': each(ofPostgres),
      'ms of PgBouncer': each(after.pooler - before.pooler),
      'nodes a core of PostgreSQL serves': Math.round((10 * ofNodes) / ofPostgres) / 10,
    })
  }
  await Promise.all(nodes.map((node) => node.stop()))
  return measured
}

function each(milliseconds: number): number {
  return Math.round((1_000 * milliseconds) / requests) / 1_000
}

async function many(count: number, ask: (turn: number) => Promise<unknown>): Promise<void> {
  let turn = 0
  const client = async () => {
    while (turn < count) await ask(turn++)
  }
  await Promise.all(Array.from({ length: connections }, client))
}

function send(url: string, key: string, body?: string): Promise<string> {
  const headers = { authorization: `Bearer ${key}`, ...(body ? { 'content-type': 'application/json' } : {}) }
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: body ? 'POST' : 'GET', agent, headers }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk) => chunks.push(chunk))
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString()
        if (response.statusCode === (body ? 201 : 200)) resolve(text)
        else reject(new Error(`${response.statusCode} ${text}`))
      })
      response.on('error', reject)
    })
    sent.on('error', reject)
    sent.end(body)
  })
}
