import { openCompany } from './company.ts'
import { openLoadGenerator } from './load.ts'
import type { LoadRequest, Measure, Section } from './measure.ts'
import { openAccounts } from './prepared.ts'
import { getter } from './reading.ts'
import { alternate, over, ratio, served, type Turn } from './rounds.ts'
import { type Server, startServer } from './server.ts'
import type { Surroundings } from './surroundings.ts'

const smallTasks = 10_000
const perPage = 100

/** What is asked of a server: single tasks, and first pages. */
interface Asked {
  single: LoadRequest[]
  page: LoadRequest[]
}

/**
 * How much later the late answers come where there is very much of everything: `--large` names data that was
 * prepared, with many accounts, and the same is asked of a company of 10,000 tasks. One request at a time, so
 * that an answer does not wait for others.
 */
export const growth: Section = { name: 'growth', measure }

async function measure({ engine, isQuick, storage, company, large }: Surroundings): Promise<Measure[]> {
  if (large === null && !isQuick) {
    process.stderr.write(`growth on ${engine} needs prepared data: --large, see docs/performance.md\n`)
    return []
  }
  const effort = isQuick ? { rounds: 1, seconds: 0.05 } : { rounds: 9, seconds: 4, warmUp: 3_000 }
  const small = await openCompany(await storage(), isQuick ? 100 : smallTasks)
  const smallServer = await small.serve()
  const smallAsked = await asked(smallServer, [small.key], effort.rounds)
  // In its smallest form, the company of the other sections stands for the large data.
  const prepared = large ?? (await company()).storage
  if (large === null) await (await company()).stop()
  const keys = await openAccounts(prepared, isQuick ? 1 : 100)
  const largeServer = await startServer(prepared)
  const largeAsked = await asked(largeServer, keys, effort.rounds)

  const generator = await openLoadGenerator()
  const measures: Measure[] = []
  for (const [kind, what] of [
    ['single', 'GET a task'],
    ['page', `page 1 of ${perPage} tasks`],
  ] as const) {
    const contender = (server: Server, requests: LoadRequest[]) =>
      served(generator, { requests, connections: 1, status: 200, url: server.url, pid: server.pid })
    const turns = await alternate(
      {
        small: contender(smallServer, smallAsked[kind]),
        large: contender(largeServer, largeAsked[kind]),
      },
      effort,
    )
    measures.push(...rows(what, turns))
  }
  generator.close()
  await largeServer.stop()
  await small.stop()
  return measures
}

function rows(what: string, { small, large }: { small: readonly Turn[]; large: readonly Turn[] }): Measure[] {
  const beside = (number: (turn: Turn) => number) => ({
    ...over(large, number),
    floor: over(small, number).value,
    unit: 'ms',
  })
  return [
    { what: `${what}, p50 of large beside small`, ...beside(({ p50 }) => p50) },
    { what: `${what}, p99 of large beside small`, ...beside(({ p99 }) => p99) },
    {
      what: `${what}, p99 as a multiple`,
      ...ratio(large, small, ({ p99 }) => p99),
      unit: '×',
      atMost: 1.5,
    },
    { what: `${what}, computing of large beside small`, ...beside(({ cpu }) => cpu) },
  ]
}

/** Pages and records of all these accounts in turn, so that neighbours in time are no neighbours on the disk. */
async function asked(server: Server, keys: readonly string[], rounds: number): Promise<Asked> {
  const single: LoadRequest[] = []
  const page: LoadRequest[] = []
  const path = `/rest/tasks?per_page=${perPage}`
  for (const key of keys) {
    const headers = { authorization: `Bearer ${key}` }
    page.push({ path, headers })
    const get = getter(server.url, key)
    const first = await readIds(get, path)
    const ids = [...first.ids]
    const middle = Math.ceil(first.pages / 2)
    if (middle > 1) ids.push(...(await readIds(get, `${path}&page=${middle}`)).ids)
    single.push(...ids.map((id) => ({ path: `/rest/tasks/${id}`, headers })))
  }
  const most = rounds > 1 ? 2_000 : 20
  return { single: mixed(single).slice(0, most), page: mixed(page) }
}

async function readIds(
  get: ReturnType<typeof getter>,
  path: string,
): Promise<{ ids: string[]; pages: number }> {
  const { data, meta } = (await (await get(path)).json()) as {
    data: { id: string }[]
    meta: { total_pages: number }
  }
  return { ids: data.map(({ id }) => id), pages: meta.total_pages }
}

/** The same order in every run. */
function mixed<T>(list: readonly T[]): T[] {
  const rank = (at: number) => (at * 2_654_435_761) % 4_294_967_296
  return list
    .map((one, at) => [rank(at), one] as const)
    .sort(([a], [b]) => a - b)
    .map(([, one]) => one)
}
