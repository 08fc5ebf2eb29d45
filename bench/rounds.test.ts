import assert from 'node:assert/strict'
import { it } from 'node:test'
import { alternate, over, ratio, type Turn } from './rounds.ts'

const nothing = { p50: 0, p99: 0, cpu: 0, databaseCpu: null, bytes: null, generator: null }
const turns = (...numbers: number[]): Turn[] => numbers.map((perSecond) => ({ ...nothing, perSecond }))

it('takes turns, and does not count the first of each', async () => {
  const asked: string[] = []
  const contender = (name: string) => async (seconds: number, fewest?: number) => {
    asked.push(`${name} ${fewest ?? seconds}`)
    return { ...nothing, perSecond: asked.length }
  }
  const counted = await alternate(
    { floor: contender('floor'), own: contender('own') },
    { rounds: 2, seconds: 3, warmUp: 1_000 },
  )
  assert.deepEqual(asked, ['floor 1000', 'own 1000', 'floor 3', 'own 3', 'floor 3', 'own 3'])
  assert.deepEqual(counted, { floor: turns(3, 5), own: turns(4, 6) })
})

it('compares within each round, so that a slow minute of the machine falls out', () => {
  const quotient = ratio(turns(50, 5, 60), turns(100, 10, 100), ({ perSecond }) => perSecond)
  assert.deepEqual(quotient, { value: 0.5, spread: [0.5, 0.6] })
  assert.deepEqual(
    over(turns(50, 5, 60), ({ perSecond }) => perSecond),
    { value: 50, spread: [5, 60] },
  )
})
