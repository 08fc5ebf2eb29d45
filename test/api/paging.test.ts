import assert from 'node:assert/strict'
import { EventEmitter, once } from 'node:events'
import { Agent, request as httpRequest } from 'node:http'
import { before, describe, it } from 'node:test'
import { sql } from 'kysely'
import { seededIds } from '../../server/demo/ids.ts'
import type { Entry } from '../../server/demo/journal.ts'
import { writeEntries } from '../../server/demo/write-entries.ts'
import { tasks } from '../../server/resources/tasks/tasks.schema.ts'
import { forEachEngine } from '../support/engines.ts'
import { type ApiServer, startApi, timeZone } from './server.ts'

/** The rows that exist throughout, and those among them that somebody deletes meanwhile. */
const staying = 5_000
const leaving = 500
const seed = 20_260_301
/** So that a reader of single rows comes to an end; changing others goes on. */
const mostInserted = 200
/** How many pages are read for each turn of the other client. */
const readsPerTurn = 20

interface Row {
  id: string
  created_at: string
  name: string | null
}

interface Page {
  data: Row[]
  meta: { next_cursor: string | null; has_more: boolean; total_count?: number }
}

interface Walk {
  by: 'page' | 'cursor'
  size: number
  order?: string
}

const walks: readonly Walk[] = [
  ...(['page', 'cursor'] as const).flatMap((by) => [1, 7, 200].map((size) => ({ by, size }))),
  { by: 'cursor', size: 7, order: 'order_field=name&order_direction=desc' },
]

forEachEngine((engine) => {
  const server = startApi(engine)

  describe(`a walk over ${staying} rows, while another client inserts, updates and deletes`, () => {
    const planned = plan()
    const stayers = planned.filter((_, at) => !leaves(at)).map(({ id }) => id)
    const leavers = planned.filter((_, at) => leaves(at)).map(({ id }) => id)
    let seen: Map<Walk, Row[]>
    let written: Written

    before(async () => {
      const { engine, accountId } = { engine: server.running.engine, accountId: server.acme.accountId }
      await writeEntries({ engine, accountId, timeZone, seed, newsSince: Number.POSITIVE_INFINITY }, planned)
      // PostgreSQL does this by itself within a minute.
      if (engine.dialect === 'postgres') await sql`analyze`.execute(engine.writer)
      const stop = new AbortController()
      const pace = createPace()
      const writing = write(server, { stayers, leavers }, { pace, signal: stop.signal })
      const walked = await Promise.all(
        walks.map(async (walk) => [walk, await walkOver(server, walk, pace)] as const),
      )
      stop.abort()
      written = await writing
      seen = new Map(walked)
    })

    it('really was disturbed', () => {
      for (const [act, count] of Object.entries(written)) assert.ok(count > 20, `${count} ${act}`)
    })

    for (const walk of walks) {
      const { by, size, order } = walk
      const name = `by ${by} in sizes of ${size}${order ? `, ${order}` : ''}`
      const rows = () => seen.get(walk) ?? []

      it(`${name} doubles no row and keeps the order`, () => {
        const found = ids(rows())
        assert.equal(new Set(found).size, found.length)
        if (order) assertDescending(rows())
        else assertOldestFirst(rows(), planned)
      })

      it(`${name} misses ${by === 'cursor' ? 'no row' : 'no more rows than were deleted'}`, () => {
        const found = new Set(rows().map(({ id }) => id))
        const missed = stayers.filter((id) => !found.has(id))
        if (by === 'cursor') assert.deepEqual(missed, [])
        else assert.ok(missed.length <= written.deleted, `${missed.length} of ${written.deleted}`)
      })
    }

    for (const direction of ['asc', 'desc']) {
      it(`shows every page that a cursor comes to by its number, ${direction}, up to the end and behind it`, async () => {
        const order = `order_field=created_at&order_direction=${direction}`
        const all: Row[] = []
        let [next, total]: [string | null, number] = ['', 0]
        while (next !== null) {
          const page: Page = await read(
            server,
            `/tasks?per_page=200&cursor=${encodeURIComponent(next)}&${order}`,
          )
          all.push(...page.data)
          next = page.meta.next_cursor
          total = page.meta.total_count ?? 0
        }
        assert.equal(total, all.length)
        for (let at = 0; at <= all.length + 200; at += 200) {
          const page = await read(server, `/tasks?per_page=200&page=${at / 200 + 1}&${order}`)
          const due = all.slice(at, at + 200)
          assert.deepEqual(ids(page.data), ids(due))
          assert.equal(page.meta.has_more, at + 200 < all.length)
        }
      })
    }
  })
})

function ids(rows: readonly Row[]): string[] {
  return rows.map(({ id }) => id)
}

/** Every eleventh leaves. Ten rows share each millisecond, so that the id has to decide. */
function plan(): Entry[] {
  const newId = seededIds(seed, 'paging')
  const start = Date.parse('2026-03-01T09:00:00Z')
  return Array.from({ length: staying + leaving }, (_, at): Entry => {
    const time = start + Math.floor(at / 10)
    return {
      at: time,
      kind: 'create',
      resource: tasks,
      id: newId(time),
      by: null,
      fields: { name: `Row ${String(at).padStart(4, '0')}` },
    }
  })
}

function leaves(at: number): boolean {
  return at % 11 === 5
}

/** Lets one client go on for every so many pages that others have read. */
interface Pace {
  read(): void
  turn(signal: AbortSignal): Promise<void>
}

function createPace(): Pace {
  const reads = new EventEmitter()
  let ahead = 0
  return {
    read() {
      ahead++
      if (ahead >= readsPerTurn) reads.emit('enough')
    },
    async turn(signal) {
      while (ahead < readsPerTurn && !signal.aborted)
        await once(reads, 'enough', { signal }).catch((error) => {
          if (!signal.aborted) throw error
        })
      ahead -= readsPerTurn
    },
  }
}

async function walkOver(server: ApiServer, { by, size, order }: Walk, pace: Pace): Promise<Row[]> {
  const rows: Row[] = []
  let next: string | null = by === 'page' ? '1' : ''
  while (next !== null) {
    const position: string = `${by}=${encodeURIComponent(next)}`
    // A reader of single rows would count all of them five thousand times.
    const total = size === 1 ? '&include_total=false' : ''
    const page = await read(server, `/tasks?per_page=${size}&${position}${total}&${order ?? ''}`)
    pace.read()
    rows.push(...page.data)
    const { has_more, next_cursor } = page.meta
    next = by === 'cursor' ? next_cursor : has_more ? String(Number(next) + 1) : null
  }
  return rows
}

async function read(server: ApiServer, path: string): Promise<Page> {
  const { status, text } = await send(server, 'GET', path)
  assert.equal(status, 200, text)
  return JSON.parse(text)
}

/** Connections that stay: with one each, thirteen thousand requests would be about connecting. */
const agent = new Agent({ keepAlive: true })

function send(
  { url, acme }: ApiServer,
  method: string,
  path: string,
  body?: object,
): Promise<{ status: number; text: string }> {
  const headers = { authorization: acme.key, ...(body ? { 'content-type': 'application/json' } : {}) }
  return new Promise((resolve, reject) => {
    const request = httpRequest(`${url}/rest${path}`, { method, headers, agent }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk) => chunks.push(chunk))
      response.once('error', reject)
      response.once('end', () =>
        resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') }),
      )
    })
    request.once('error', reject)
    request.end(body ? JSON.stringify(body) : undefined)
  })
}

interface Written {
  inserted: number
  updated: number
  deleted: number
}

/** Another client: it writes one after the other, all the while that the others read. */
async function write(
  server: ApiServer,
  { stayers, leavers }: { stayers: readonly string[]; leavers: readonly string[] },
  { pace, signal }: { pace: Pace; signal: AbortSignal },
): Promise<Written> {
  const written = { inserted: 0, updated: 0, deleted: 0 }
  const change = async (method: string, path: string, body?: object) => {
    const { status, text } = await send(server, method, `/tasks${path}`, body)
    assert.ok(status < 300, `${method} ${path} → ${status} ${text}`)
  }
  for (let turn = 0; ; turn++) {
    await pace.turn(signal)
    if (signal.aborted) return written
    if (written.inserted < mostInserted) {
      await change('POST', '', { name: `New ${turn}` })
      written.inserted++
    }
    // Far apart from one another, as others' changes are.
    await change('PATCH', `/${stayers[(turn * 617) % stayers.length]}`, { description: `Changed ${turn}` })
    written.updated++
    const leaver = leavers[(turn * 7) % leavers.length]
    if (leaver && turn < leavers.length) {
      await change('DELETE', `/${leaver}`)
      written.deleted++
    }
  }
}

/** In the order in which they were planned, and what was inserted since behind them, oldest first. */
function assertOldestFirst(rows: readonly Row[], planned: readonly Entry[]): void {
  const sorted = planned.toSorted((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1)).map(({ id }) => id)
  const place = new Map(sorted.map((id, at) => [id, at]))
  const places = rows.map(({ id }) => place.get(id) ?? planned.length)
  for (const [at, own] of places.entries()) assert.ok(own >= (places[at - 1] ?? 0), `row ${at}`)
  const times = rows.slice(places.indexOf(planned.length)).map(({ created_at }) => created_at)
  assert.deepEqual(times, times.toSorted())
}

function assertDescending(rows: readonly Row[]): void {
  const names = rows.map(({ name }) => String(name).toLowerCase())
  assert.deepEqual(names, names.toSorted().toReversed())
}
