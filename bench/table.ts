import type { Result } from './measure.ts'

const titles = ['', '', '', 'measured', 'least … most', 'floor', 'to reach']

/** A line for each result, in columns. */
export function table(results: readonly Result[]): string {
  const lines = [titles, ...results.map(cellsOf)]
  const widths = titles.map((_, at) => Math.max(...lines.map((line) => line[at]?.length ?? 0)))
  return lines
    .map((line) =>
      line
        .map((cell, at) => cell.padEnd(widths[at] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

function cellsOf(result: Result): string[] {
  const { section, engine, what, value, unit, spread, floor } = result
  return [
    section,
    engine,
    what,
    `${rounded(value)} ${unit}`,
    spread ? spread.map(rounded).join(' … ') : '',
    floor === undefined ? '' : rounded(floor),
    goalOf(result),
  ]
}

export function isReached({ value, atLeast = value, atMost = value }: Result): boolean {
  return value >= atLeast && value <= atMost
}

function goalOf(result: Result): string {
  const { unit, atLeast, atMost } = result
  if (atLeast === undefined && atMost === undefined) return ''
  const goal = [
    atLeast === undefined ? '' : `at least ${atLeast}`,
    atMost === undefined ? '' : `at most ${atMost}`,
  ]
    .filter((part) => part !== '')
    .join(' and ')
  return `${isReached(result) ? '✔' : '✖'} ${goal} ${unit}`
}

/** Three digits that count. */
function rounded(value: number): string {
  return value >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(3)))
}
