import assert from 'node:assert/strict'
import { after, before, it } from 'node:test'
import { forEachEngine } from '../../test/support/engines.ts'
import type { Engine } from '../storage/engine.ts'
import { newId } from '../storage/ids.ts'
import { openEngine } from '../storage/open.ts'
import { createCounting } from './counting.ts'

const seconds = 60

it('never says less than before, though what it counted alone is still on its way', async (test) => {
  test.mock.timers.enable({ apis: ['Date', 'setTimeout'], now: 1_000_000 })
  const onItsWay = Promise.withResolvers<void>()
  let counted = 0
  const counter = {
    async penalty(_: string, points: number) {
      if (points === 3) await onItsWay.promise
      counted += points
      return { consumedPoints: counted, msBeforeNext: seconds * 1_000 }
    },
  }
  const engine = { isShared: true, counter: () => counter } as unknown as Engine
  const counting = createCounting(engine, 'test', seconds)
  const add = () => counting.add('busy', 1, 1_000_000)
  for (let used = 1; used <= 6; used++) assert.equal((await add()).used, used)
  assert.equal(counted, 3)
  test.mock.timers.tick(100)
  const next = add()
  onItsWay.resolve()
  assert.equal((await next).used, 7)
})

forEachEngine((under) => {
  let engines: Engine[] = []

  before(async () => {
    const { url: databaseUrl, directory: dataDirectory } = await under.open()
    const nodes = under.name === 'postgres' ? 2 : 1
    for (let node = 0; node < nodes; node++) engines.push(await openEngine({ dataDirectory, databaseUrl }))
  })
  after(async () => {
    for (const engine of engines) await engine.close()
    engines = []
  })

  it('gives each of many requests at once a count of its own', async () => {
    const [engine] = engines
    assert.ok(engine)
    const counting = createCounting(engine, 'test', seconds)
    const name = newId()
    const counts = await Promise.all(Array.from({ length: 300 }, () => counting.add(name, 1, 1_000_000)))
    assert.deepEqual(
      counts.map(({ used }) => used).toSorted((a, b) => a - b),
      counts.map((_, at) => at + 1),
    )
  })

  it('lets through as many as the limit says, on all nodes together, however busy they are', async () => {
    const name = newId()
    const limit = 500
    const nodes = engines.map((engine) => createCounting(engine, 'test', seconds))
    let passed = 0
    const ask = async (turn: number) => {
      const { used } = (await nodes[turn % nodes.length]?.add(name, 1, limit)) ?? assert.fail()
      if (used <= limit) passed++
    }
    for (let first = 0; first < 700; first += 20)
      await Promise.all(Array.from({ length: 20 }, (_, at) => ask(first + at)))
    assert.equal(passed, limit)
  })
})
