import { cpuTime } from './cpu-time.ts'
import type { DatabaseProcess } from './database-process.ts'
import type { LoadGenerator } from './load.ts'
import { type LoadOrder, median } from './measure.ts'

/** What one of those that are compared did in its turn. Times are milliseconds. */
export interface Turn {
  perSecond: number
  p50: number
  p99: number
  /** What the server computed for each request. */
  cpu: number
  /** What PostgreSQL computed for each; null where there is none. */
  databaseCpu: number | null
  /** Of one answer with its headers, on average; null where there are no answers. */
  bytes: number | null
  /** How much of a core the load generator took. */
  generator: number | null
}

/** One of those that are compared: works for so many seconds, and until it has done so many. */
export type Contender = (seconds: number, fewest?: number) => Promise<Turn>

export interface Effort {
  rounds: number
  seconds: number
  /** Requests before the first that counts: until V8 has compiled what is used often, each costs several times more. */
  warmUp?: number
}

/**
 * Lets them work in turn, again and again, so that what else the machine does is in all of them alike. Each has
 * had a turn before the first that counts.
 */
export async function alternate<Name extends string>(
  contenders: Readonly<Record<Name, Contender>>,
  { rounds, seconds, warmUp }: Effort,
): Promise<Record<Name, Turn[]>> {
  const entries = Object.entries<Contender>(contenders)
  const turns = Object.fromEntries(entries.map(([name]) => [name, [] as Turn[]]))
  for (const [, work] of entries) await work(seconds, warmUp)
  for (let round = 0; round < rounds; round++) {
    for (const [name, work] of entries) turns[name]?.push(await work(seconds))
  }
  return turns as Record<Name, Turn[]>
}

/** A server that is sent requests over HTTP. */
export function served(
  generator: LoadGenerator,
  {
    pid,
    database = null,
    ...order
  }: Omit<LoadOrder, 'seconds'> & { pid: number; database?: DatabaseProcess | null },
): Contender {
  return async (seconds, fewest) => {
    const [cpu, databaseCpu] = [cpuTime(pid), database?.cpuTime() ?? 0]
    const report = await generator.send({ ...order, seconds, ...(fewest === undefined ? {} : { fewest }) })
    return {
      perSecond: report.count / report.seconds,
      p50: report.p50,
      p99: report.p99,
      cpu: (cpuTime(pid) - cpu) / report.count,
      databaseCpu: database && (database.cpuTime() - databaseCpu) / report.count,
      bytes: report.bytes,
      generator: report.busy,
    }
  }
}

/** The middle of a number of all turns, and the least and the most of it. */
export function over(turns: readonly Turn[], number: (turn: Turn) => number): Spread {
  return spreadOf(turns.map(number))
}

/** How often one holds the other's number, round by round. */
export function ratio(
  turns: readonly Turn[],
  others: readonly Turn[],
  number: (turn: Turn) => number,
): Spread {
  return spreadOf(turns.map((turn, at) => number(turn) / number(others[at] ?? turn)))
}

export interface Spread {
  value: number
  spread: readonly [number, number]
}

function spreadOf(numbers: readonly number[]): Spread {
  return { value: median(numbers), spread: [Math.min(...numbers), Math.max(...numbers)] }
}
