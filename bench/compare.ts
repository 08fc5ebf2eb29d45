/** How two samples of times differ, by statistics that a few very late ones do not move. */
export interface Comparison {
  /** How often one of the first takes longer than one of the second: 0.5 where they do not differ (Mann-Whitney). */
  longer: number
  /** Standard error of `longer` where they do not differ. */
  error: number
  /** Of the means without the fastest and the slowest tenth. */
  difference: number
  /** In which it lies in 95 of 100 cases, by drawing the samples anew. */
  between: readonly [number, number]
}

export function compare(first: readonly number[], second: readonly number[]): Comparison {
  const differences = Array.from(
    { length: draws },
    () => trimmedMean(drawn(first)) - trimmedMean(drawn(second)),
  ).sort((a, b) => a - b)
  const [n, m] = [first.length, second.length]
  return {
    longer: shareLonger(first, second),
    error: Math.sqrt((n + m + 1) / (12 * n * m)),
    difference: trimmedMean(first) - trimmedMean(second),
    between: [differences[Math.floor(draws * 0.025)] ?? 0, differences[Math.ceil(draws * 0.975) - 1] ?? 0],
  }
}

const draws = 400

function shareLonger(first: readonly number[], second: readonly number[]): number {
  const sorted = second.toSorted((a, b) => a - b)
  let sum = 0
  for (const time of first)
    sum += (countBelow(sorted, time, 'less') + countBelow(sorted, time, 'or same')) / 2
  return sum / (first.length * second.length)
}

/** How many are less than the time, or as long as it as well. */
function countBelow(sorted: readonly number[], time: number, what: 'less' | 'or same'): number {
  let [from, to] = [0, sorted.length]
  while (from < to) {
    const middle = (from + to) >> 1
    const value = sorted[middle] ?? 0
    if (value < time || (what === 'or same' && value === time)) from = middle + 1
    else to = middle
  }
  return from
}

function trimmedMean(times: readonly number[]): number {
  const sorted = times.toSorted((a, b) => a - b)
  const kept = sorted.slice(Math.floor(sorted.length * 0.1), Math.ceil(sorted.length * 0.9))
  return kept.reduce((sum, time) => sum + time, 0) / kept.length
}

function drawn(times: readonly number[]): number[] {
  return times.map(() => times[Math.floor(Math.random() * times.length)] ?? 0)
}
