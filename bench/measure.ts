import type { EngineName } from '../test/support/engines.ts'

/** One number that was measured. */
export interface Measure {
  what: string
  value: number
  unit: string
  /** What is to be reached. */
  atLeast?: number
  atMost?: number
}

/** A part of the benchmark. It is run once for each engine, on a database of its own. */
export interface Section {
  name: string
  measure(engine: EngineName): Promise<Measure[]>
}

export interface Result extends Measure {
  section: string
  engine: EngineName
}

/** The value below which this share of the numbers lies. */
export function quantile(numbers: readonly number[], share: number): number {
  const sorted = numbers.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN
}

/** A line for each result, in columns. */
export function table(results: readonly Result[]): string {
  const lines = results.map((result) => [
    result.section,
    result.engine,
    result.what,
    `${rounded(result.value)} ${result.unit}`,
    goalOf(result),
  ])
  const widths = [0, 1, 2, 3, 4].map((at) => Math.max(...lines.map((line) => line[at]?.length ?? 0)))
  return lines
    .map((line) =>
      line
        .map((cell, at) => cell.padEnd(widths[at] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

function goalOf({ value, unit, atLeast, atMost }: Result): string {
  if (atLeast === undefined && atMost === undefined) return ''
  const isReached = value >= (atLeast ?? value) && value <= (atMost ?? value)
  const goal = [
    atLeast === undefined ? '' : `at least ${atLeast}`,
    atMost === undefined ? '' : `at most ${atMost}`,
  ]
    .filter((part) => part !== '')
    .join(' and ')
  return `${isReached ? '✔' : '✖'} ${goal} ${unit}`
}

function rounded(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toFixed(1)
}
