import { Agent, request } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import { everyScope } from '../server/access/scopes.ts'
import { findKey } from '../server/api-keys/key.lookup.ts'
import { rotateKey } from '../server/api-keys/key.store.ts'
import { newKey, withChecksum } from '../server/api-keys/key-format.ts'
import { createKey } from '../server/api-keys/named-keys.store.ts'
import { readConfig } from '../server/config.ts'
import { start } from '../server/main.ts'
import { openCompany } from '../test/api/server.ts'
import { type Comparison, compare } from './compare.ts'
import type { Measure, Section } from './measure.ts'
import type { Surroundings } from './surroundings.ts'

/** Texts of each kind: so many that where the hash of one happens to lie in the index does not matter. */
const keyCount = 8
const texts = keyCount * 61
/** Connections from as many addresses, at a pace at which no answer is held up. */
const addresses = 40
const betweenMs = 10

/**
 * Whether the time of a refusal tells how near a text was to a key. Kinds are asked for in turn, in an order that
 * is drawn anew for each round, and each is compared with far misses; other far misses are compared as well, which
 * tells what difference chance makes, and mistyped ones, which may differ: their checksum is known to all.
 */
export const keyTiming: Section = { name: 'key-timing', measure }

async function measure({ storage: open, isQuick }: Surroundings): Promise<Measure[]> {
  const rounds = isQuick ? { inProcess: 20, byHttp: 3 } : { inProcess: 2_000, byHttp: 250 }
  const storage = await open()
  const database = storage.url ? { DATABASE_URL: storage.url } : {}
  const settings = { PORT: '0', HOST: '127.0.0.1', LOG_LEVEL: 'silent', LATCHKEY_DATA: storage.directory }
  const running = await start(readConfig({ ...settings, ...database }))
  const seen = { exchanges: [], secrets: [], violations: () => [] }
  const { accountId, adminId, email, key } = await openCompany(running, 'One', 'ann@example.com', seen)
  const by = { userId: adminId, name: 'Ann Ash', email, accountId, accountName: 'One' }
  const context = { engine: running.engine, secrets: running.secrets, announce: async () => {} }
  const act = { by, origin: { address: null, userAgent: null, requestId: null } }
  const rotated = [key]
  while (rotated.length <= texts) rotated.push((await rotateKey(context, act)).secret)
  const keys: string[] = []
  while (keys.length < keyCount) {
    const fields = { name: `Key ${keys.length}`, scopes: everyScope }
    keys.push((await createKey(context, act, { fields, problems: [] })).secret)
  }
  const kinds = kindsOf(keys, rotated.slice(0, -1))
  const inProcess = await timesOf(kinds, {
    rounds: rounds.inProcess,
    ask: async (text) => {
      const begun = performance.now()
      await findKey(running.engine, text)
      return performance.now() - begun
    },
  })
  const client = openClient(running.url)
  const byHttp = await timesOf(kinds, { rounds: rounds.byHttp, ask: client.ask })
  client.close()
  await running.stop()
  return [...measuresOf('in process', inProcess), ...measuresOf('by HTTP', byHttp)]
}

const far = 'far'

function kindsOf(keys: readonly string[], rotated: readonly string[]): Map<string, readonly string[]> {
  const others = (at: number) =>
    keys.flatMap((key) => [...base62].filter((one) => one !== key[at]).map((one) => changed(key, at, one)))
  const random = () => Array.from({ length: texts }, () => newKey('live'))
  return new Map([
    [far, random()],
    ['other far ones', random()],
    ['near, first character', others(8)],
    ['near, middle character', others(24)],
    ['near, last character', others(39)],
    ['rotated away', rotated],
    ['mistyped', random().map((text) => `${text.slice(0, -1)}${text.endsWith('A') ? 'B' : 'A'}`)],
  ])
}

const base62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

function changed(key: string, at: number, to: string): string {
  return withChecksum(`${key.slice(0, at)}${to}${key.slice(at + 1, -6)}`)
}

async function timesOf(
  kinds: ReadonlyMap<string, readonly string[]>,
  { rounds, ask }: { rounds: number; ask: (text: string) => Promise<number> },
): Promise<Map<string, number[]>> {
  const times = new Map([...kinds.keys()].map((kind) => [kind, [] as number[]]))
  const warmUp = Math.ceil(rounds / 10)
  for (let round = -warmUp; round < rounds; round++) {
    for (const [kind, ofKind] of shuffled([...kinds])) {
      // Copied, so that no text is another kind of string to the engine, or one that it has seen.
      const text = Buffer.from(ofKind[(round + warmUp) % ofKind.length] ?? '').toString('latin1')
      const time = await ask(text)
      if (round >= 0) times.get(kind)?.push(time)
    }
  }
  return times
}

function shuffled<T>(list: T[]): T[] {
  return list
    .map((one) => [Math.random(), one] as const)
    .sort(([a], [b]) => a - b)
    .map(([, one]) => one)
}

function measuresOf(where: string, times: ReadonlyMap<string, number[]>): Measure[] {
  const base = times.get(far) ?? []
  return [...times]
    .filter(([kind]) => kind !== far)
    .flatMap(([kind, ofKind]) => {
      const found = compare(ofKind, base)
      return [
        {
          what: `${where}, ${kind}: share that takes longer than a far one`,
          value: found.longer * 100,
          unit: '%',
          ...(kind === 'mistyped' ? {} : aroundHalf(found)),
        },
        { what: `${where}, ${kind}: difference`, value: found.difference * 1_000, unit: 'µs' },
        {
          what: `${where}, ${kind}: more or less (95 %)`,
          value: (found.between[1] - found.between[0]) * 500,
          unit: 'µs',
        },
      ]
    })
}

/** What chance leaves between two samples of the same, but for one comparison in two thousand. */
function aroundHalf({ error }: Comparison): { atLeast: number; atMost: number } {
  const most = Math.round(3_500 * error) / 10
  return { atLeast: 50 - most, atMost: 50 + most }
}

function openClient(url: string): { ask(text: string): Promise<number>; close(): void } {
  const agent = new Agent({ keepAlive: true })
  let turn = 0
  return {
    async ask(text) {
      await wait(betweenMs)
      const localAddress = `127.2.0.${1 + (turn++ % addresses)}`
      const { promise, resolve, reject } = Promise.withResolvers<number>()
      const options = { agent, localAddress, headers: { authorization: `Bearer ${text}` } }
      const begun = performance.now()
      const sent = request(`${url}/rest/info/account`, options, (response) => {
        if (response.statusCode !== 401) reject(new Error(`A wrong key was answered ${response.statusCode}`))
        response.on('data', () => {})
        response.on('end', () => resolve(performance.now() - begun))
        response.on('error', reject)
      })
      sent.on('error', reject)
      sent.end()
      return promise
    },
    close: () => agent.destroy(),
  }
}
