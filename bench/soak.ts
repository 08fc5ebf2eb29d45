import { readdirSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import { Client } from 'pg'
import { type Measure, median, type Section } from './measure.ts'
import { openReceiver } from './receiver.ts'
import { serve } from './served.ts'
import { type Counts, workOn } from './soak-work.ts'
import type { Surroundings } from './surroundings.ts'

/** A modest rate, which leaves the machine time for what tidies up: it is looked for what piles up, not for speed. */
const perSecond = 25
const sampleMs = 1_000
/** Until then caches fill, V8 compiles and the database opens its connections. */
const warmUpShare = 0.3
const token = 'a token of the metrics'

/** What a process holds at one moment. Memory in millions of bytes. */
interface Sample {
  minute: number
  resident: number
  heap: number
  external: number
  descriptors: number
  backends: number
}

/**
 * Whether a server that works for long holds no more than one that has worked for a little: memory, descriptors and
 * connections to the database, while records are written and read, streams come and go and webhooks are sent. What
 * the heap holds after a collection is taken from its least in a tenth of the time.
 */
export const soak: Section = { name: 'soak', mustHold: true, measure }

async function measure({ storage, minutes, isQuick }: Surroundings): Promise<Measure[]> {
  const place = await storage()
  const settings = { METRICS_TOKEN: token, REQUESTS_AT_ONCE: '8' }
  const served = await serve(place, ['one', 'two'], settings)
  const receiver = await openReceiver()
  const database = place.url ? new Client({ connectionString: place.url }) : null
  await database?.connect()
  const ending = new AbortController()
  const keys = Object.values(served.keys)
  const working = keys.map((key) =>
    workOn({
      url: served.url,
      key,
      receiver: receiver.url,
      perSecond: perSecond / keys.length,
      ending: ending.signal,
    }),
  )
  const samples: Sample[] = []
  const begun = performance.now()
  const totalMs = (isQuick ? 0.05 : minutes) * 60_000
  while (performance.now() - begun < totalMs) {
    await wait(sampleMs)
    const minute = (performance.now() - begun) / 60_000
    samples.push({ minute, ...(await sampleOf(served, database)) })
    if (samples.length % 30 === 0) process.stderr.write(`${JSON.stringify(samples.at(-1))}\n`)
  }
  ending.abort()
  const counts = await Promise.all(working)
  await database?.end()
  receiver.close()
  await served.stop()
  return report(samples, counts, totalMs)
}

async function sampleOf(
  { url, pid }: { url: string; pid: number },
  database: Client | null,
): Promise<Omit<Sample, 'minute'>> {
  const answer = await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${token}` } })
  const text = await answer.text()
  const megabytes = (name: string) =>
    Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1] ?? Number.NaN) / 1_000_000
  const backends = await database?.query(
    'select count(*)::int as count from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
  )
  return {
    resident: megabytes('process_resident_memory_bytes'),
    heap: megabytes('nodejs_heap_size_used_bytes'),
    external: megabytes('nodejs_external_memory_bytes'),
    descriptors: readdirSync(`/proc/${pid}/fd`).length,
    backends: Number(backends?.rows[0]?.count ?? 0),
  }
}

/** The most that each may grow in a minute, as a share of what there is after the warm-up, and in units of it. */
const bounds = { share: 0.01, resident: 1, heap: 0.5, descriptors: 0.5, backends: 0.2 }

function report(samples: readonly Sample[], counts: readonly Counts[], totalMs: number): Measure[] {
  const settled = samples.slice(Math.floor(samples.length * warmUpShare))
  const windows = inTenths(settled)
  const growth = (of: 'resident' | 'heap' | 'descriptors' | 'backends', unit: string): Measure[] => {
    const least = windows.map((some) => Math.min(...some.map((one) => one[of])))
    const times = windows.map((some) => median(some.map(({ minute }) => minute)))
    const level = median(least)
    const value = slope(times, least)
    return [
      { what: `${of}, after the warm-up`, value: least[0] ?? Number.NaN, unit },
      { what: `${of}, at the end`, value: least.at(-1) ?? Number.NaN, unit },
      {
        what: `${of}, growth`,
        value,
        unit: `${unit}/min`.trim(),
        ...(totalMs < 300_000 ? {} : { atMost: Math.max(bounds[of], bounds.share * level) }),
      },
    ]
  }
  const sum = (of: keyof Counts) => counts.reduce((all, one) => all + one[of], 0)
  return [
    { what: 'requests answered', value: sum('answered'), unit: '' },
    { what: 'requests refused as too many', value: sum('refused'), unit: '' },
    { what: 'requests that failed', value: sum('failed'), unit: '', atMost: 0 },
    { what: 'events read from streams', value: sum('events'), unit: '' },
    ...growth('resident', 'MB'),
    ...growth('heap', 'MB'),
    ...growth('descriptors', ''),
    ...growth('backends', ''),
  ]
}

function inTenths(samples: readonly Sample[]): Sample[][] {
  const each = Math.max(1, Math.floor(samples.length / 10))
  const tenths: Sample[][] = []
  for (let at = 0; at + each <= samples.length; at += each) tenths.push(samples.slice(at, at + each))
  return tenths
}

/** By least squares. */
function slope(xs: readonly number[], ys: readonly number[]): number {
  const mean = (all: readonly number[]) => all.reduce((sum, one) => sum + one, 0) / all.length
  const [x, y] = [mean(xs), mean(ys)]
  let [up, down] = [0, 0]
  for (const [at, one] of xs.entries()) {
    up += (one - x) * ((ys[at] ?? y) - y)
    down += (one - x) ** 2
  }
  return down === 0 ? 0 : up / down
}
