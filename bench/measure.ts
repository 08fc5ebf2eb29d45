import type { EngineName } from '../test/support/engines.ts'
import type { Surroundings } from './surroundings.ts'

/** So many tasks has the account that was measured elsewhere. */
export const tasksOfAccount = 110_381

/** One number that was measured. */
export interface Measure {
  what: string
  value: number
  unit: string
  /** The least and the most of the rounds, of which `value` is the middle. */
  spread?: readonly [number, number]
  /** The same of what does the same work with nothing around it, in the same unit. */
  floor?: number
  /** What is to be reached. */
  atLeast?: number
  atMost?: number
}

/** A part of the benchmark. */
export interface Section {
  name: string
  /** Its bounds are no goals of speed: where one is not kept, the run fails. */
  mustHold?: true
  measure(surroundings: Surroundings): Promise<Measure[]>
}

export interface Result extends Measure {
  section: string
  engine: EngineName
}

/** What the load generator is to send: these requests in turn, from so many connections. */
export interface LoadOrder {
  url: string
  requests: readonly LoadRequest[]
  connections: number
  seconds: number
  /** How many are sent however long it takes; a busy machine may need it. */
  fewest?: number
  /** What each must be answered. */
  status: number
}

export interface LoadRequest {
  method?: 'GET' | 'POST'
  path: string
  headers: Record<string, string>
  body?: string
}

/** What came of it. Times are milliseconds, `bytes` what one answer had with its headers. */
export interface LoadReport {
  count: number
  seconds: number
  p50: number
  p99: number
  bytes: number
  /** How much of a core the load generator took: near 1 it is what was measured. */
  busy: number
  /** How many were answered something else, by status. */
  wrong: Record<string, number>
  /** How many were not answered at all. */
  failures: number
}

/** The value below which this share of the numbers lies. */
export function quantile(numbers: readonly number[], share: number): number {
  const sorted = numbers.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN
}

export function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b)
  const [low = Number.NaN, high = Number.NaN] = [(sorted.length - 1) >> 1, sorted.length >> 1].map(
    (at) => sorted[at],
  )
  return (low + high) / 2
}
