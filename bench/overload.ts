import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { contacts } from './create.ts'
import { openLoadGenerator } from './load.ts'
import { type LoadRequest, type Measure, median, quantile, type Section } from './measure.ts'
import type { RateOrder, RateReport } from './rate-program.ts'
import type { Surroundings } from './surroundings.ts'

/** As many as are let in at one time, so that none is refused while the capacity is looked for. */
const connections = 8
const loads = [0.5, 2, 4] as const

/**
 * What becomes of requests when several times as many are sent as can be answered: lists of a hundred, at a rate
 * that no answer changes. The first second of a load is left out of its times and told by itself, because a queue
 * must stand for a while before it is known for one.
 */
export const overload: Section = { name: 'overload', measure }

async function measure({ company, isQuick }: Surroundings): Promise<Measure[]> {
  const effort = isQuick ? { rounds: 1, seconds: 1.5 } : { rounds: 3, seconds: 6 }
  const { key, serve } = await company()
  const { url } = await serve()
  const list: LoadRequest = {
    path: '/rest/tasks?per_page=100',
    headers: { authorization: `Bearer ${key}` },
  }
  const creates = contacts(key)
  const requests = creates.flatMap((create, at) => (at % 10 === 0 ? [create] : [list]))
  const capacity = await capacityOf(url, [list], effort.seconds)
  const sender = await openSender()
  const rounds: Record<(typeof loads)[number], RateReport[]> = { 0.5: [], 2: [], 4: [] }
  const after: RateReport[] = []
  for (let round = 0; round < effort.rounds; round++) {
    for (const load of loads) {
      const perSecond = Math.max(1, Math.round(capacity * load))
      rounds[load].push(await sender.send({ url, requests, perSecond, seconds: effort.seconds }))
    }
    const perSecond = Math.max(1, Math.round(capacity / 2))
    after.push(await sender.send({ url, requests, perSecond, seconds: effort.seconds / 2 }))
  }
  sender.close()
  const p99 = (report: RateReport) => quantile(settled(report.accepted, 1 / effort.seconds), 0.99)
  const half = rounds[0.5].map(p99)
  return [
    { what: 'capacity, lists of 100 tasks', value: capacity, unit: '/s' },
    { what: 'p99 at half of it', value: median(half), unit: 'ms' },
    ...([2, 4] as const).flatMap((load): Measure[] => {
      const reports = rounds[load]
      const middle = (of: (report: RateReport) => number) => median(reports.map(of))
      return [
        {
          what: `${load} times the capacity: p99 of those answered, as a multiple`,
          value: median(reports.map((one, at) => p99(one) / (half[at] ?? Number.NaN))),
          unit: '×',
          atMost: 3,
        },
        { what: `${load} times: the same in ms`, value: middle(p99), unit: 'ms' },
        {
          what: `${load} times: of the first second, p99`,
          value: middle(firstP99(1 / effort.seconds)),
          unit: 'ms',
        },
        {
          what: `${load} times: answered`,
          value: middle(({ accepted }) => accepted.length / effort.seconds),
          unit: '/s',
        },
        { what: `${load} times: share refused`, value: middle(shareShed), unit: '' },
        {
          what: `${load} times: p99 of a refusal`,
          value: middle(({ shed }) => quantile([...shed, 0], 0.99)),
          unit: 'ms',
        },
        {
          what: `${load} times: p99 of how late the sender was`,
          value: middle(({ late }) => quantile(late, 0.99)),
          unit: 'ms',
        },
        {
          what: `${load} times: failed otherwise`,
          value: middle(({ failed }) => failed),
          unit: '',
          atMost: 0,
        },
      ]
    }),
    {
      what: 'at half the capacity again: until the last is refused',
      value: median(after.map(({ lastShedAt }) => lastShedAt)),
      unit: 'ms',
    },
  ]
}

/** Answers come about in the order in which their requests were due. */
function settled(times: readonly number[], firstShare: number): number[] {
  return times.slice(Math.floor(times.length * firstShare))
}

function firstP99(share: number) {
  return ({ accepted }: RateReport) => quantile(accepted.slice(0, Math.ceil(accepted.length * share)), 0.99)
}

function shareShed({ shed, accepted }: RateReport): number {
  return shed.length / (shed.length + accepted.length)
}

async function capacityOf(url: string, requests: LoadRequest[], seconds: number): Promise<number> {
  const generator = await openLoadGenerator()
  const order = { url, requests, connections, status: 200 }
  await generator.send({ ...order, seconds: seconds / 2 })
  const report = await generator.send({ ...order, seconds })
  generator.close()
  return report.count / report.seconds
}

async function openSender() {
  const child = fork(fileURLToPath(new URL('./rate-program.ts', import.meta.url)), { execArgv: [] })
  await once(child, 'message')
  return {
    async send(order: RateOrder): Promise<RateReport> {
      child.send(order)
      const [report] = await once(child, 'message')
      return report as RateReport
    },
    close: () => child.disconnect(),
  }
}
