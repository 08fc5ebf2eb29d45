import assert from 'node:assert/strict'
import { type Bare, openBare } from './bare.ts'
import type { Company } from './company.ts'
import { cpuTime } from './cpu-time.ts'
import { type Measure, median, type Section, tasksOfAccount } from './measure.ts'
import { byCursor, byExport, byPage, getter, perPage } from './reading.ts'
import type { Surroundings } from './surroundings.ts'

const exportPath = '/rest/export/tasks.ndjson'
const linesAtOnce = 1_000

/**
 * What takes integrators longest elsewhere: one client that reads every task, one request after the other, and
 * parses every record. The floor is the same client, sent as many bytes by a bare server.
 */
export const fullRead: Section = { name: 'full-read', measure }

async function measure({ isQuick, company }: Surroundings): Promise<Measure[]> {
  const opened = await company()
  const server = await opened.serve()
  const bare = await openBare()
  const get = getter(server.url, opened.key)
  const bareGet = getter(bare.url, opened.key)
  const ways: Record<string, { own: () => Promise<number>; floor: () => Promise<number> }> = {
    [`page by page at ${perPage}`]: { own: () => byPage(get), floor: () => byPage(bareGet) },
    [`by cursor at ${perPage}`]: { own: () => byCursor(get), floor: () => byPage(bareGet) },
    'as an NDJSON export': { own: () => byExport(get), floor: () => byExport(bareGet) },
  }
  const measures: Measure[] = []
  const counts = new Set<number>()
  for (const [way, { own, floor }] of Object.entries(ways)) {
    const isExport = way.includes('export')
    await (isExport ? sayExport : sayPage)(bare, server.url, opened)
    const turns = { own: [] as Timed[], floor: [] as Timed[] }
    for (let round = 0; round < (isQuick ? 1 : 3); round++) {
      turns.floor.push(await timed(floor, bare.pid))
      turns.own.push(await timed(own, server.pid))
    }
    for (const { count } of turns.own) counts.add(count)
    const isThatAccount = opened.tasks === tasksOfAccount
    measures.push(
      ...rows(`all ${opened.tasks} tasks ${way}`, turns, isThatAccount ? (isExport ? 1.5 : 5) : null),
    )
  }
  bare.close()
  assert.equal(counts.size, 1, `The ways of reading differ: ${[...counts].join(', ')} records`)
  return measures
}

interface Timed {
  count: number
  seconds: number
  /** What the server computed meanwhile, in seconds. */
  cpu: number
}

async function timed(read: () => Promise<number>, pid: number): Promise<Timed> {
  const [begun, before] = [performance.now(), cpuTime(pid)]
  const count = await read()
  return { count, seconds: (performance.now() - begun) / 1_000, cpu: (cpuTime(pid) - before) / 1_000 }
}

function rows(
  what: string,
  { own, floor }: { own: readonly Timed[]; floor: readonly Timed[] },
  atMost: number | null,
): Measure[] {
  const seconds = own.map((one) => one.seconds)
  return [
    {
      what,
      value: median(seconds),
      spread: [Math.min(...seconds), Math.max(...seconds)],
      floor: median(floor.map((one) => one.seconds)),
      unit: 's',
      ...(atMost === null ? {} : { atMost }),
    },
    {
      what: `${what}, computing`,
      value: median(own.map(({ cpu }) => cpu)),
      floor: median(floor.map(({ cpu }) => cpu)),
      unit: 's',
    },
  ]
}

/** One page for all of them: it says how many there are. */
function sayPage(bare: Bare, url: string, { key }: Company): Promise<void> {
  return bare.repeat(`${url}/rest/tasks?per_page=${perPage}&page=1`, {
    headers: { authorization: `Bearer ${key}` },
  })
}

/** The first lines again and again, until they are as many as the real ones. */
async function sayExport(bare: Bare, url: string, { key }: Company): Promise<void> {
  const response = await getter(url, key)(exportPath)
  const lines = (await response.text()).split('\n').slice(0, -1)
  const body = lines
    .slice(0, linesAtOnce)
    .map((line) => `${line}\n`)
    .join('')
  await bare.say({
    status: 200,
    headers: { 'content-type': 'application/x-ndjson' },
    body,
    times: Math.ceil(lines.length / linesAtOnce),
  })
}
