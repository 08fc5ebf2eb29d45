import assert from 'node:assert/strict'
import { it } from 'node:test'
import { type Person, setUpCompany } from '../support/admin.ts'
import { forEachEngine } from '../support/engines.ts'
import { startServerProcess } from '../support/server-process.ts'

const connections = 16
const rotations = 20
const requestsBetween = 40

/** What is known of the keys at one instant, as their holders see it. */
interface Keys {
  /** In the order of their making; the last is the newest whose rotation was answered. */
  all: string[]
  /** Rises when a rotation is sent and when it is answered: odd while one is under way. */
  phase: number
}

interface Observation {
  /** How many rotations behind the newest key the used one was when the request started. */
  behind: number
  /** Whether no rotation was under way at any time of the request. */
  undisturbed: boolean
  status: number
}

forEachEngine((engine) => {
  const nodes = engine.name === 'postgres' ? 2 : 1

  it(`ends every older key with the answer to the rotation, under load on ${nodes} node(s)`, async () => {
    const storage = await engine.open()
    const env = { LATCHKEY_SECRET: 'the same secret on every node, 32+', LOG_LEVEL: 'warn' }
    const servers = [await startServerProcess(storage, env)]
    while (servers.length < nodes) servers.push(await startServerProcess(storage, env))
    const urls = servers.map((server) => server.url)
    try {
      const [first = ''] = urls
      const admin = await setUpCompany(first)
      // The budget must not end the test before the rotations do.
      await admin.request('PATCH', '/api/rest-access/settings', { requests_per_minute: 1_000_000 })
      const { body } = await admin.request('POST', '/api/rest-access/enable')
      const keys: Keys = { all: [String(body.secret)], phase: 0 }
      const seen = await underLoad(urls, keys, (count) => rotateAll(admin, urls, keys, count))
      check(seen)
    } finally {
      for (const server of servers) await server.stop()
    }
  })
})

async function rotateAll(admin: Person, urls: string[], keys: Keys, count: () => number): Promise<void> {
  for (let turn = 0; turn < rotations; turn++) {
    const enough = count() + requestsBetween
    while (count() < enough) await new Promise((resolve) => setImmediate(resolve))
    keys.phase++
    const { status, body } = await admin
      .at(urls[turn % urls.length] ?? '')
      .request('POST', '/api/rest-access/rotate')
    assert.equal(status, 200, JSON.stringify(body))
    keys.all.push(String(body.secret))
    keys.phase++
  }
}

/** Keeps connections busy with old and new keys for as long as `work` runs. */
async function underLoad(
  urls: string[],
  keys: Keys,
  work: (count: () => number) => Promise<void>,
): Promise<Observation[]> {
  const seen: Observation[] = []
  let done = false
  const busy = Array.from({ length: connections }, async (_, connection) => {
    for (let turn = 0; !done; turn++) {
      const newest = keys.all.length - 1
      const behind = Math.min(newest, (turn + connection) % 3)
      const before = keys.phase
      const response = await fetch(`${urls[(turn + connection) % urls.length]}/rest/info/user`, {
        headers: { authorization: `Bearer ${keys.all[newest - behind]}` },
      })
      await response.arrayBuffer()
      seen.push({ behind, undisturbed: before % 2 === 0 && keys.phase === before, status: response.status })
    }
  })
  try {
    await work(() => seen.length)
  } finally {
    done = true
    await Promise.all(busy)
  }
  return seen
}

function check(seen: Observation[]): void {
  const older = seen.filter((request) => request.behind > 0)
  const newest = seen.filter((request) => request.behind === 0 && request.undisturbed)
  assert.ok(older.length > 100, `only ${older.length} requests used an older key`)
  assert.ok(newest.length > 100, `only ${newest.length} requests used the newest key undisturbed`)
  assert.deepEqual(new Set(older.map(({ status }) => status)), new Set([401]))
  assert.deepEqual(new Set(newest.map(({ status }) => status)), new Set([200]))
}
