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
      await admin.request('POST', '/api/rest-access/enable')
      await changesEverywhere(admin, urls)
      const keys: Keys = { all: [await overlapEverywhere(admin, urls)], phase: 0 }
      const seen = await underLoad(urls, keys, (count) => rotateAll(admin, urls, keys, count))
      check(seen)
    } finally {
      for (const server of servers) await server.stop()
    }
  })
})

/**
 * Until the time that was given to it the old key works as well, on every node, and never two old ones.
 * Returns the newest.
 */
async function overlapEverywhere(admin: Person, urls: string[]): Promise<string> {
  const [first = '', last = first] = [urls[0], urls.at(-1)]
  const rotate = async (url: string, seconds: number) => {
    const body = { previous_key_works_for: seconds }
    return String((await admin.at(url).request('POST', '/api/rest-access/rotate', body)).body.secret)
  }
  const oldest = await rotate(first, 0)
  const old = await rotate(last, 3_600)
  assert.deepEqual([await statuses(urls, oldest), await statuses(urls, old)], ['200', '200'])
  const newer = await rotate(first, 86_400)
  assert.deepEqual([await statuses(urls, oldest), await statuses(urls, old)], ['401', '200'])
  const newest = await rotate(last, 0)
  assert.deepEqual([await statuses(urls, old), await statuses(urls, newer)], ['401', '401'])
  assert.equal(await statuses(urls, newest), '200')
  return newest
}

/** What an admin changes of a key counts for its next request, on whichever node. */
async function changesEverywhere(admin: Person, urls: string[]): Promise<void> {
  const fields = { name: 'Website', scopes: ['*:read'] }
  const { body } = await admin.request('POST', '/api/rest-access/keys', fields)
  const secret = String(body.secret)
  const path = `/api/rest-access/keys/${(body.key as { id: string }).id}`
  const steps = [
    ['POST', `${path}/disable`, {}, '401'],
    ['POST', `${path}/enable`, {}, '200'],
    ['PATCH', path, { allowed_addresses: ['203.0.113.7'] }, '403'],
    ['PATCH', path, { allowed_addresses: [] }, '200'],
    ['POST', `${path}/revoke`, {}, '401'],
  ] as const
  assert.equal(await statuses(urls, secret), '200')
  for (const [turn, [method, target, change, expected]] of steps.entries()) {
    const node = admin.at(urls[turn % urls.length] ?? '')
    assert.equal((await node.request(method, target, change)).status, 200)
    assert.equal(await statuses(urls, secret), expected, `${method} ${target}`)
  }
}

/** What the nodes answer to a key, each status once. */
async function statuses(urls: string[], key: string): Promise<string> {
  const headers = { authorization: `Bearer ${key}` }
  const all = await Promise.all(urls.map((url) => fetch(`${url}/rest/info/user`, { headers })))
  return [...new Set(all.map(({ status }) => status))].join()
}

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
      // Few of them are old, since an address that sends many wrong keys is held up.
      const behind = Math.min(newest, [1, 2][(turn + connection) % 8] ?? 0)
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
  const refusals = new Set(older.map(({ status }) => status))
  assert.ok(refusals.has(401), 'no older key was told that it is none')
  // Where they are very many, an address is told that instead.
  assert.deepEqual(refusals.difference(new Set([401, 429])), new Set())
  assert.deepEqual(new Set(newest.map(({ status }) => status)), new Set([200]))
}
