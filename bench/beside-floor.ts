import type { Measure } from './measure.ts'
import { over, ratio, type Turn } from './rounds.ts'

export interface Comparison {
  own: readonly Turn[]
  floor: readonly Turn[]
  atLeast: number
  /**
   * Where the floor is the same kind of work. A server computes on one core, so this tells what it could do beside
   * a load generator that is never the slower one.
   */
  atLeastByComputing?: number
}

/** The rows of one kind of work: what it did, beside its floor. */
export function besideFloor(
  what: string,
  { own, floor, atLeast, atLeastByComputing }: Comparison,
): Measure[] {
  const beside = (number: (turn: Turn) => number) => ({
    ...over(own, number),
    floor: over(floor, number).value,
  })
  const measures: Measure[] = [
    { what, ...beside(perSecond), unit: '/s' },
    { what: `${what}, of its floor`, ...ratio(own, floor, perSecond), unit: '×', atLeast },
    { what: `${what}, computing`, ...beside(cpu), unit: 'ms' },
  ]
  if (atLeastByComputing !== undefined) {
    const byComputing = { ...ratio(floor, own, cpu), unit: '×', atLeast: atLeastByComputing }
    measures.push({ what: `${what}, of its floor by computing`, ...byComputing })
  }
  if (own.every(({ databaseCpu }) => databaseCpu !== null)) {
    const number = ({ databaseCpu }: Turn) => databaseCpu ?? 0
    measures.push({ what: `${what}, computing of PostgreSQL`, ...over(own, number), unit: 'ms' })
  }
  return [
    ...measures,
    { what: `${what}, p50`, ...beside(({ p50 }) => p50), unit: 'ms' },
    { what: `${what}, p99`, ...beside(({ p99 }) => p99), unit: 'ms' },
    {
      what: `${what}, load generator`,
      ...over(own, ({ generator }) => (generator ?? 0) * 100),
      unit: '% of a core',
    },
    ...(floor.some(({ generator }) => generator === null)
      ? []
      : [
          {
            what: `${what}, load generator at the floor`,
            ...over(floor, ({ generator }) => (generator ?? 0) * 100),
            unit: '% of a core',
          },
        ]),
  ]
}

function perSecond(turn: Turn): number {
  return turn.perSecond
}

function cpu(turn: Turn): number {
  return turn.cpu
}
