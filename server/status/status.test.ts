import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { after, it } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import Fastify from 'fastify'
import { sql } from 'kysely'
import { forEachEngine } from '../../test/support/engines.ts'
import type { Engine } from '../storage/engine.ts'
import { openEngine } from '../storage/open.ts'
import { createHeartbeat } from './heartbeat.ts'
import { statusRoutes } from './routes.ts'
import { createStatus } from './status.ts'

const minute = 60_000
const start = Date.UTC(2026, 10, 25, 12)
const quiet = { warn() {}, info() {} }

/** A status whose clock the test turns, asked over HTTP. */
async function watched(engine: Engine, patience = 3_000) {
  let at = start
  const now = () => at
  const heartbeat = createHeartbeat({ engine, log: quiet, now })
  const status = createStatus({ engine, log: quiet, now, heartbeat, patience })
  const app = Fastify()
  await app.register(statusRoutes(status))
  await status.start()
  return {
    heartbeat,
    pass(ms: number) {
      at += ms
    },
    async ask(path = '/status.json') {
      const response = await app.inject(path)
      const isJson = response.headers['content-type']?.toString().startsWith('application/json')
      return {
        ...response,
        code: response.statusCode,
        text: response.body,
        json: isJson ? response.json() : null,
      }
    },
    async end() {
      await status.stop()
      await app.close()
    },
  }
}

forEachEngine((under) => {
  async function opened(): Promise<Engine> {
    const { url, directory } = await under.open()
    const engine = await openEngine({ dataDirectory: directory, databaseUrl: url })
    after(() => engine.close())
    return engine
  }

  it('is operational, public and readable by pages of any site', async () => {
    const server = await watched(await opened())
    server.pass(minute)
    const { code, json, headers } = await server.ask()
    assert.equal(code, 200)
    assert.deepEqual(
      { ...json, days: json.days.slice(-2) },
      {
        status: 'operational',
        checked_at: '2026-11-25T12:01:00Z',
        time_zone: 'UTC',
        parts: [
          { name: 'API', status: 'operational' },
          { name: 'Database', status: 'operational' },
        ],
        measured_since: '2026-11-25T12:00:00Z',
        uptime_percent: 100,
        days: [
          {
            date: '2026-11-24',
            uptime_percent: null,
            measured_seconds: 0,
            downtime_seconds: 0,
            maintenance_seconds: 0,
          },
          {
            date: '2026-11-25',
            uptime_percent: 100,
            measured_seconds: 60,
            downtime_seconds: 0,
            maintenance_seconds: 0,
          },
        ],
        incidents_count: 0,
        incidents: [],
      },
    )
    assert.equal(json.days.length, 90)
    assert.equal(headers['access-control-allow-origin'], '*')
    assert.equal(headers['cache-control'], 'public, max-age=5')
    await server.end()
  })

  it('reads the database once in five seconds, however often it is asked', async () => {
    const server = await watched(await opened())
    const times = await Promise.all(
      [1, 2, 3].map(async () => {
        server.pass(1_000)
        return (await server.ask()).json.checked_at
      }),
    )
    assert.equal(new Set(times).size, 1)
    server.pass(5_000)
    assert.notEqual((await server.ask()).json.checked_at, times[0])
    await server.end()
  })

  it('is degraded while the database answers but takes no heartbeat', async () => {
    const engine = await opened()
    const server = await watched(engine)
    await refuseWrites(engine)
    server.pass(minute)
    await server.heartbeat.beat()
    server.pass(2 * minute)
    const { code, json } = await server.ask()
    assert.deepEqual([code, json.status], [200, 'degraded'])
    assert.deepEqual(json.incidents, [
      { kind: 'database', started_at: '2026-11-25T12:00:00Z', ended_at: null, duration_seconds: 180 },
    ])
    await server.end()
  })

  it('answers 503 with the page and the past while the database does not answer', async () => {
    const engine = await opened()
    const server = await watched(engine)
    server.pass(minute)
    await server.heartbeat.beat()
    await sql`alter table server_runs rename to out_of_reach`.execute(engine.writer)
    server.pass(30_000)
    const { code, json, headers } = await server.ask()
    assert.deepEqual([code, json.status, json.uptime_percent], [503, 'down', 66.66])
    assert.equal(headers['cache-control'], 'no-store')
    assert.deepEqual(json.incidents, [
      { kind: 'database', started_at: '2026-11-25T12:01:00Z', ended_at: null, duration_seconds: 30 },
    ])
    const page = await server.ask('/status')
    assert.equal(page.code, 503)
    assert.match(page.text, /The database cannot be reached, so the API is down/)
    assert.match(page.text, /66\.66 %/)
    await sql`alter table out_of_reach rename to server_runs`.execute(engine.writer)
    server.pass(5_000)
    assert.equal((await server.ask('/status')).code, 200)
    await server.end()
  })

  it('shows a page without scripts, whose style its policy names', async () => {
    const server = await watched(await opened())
    const { text, headers } = await server.ask('/status')
    assert.doesNotMatch(text, /<script|javascript:|\son\w+=|\sstyle=/)
    const policy = String(headers['content-security-policy'])
    assert.match(policy, /^default-src 'none'; style-src 'sha256-[A-Za-z0-9+/=]+'; /)
    assert.equal((await server.ask('/status/')).headers.location, '/status')
    await server.end()
  })

  if (under.name === 'postgres') {
    it('tells of a PostgreSQL that hangs up, and of one that does not answer at all', async (test) => {
      const { url, directory } = await under.open()
      const line = await proxyTo(String(url))
      test.after(line.cut)
      const engine = await openEngine({ dataDirectory: directory, databaseUrl: line.url })
      const server = await watched(engine, 300)
      assert.equal((await server.ask()).json.status, 'operational')
      line.hold()
      server.pass(5_000)
      const held = await server.ask()
      assert.deepEqual([held.code, held.json.status], [503, 'down'])
      line.cut()
      server.pass(5_000)
      assert.equal((await server.ask()).json.status, 'down')
      server.pass(minute)
      // The trouble that the first tells of brings about one more, which would else still try when the line is mended.
      await server.heartbeat.beat()
      await nextTurn()
      await server.heartbeat.beat()
      assert.equal(server.heartbeat.isFailing, true)
      await line.mend()
      server.pass(5_000)
      await server.heartbeat.beat()
      const back = await server.ask()
      assert.deepEqual([back.code, back.json.status], [200, 'operational'])
      assert.deepEqual(
        back.json.incidents.map((one: { kind: string; ended_at: string }) => [one.kind, one.ended_at]),
        [['database', '2026-11-25T12:01:15Z']],
      )
      await server.end()
      await engine.close()
    })
  }
})

/** The database refuses what a heartbeat writes, as one does whose disk is full. */
async function refuseWrites(engine: Engine): Promise<void> {
  if (engine.dialect === 'sqlite') {
    await sql`create trigger refusal before update on server_runs
      begin select raise(abort, 'database or disk is full'); end`.execute(engine.writer)
    return
  }
  await sql`create function refuse() returns trigger language plpgsql
    as $$ begin raise exception 'No space left on device'; end $$`.execute(engine.writer)
  await sql`create trigger refusal before update on server_runs
    for each row execute function refuse()`.execute(engine.writer)
}

/** The way to PostgreSQL, which can be held, cut and mended. */
async function proxyTo(url: string) {
  const target = new URL(url)
  const sockets = new Set<Socket>()
  const proxy = createServer((here) => {
    const there = connect(Number(target.port), target.hostname)
    for (const [one, other] of [
      [here, there],
      [there, here],
    ] as const) {
      sockets.add(one)
      one.on('error', () => other.destroy())
      one.on('close', () => {
        sockets.delete(one)
        other.destroy()
      })
      one.pipe(other)
    }
  })
  const listen = async (port: number) => {
    proxy.listen(port, '127.0.0.1')
    await once(proxy, 'listening')
    const address = proxy.address()
    return typeof address === 'object' && address ? address.port : 0
  }
  const port = await listen(0)
  const through = new URL(url)
  through.host = `127.0.0.1:${port}`
  return {
    url: through.href,
    hold() {
      for (const socket of sockets) socket.unpipe().pause()
    },
    cut() {
      proxy.close()
      for (const socket of sockets) socket.destroy()
    },
    async mend() {
      await listen(port)
    },
  }
}
