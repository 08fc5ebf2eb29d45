/**
 * The writes of the API meet with faults at their commit, on a PostgreSQL that is reached by a way which makes
 * them, and are done once all the same.
 *
 *     FAULTS=all npm test -- test/faults   # every write with each fault; npm test gives one of each kind some of them
 */
import assert from 'node:assert/strict'
import { after, describe, it } from 'node:test'
import { operations } from '../../server/resources/operations.ts'
import type { Operation } from '../../server/rest/operation.ts'
import { startApi } from '../api/server.ts'
import { type Engine, openEngine } from '../support/engines.ts'
import { type Fault, type FaultyWay, faults, openFaultyWay } from './faulty-way.ts'
import { kindOf, makeFirst, type Outcome, writesOf } from './writes.ts'

const everyFault = process.env.FAULTS === 'all'

describe('on postgres', () => {
  let way: FaultyWay
  let close = async () => {}
  const engine: Engine = {
    name: 'postgres',
    async open() {
      const storage = await openEngine('postgres')
      close = storage.close
      way = await openFaultyWay(storage.url ?? '')
      return { ...storage, url: way.url }
    },
  }
  const server = startApi(engine)
  after(async () => {
    way.close()
    await close()
  })

  const writes = operations(() => Promise.reject(new Error('not called'))).filter(
    ({ method }) => method !== 'GET',
  )
  const kinds = [...Map.groupBy(writes, kindOf).values()]
  const tried = everyFault ? writes : kinds.flatMap((alike, at) => alike.slice(at % alike.length).slice(0, 1))

  tried.forEach((operation, at) => {
    const name = `${operation.method} ${operation.path}`
    const met = everyFault ? faults : someFor(operation, at)
    it(`does ${name} once, whatever becomes of its commit (${met.join(', ')})`, async () => {
      await makeFirst(server, operation)
      const write = await writesOf(server, operation)
      const usual = await write()
      assert.ok(usual.status < 300, `${name} answered ${usual.status}: ${usual.text}`)
      for (const fault of met) {
        const found = await write(() => way.arm(fault))
        assert.equal(way.disarm(), false, `${fault} was not met with`)
        assert.deepEqual(shown(found), shown(usual), `${name} with ${fault}: ${found.text}`)
      }
    })
  })

  it('has given every change its events, at positions without a gap', async () => {
    const { engine: storage, publisher } = server.running
    await publisher.publishAll()
    const events = await storage.reader.selectFrom('events').select(['account_id', 'position']).execute()
    for (const [, own] of Map.groupBy(events, (event) => event.account_id)) {
      const positions = own.map(({ position }) => position).sort((one, other) => one - other)
      assert.deepEqual(
        positions,
        positions.map((_, index) => index + 1),
      )
    }
  })
})

/** What makes something new would make it twice, were it not known that it is there. */
function someFor({ method }: Operation, at: number): Fault[] {
  const own = faults.slice(at % faults.length).slice(0, 1)
  return [...new Set<Fault>(method === 'POST' ? ['unanswered', ...own] : own)]
}

/** The text tells ids, so it differs each time. */
function shown({ status, rows, changes }: Outcome) {
  return { status, rows, changes }
}
