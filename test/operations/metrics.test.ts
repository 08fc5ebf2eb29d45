import assert from 'node:assert/strict'
import { it } from 'node:test'
import { CompiledQuery, Kysely, SqliteAdapter, sql } from 'kysely'
import { readConfig } from '../../server/config.ts'
import { start } from '../../server/main.ts'
import { readQueues } from '../../server/metrics/queues.ts'
import { newId } from '../../server/storage/ids.ts'
import { withRetry } from '../../server/storage/retry.ts'
import type { Tables } from '../../server/storage/tables.ts'
import { startApi } from '../api/server.ts'
import { forEachEngine, openEngine } from '../support/engines.ts'
import { parseScraped, type Sample } from './scraped.ts'

const token = 'a-token-for-the-scraper'

forEachEngine((engine) => {
  const server = startApi(engine, async () => ({ METRICS_TOKEN: token, METRICS_PORT: '0' }))
  const scrape = (headers: Record<string, string> = { authorization: `Bearer ${token}` }) =>
    fetch(server.running.metricsUrl ?? '', { headers })
  const samples = async () => parseScraped(await (await scrape()).text())

  it('tells of the requests by route, method and status, and how long they took', async () => {
    const contact = await server.acme.api.made('/contacts', { first_name: 'Rosa' })
    for (const version of ['/rest', '/rest/v1']) {
      const path = `${server.url}${version}/contacts/${contact.id}?search=rosa`
      await (await fetch(path, { headers: { authorization: `Bearer ${server.acme.key}` } })).text()
    }
    await fetch(`${server.url}/rest/contacts/${newId()}`)
    await fetch(`${server.url}/nothing/${newId()}`)
    const all = await samples()
    const route = { method: 'GET', route: '/rest/contacts/:id' }
    assert.equal(told(all, 'latchkey_http_requests_total', { ...route, status: '200' }), 2)
    assert.equal(told(all, 'latchkey_http_requests_total', { ...route, status: '401' }), 1)
    assert.equal(told(all, 'latchkey_http_request_duration_seconds_count', route), 3)
    assert.equal(told(all, 'latchkey_http_request_duration_seconds_bucket', { ...route, le: '+Inf' }), 3)
    assert.equal(told(all, 'latchkey_http_requests_under_way', {}), 0)
    assert.equal(told(all, 'latchkey_http_requests_shed_total', {}), 0)
    assert.equal(told(all, 'latchkey_database_up', {}), 1)
    const names = new Set(all.map(({ name }) => name))
    for (const name of [
      'process_open_fds',
      'nodejs_eventloop_lag_p99_seconds',
      'nodejs_heap_size_used_bytes',
    ])
      assert.ok(names.has(name), name)
    const ofEngine = engine.name === 'sqlite' ? 'latchkey_database_bytes' : 'latchkey_database_connections'
    assert.ok(names.has(ofEngine))
  })

  it('has labels of the code alone: no id, key, address or word of a request', async () => {
    const all = await samples()
    const words = new Set(all.flatMap(({ labels }) => Object.values(labels)))
    for (const word of words) {
      assert.doesNotMatch(word, /[0-9a-f]{8}-|lk_|@|rosa|nothing/i)
      assert.ok(word.length < 100)
    }
  })

  it('is for those with the token', async () => {
    for (const authorization of ['', 'Bearer', `Bearer ${token}x`, token, `Bearer ${server.acme.key}`]) {
      const { status, headers } = await scrape({ authorization })
      assert.equal(status, 401, authorization)
      assert.match(headers.get('www-authenticate') ?? '', /^Bearer/)
    }
    assert.equal((await scrape({})).status, 401)
    const own = await fetch(`${server.url}/metrics`, { headers: { authorization: `Bearer ${token}` } })
    assert.equal(own.status, 404, 'they have a port of their own')
  })

  it('tells of transactions that were tried again', async () => {
    let tries = 0
    await withRetry(async () => {
      if (++tries < 3) throw Object.assign(new Error('conflict'), { code: '40001' })
    })
    const counted = told(await samples(), 'latchkey_transaction_retries_total', { reason: '40001' })
    assert.ok(counted >= 2, String(counted))
  })

  it('counts what waits and what is due, and how long it has been', async () => {
    const now = Date.now()
    const { engine: storage } = server.running
    const mail = (at: number, status = 'queued') => ({
      id: newId(),
      recipient: 'rosa@example.com',
      subject: 'Hello',
      sealed_text: null,
      status,
      attempts: 1,
      last_error: null,
      created_at: at,
      next_attempt_at: at,
      expires_at: null,
      sent_at: null,
    })
    await storage.transaction((tx) =>
      tx
        .insertInto('outgoing_mails')
        .values([mail(now - 90_000), mail(now - 5_000), mail(now + 60_000), mail(now - 99_000, 'sent')])
        .execute(),
    )
    const [mails] = await readQueues(storage.reader, now)
    assert.deepEqual(mails, { name: 'mails', waiting: 3, due: 2, lag: 90 })
  })

  it('looks the queues up by indexes', async () => {
    const { reader } = server.running.engine
    const queries: CompiledQuery[] = []
    await readQueues(recording(reader, queries), Date.now())
    assert.ok(queries.length >= 5)
    for (const { sql: text, parameters } of queries) {
      const plan = await planOf(reader, CompiledQuery.raw(text, [...parameters]))
      assert.ok(plan.length > 0)
      for (const line of plan) assert.doesNotMatch(line, readsAll, `${line}\n${text}`)
    }
  })
})

it('is on the port of the server where there is no other, and off without a token', async () => {
  for (const [settings, status] of [
    [{}, 404],
    [{ METRICS_TOKEN: token }, 200],
  ] as const) {
    const storage = await openEngine('sqlite')
    const running = await start(
      readConfig({
        PORT: '0',
        HOST: '127.0.0.1',
        LATCHKEY_DATA: storage.directory,
        LOG_LEVEL: 'silent',
        ...settings,
      }),
    )
    try {
      const address = `${running.url}/metrics`
      const asked = await fetch(address, { headers: { authorization: `Bearer ${token}` } })
      assert.equal(asked.status, status)
      if (status === 200) assert.ok(parseScraped(await asked.text()).length > 50)
      assert.equal((await fetch(address)).status, status === 200 ? 401 : 404)
    } finally {
      await running.stop()
      await storage.close()
    }
  }
})

/** Of what is not published every row waits, so it may be read up to the limit. */
const readsAll = /Seq Scan|^SCAN (?!.*INDEX|.*CONSTANT|unpublished_changes|counted|queued|turns|open|some_of)/

/** Runs what is asked, and keeps it. */
function recording(reader: Kysely<Tables>, queries: CompiledQuery[]): Kysely<Tables> {
  const executor = reader.getExecutor()
  return new Kysely<Tables>({
    dialect: {
      createAdapter: () => executor.adapter,
      createIntrospector: () => reader.introspection,
      createQueryCompiler: () => ({ compileQuery: (node, id) => executor.compileQuery(node, id) }),
      createDriver: () => ({
        init: async () => {},
        acquireConnection: async () => ({
          executeQuery: async (query) => {
            queries.push(query)
            return reader.executeQuery(query) as never
          },
          streamQuery: () => {
            throw new Error('not called')
          },
        }),
        beginTransaction: async () => {},
        commitTransaction: async () => {},
        rollbackTransaction: async () => {},
        releaseConnection: async () => {},
        destroy: async () => {},
      }),
    },
  })
}

/** How the engine would do it, where it takes indexes even of small tables. */
function planOf(reader: Kysely<Tables>, query: CompiledQuery): Promise<string[]> {
  return reader.connection().execute(async (connection) => {
    if (reader.getExecutor().adapter instanceof SqliteAdapter) {
      const { rows } = await connection.executeQuery<{ detail: string }>({
        ...query,
        sql: `explain query plan ${query.sql}`,
      })
      return rows.map(({ detail }) => detail)
    }
    return connection.transaction().execute(async (tx) => {
      await sql`set local enable_seqscan = off`.execute(tx)
      const { rows } = await tx.executeQuery<{ 'QUERY PLAN': string }>({
        ...query,
        sql: `explain ${query.sql}`,
      })
      return rows.map((row) => row['QUERY PLAN'])
    })
  })
}

function told(samples: readonly Sample[], name: string, labels: Record<string, string>): number {
  const found = samples.filter(
    (sample) =>
      sample.name === name && Object.entries(labels).every(([key, value]) => sample.labels[key] === value),
  )
  assert.equal(found.length, 1, `${name} ${JSON.stringify(labels)}`)
  return found[0]?.value ?? Number.NaN
}
