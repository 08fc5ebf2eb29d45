import { Agent, request } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import { openBare } from './bare.ts'
import { cpuTime } from './cpu-time.ts'
import { type Measure, quantile, type Section } from './measure.ts'
import { type Served, serve } from './served.ts'
import type { Surroundings } from './surroundings.ts'
import { type Attack, startSender } from './wrong-keys-sender.ts'

const betweenMs = 3

const usual = {
  keys: 'unknown',
  addresses: 1,
  connections: 1_000,
  perSecond: 10_000,
  isNewEachTime: false,
} as const
const attacks: Record<string, Attack> = {
  'mistyped, one address': { ...usual, keys: 'mistyped' },
  'unknown, one address': usual,
  'unknown, one address, new connections': { ...usual, isNewEachTime: true },
  'unknown, 1000 addresses': { ...usual, addresses: 1_000 },
}

/**
 * How fast a right key is answered, alone and beside a process that sends ten thousand wrong keys a second. The
 * sender takes a good part of a small machine, whoever answers it; so there is a third turn, in which it sends to
 * a server that does nothing. Turns alternate, so that what else the machine does is in each alike.
 */
export const wrongKeys: Section = { name: 'wrong-keys', measure }

async function measure({ storage, isQuick }: Surroundings): Promise<Measure[]> {
  const served = await serve(await storage(), ['one'])
  const bare = await openBare()
  // The sender counts once a second.
  const effort = isQuick ? { rounds: 1, turnMs: 1_300 } : { rounds: 3, turnMs: 2_000 }
  await served.warmedUp()
  await ask(served, effort)
  const measures: Measure[] = []
  for (const [name, attack] of Object.entries(attacks).slice(0, isQuick ? 1 : undefined)) {
    measures.push(...(await measureAttack(served, { name, attack, bareUrl: bare.url, effort })))
  }
  bare.close()
  await served.stop()
  return measures
}

async function measureAttack(
  served: Served,
  { name, attack, bareUrl, effort }: { name: string; attack: Attack; bareUrl: string; effort: Effort },
): Promise<Measure[]> {
  const alone = { times: [] as number[], cpu: 0 }
  const elsewhere = { times: [] as number[] }
  const beside = { times: [] as number[], cpu: 0, sent: 0, answered: 0, seconds: 0 }
  for (let round = 0; round < effort.rounds; round++) {
    add(alone, await ask(served, effort))

    const other = await startSender(bareUrl, attack)
    elsewhere.times.push(...(await ask(served, effort)).times)
    await other.stop()

    const sender = await startSender(served.url, attack)
    const begun = { at: performance.now(), cpu: cpuTime(served.pid) }
    sender.read()
    beside.times.push(...(await ask(served, effort)).times)
    const { sent, answered, seconds } = sender.read()
    // Its counts come once a second, so the time that they cover is not that of the requests.
    const share = (performance.now() - begun.at) / 1_000 / Math.max(1, seconds)
    beside.cpu += cpuTime(served.pid) - begun.cpu
    beside.sent += sent * share
    beside.answered += answered * share
    beside.seconds += seconds * share
    await sender.stop()
  }
  const ofOne = alone.cpu / alone.times.length
  const ofRefused = (beside.cpu - ofOne * beside.times.length) / beside.answered
  return [
    { what: `${name}: wrong keys sent`, value: beside.sent / beside.seconds, unit: '/s' },
    { what: `${name}: wrong keys answered`, value: beside.answered / beside.seconds, unit: '/s' },
    { what: `${name}: computing for a right key`, value: ofOne * 1_000, unit: 'µs' },
    { what: `${name}: computing for a wrong key`, value: ofRefused * 1_000, unit: 'µs' },
    ...[0.5, 0.9, 0.99].flatMap((share) => {
      const [a, b, c] = [alone, beside, elsewhere].map(({ times }) => quantile(times, share))
      const p = `p${share * 100}`
      return [
        { what: `${name}: right key alone, ${p}`, value: a ?? 0, unit: 'ms' },
        { what: `${name}: ${p}, as a multiple`, value: (b ?? 0) / (a ?? 1), unit: '×', atMost: 1.2 },
        { what: `${name}: ${p}, while others are attacked`, value: (c ?? 0) / (a ?? 1), unit: '×' },
      ]
    }),
  ]
}

interface Effort {
  rounds: number
  turnMs: number
}

interface Turn {
  times: number[]
  /** What the server computed meanwhile, in milliseconds. */
  cpu: number
}

function add(sum: Turn, { times, cpu }: Turn): void {
  sum.times.push(...times)
  sum.cpu += cpu
}

async function ask({ url, pid, keys }: Served, { turnMs }: Effort): Promise<Turn> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const times: number[] = []
  const before = cpuTime(pid)
  const end = performance.now() + turnMs
  while (performance.now() < end) {
    const begun = performance.now()
    await askOnce(url, keys.one ?? '', agent)
    times.push(performance.now() - begun)
    await wait(betweenMs)
  }
  agent.destroy()
  return { times, cpu: cpuTime(pid) - before }
}

function askOnce(url: string, key: string, agent: Agent): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${key}` }
    const sent = request(`${url}/rest/info/account`, { agent, headers }, (response) => {
      if (response.statusCode !== 200) reject(new Error(`A right key was answered ${response.statusCode}`))
      response.on('data', () => {})
      response.on('end', resolve)
      response.on('error', reject)
    })
    sent.on('error', reject)
    sent.end()
  })
}
