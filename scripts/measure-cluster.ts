/**
 * What a Citus cluster does under load: writes and reads a second over many accounts; then, where a further worker
 * is named, the same while it is added and the accounts are moved, and once more afterwards. No write may fail.
 *
 *     node scripts/measure-cluster.ts --database postgres://…/empty [--add worker-2:5432] [--accounts 16] [--seconds 10]
 *
 * The database is one that "latchkey migrate --distribute" has been run on. Measure nodes on machines of their own:
 * on one machine, two workers share what one had.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { Client } from 'pg'
import { enableAccess } from '../server/api-keys/index.ts'
import { readConfig } from '../server/config.ts'
import { start } from '../server/main.ts'

const { values } = parseArgs({
  options: {
    database: { type: 'string' },
    add: { type: 'string' },
    accounts: { type: 'string', default: '16' },
    seconds: { type: 'string', default: '10' },
    clients: { type: 'string', default: '16' },
  },
})
if (!values.database) throw new Error('Say which database: --database postgres://…')
const [seconds, clients] = [Number(values.seconds), Number(values.clients)]

const directory = mkdtempSync(join(tmpdir(), 'latchkey-cluster-'))
const env = {
  DATABASE_URL: values.database,
  LATCHKEY_DATA: directory,
  HOST: '127.0.0.1',
  PORT: '0',
  LOG_LEVEL: 'error',
}
const database = new Client({ connectionString: values.database })
await database.connect()
const keys = await makeAccounts(Number(values.accounts))
const { url, stop } = await serve()
try {
  await report('writes', await load(write, seconds))
  await report('reads', await load(read, seconds))
  if (values.add) {
    const [host = '', port = '5432'] = values.add.split(':')
    const done = { is: false }
    const moving = move(host, Number(port)).finally(() => {
      done.is = true
    })
    await report('writes while shards move', await load(write, 600, () => done.is))
    await moving
    await report('writes', await load(write, seconds))
    await report('reads', await load(read, seconds))
  }
} finally {
  stop()
  await database.end()
  rmSync(directory, { recursive: true, force: true, maxRetries: 5 })
}

async function makeAccounts(count: number): Promise<string[]> {
  const running = await start(readConfig(env))
  const made: string[] = []
  for (let at = 0; at < count; at++) {
    const email = `ann${at}@example.com`
    const admin = { name: 'Ann Ash', email, password: 'correct horse battery' }
    const name = `Homes ${at}`
    const { accountId, userId } = await running.accounts.openAccount({ name, timeZone: 'UTC', admin })
    const by = { userId, name: 'Ann Ash', email, accountId, accountName: name }
    const origin = { address: null, userAgent: null, requestId: null }
    const { engine, secrets } = running
    made.push((await enableAccess({ engine, secrets, announce: async () => {} }, { by, origin })).secret)
    await engine.transaction((tx) =>
      tx
        .updateTable('account_settings')
        .set({ requests_per_minute: 10_000_000 })
        .where('account_id', '=', accountId)
        .execute(),
    )
  }
  await running.stop()
  return made
}

async function serve(): Promise<{ url: string; stop(): void }> {
  const program = join(import.meta.dirname, '..', 'bin', 'latchkey.js')
  const server = spawn(process.execPath, [program, 'serve', '--no-build'], {
    env: { ...process.env, ...env, NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  for (;;) {
    const [text] = await once(server.stdout, 'data')
    const address = /ready at (\S+)/.exec(String(text))?.[1]
    if (address) return { url: address, stop: () => server.kill() }
  }
}

interface Load {
  done: number
  failed: string[]
  seconds: number
  /** Milliseconds of each, in order. */
  waits: number[]
}

async function load(
  one: (key: string) => Promise<Response>,
  longest: number,
  isOver = () => false,
): Promise<Load> {
  const began = performance.now()
  const until = began + longest * 1_000
  const result: Load = { done: 0, failed: [], seconds: 0, waits: [] }
  const client = async (at: number) => {
    for (let turn = at; performance.now() < until && !isOver(); turn++) {
      const sent = performance.now()
      const answer = await one(keys[turn % keys.length] ?? '').catch((error: Error) => error)
      const text = answer instanceof Error ? answer.message : await answer.text()
      result.waits.push(performance.now() - sent)
      if (answer instanceof Error || !answer.ok) result.failed.push(text)
      else result.done++
    }
  }
  await Promise.all(Array.from({ length: clients }, (_, at) => client(at)))
  result.seconds = (performance.now() - began) / 1_000
  result.waits.sort((one, other) => one - other)
  return result
}

function write(key: string): Promise<Response> {
  const body = JSON.stringify({ full_name: 'Rosa Field', email_addresses: ['rosa.field@example.com'] })
  return send('POST', '/contacts', key, body)
}

function read(key: string): Promise<Response> {
  return send('GET', '/contacts?per_page=20', key, null)
}

function send(method: string, path: string, key: string, body: string | null): Promise<Response> {
  return fetch(`${url}/rest${path}`, {
    method,
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body,
  })
}

/** Adds the worker, and waits until the shards are spread over it as well. */
async function move(host: string, port: number): Promise<void> {
  const other = new Client({ connectionString: values.database })
  await other.connect()
  await other.query('select citus_add_node($1, $2)', [host, port])
  await other.query('select citus_rebalance_start()')
  await other.query('select citus_rebalance_wait()')
  await other.end()
}

async function report(name: string, { done, failed, seconds, waits }: Load): Promise<void> {
  const { rows } = await database.query(
    "select nodeport, count(*) from citus_shards where citus_table_type = 'distributed' group by 1 order by 1",
  )
  const at = (share: number) => Math.round(waits[Math.floor((waits.length - 1) * share)] ?? 0)
  const shards = rows.map(({ nodeport, count }) => `${count} on :${nodeport}`).join(', ')
  console.log(
    `${name}: ${Math.round(done / seconds)}/s over ${seconds.toFixed(1)} s, ${failed.length} failed, ` +
      `p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, longest ${at(1)} ms; shards: ${shards}`,
  )
  for (const text of new Set(failed.map((one) => one.slice(0, 300)))) console.log(`  failed: ${text}`)
}
