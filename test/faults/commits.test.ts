/**
 * Every write of the API meets with faults at its commit, on a PostgreSQL that is reached by a way which makes
 * them, and is done once all the same.
 *
 *     FAULTS=all npm test -- test/faults   # each write with each fault; npm test gives each one of them
 */
import assert from 'node:assert/strict'
import { after, describe, it } from 'node:test'
import { operations } from '../../server/resources/operations.ts'
import { startApi } from '../api/server.ts'
import { type Engine, openEngine } from '../support/engines.ts'
import { type FaultyWay, faults, openFaultyWay } from './faulty-way.ts'
import { type Outcome, unlogged, writesOf } from './writes.ts'

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

  writes.forEach((operation, at) => {
    const name = `${operation.method} ${operation.path}`
    const met = everyFault ? faults : [faults[at % faults.length] ?? 'unanswered']
    it(`does ${name} once, whatever becomes of its commit (${met.join(', ')})`, async () => {
      const write = await writesOf(server, operation)
      // What the first one makes for all after it, such as a tag, is there then.
      await write()
      const usual = await write()
      assert.ok(usual.status < 300, `${name} answered ${usual.status}: ${usual.text}`)
      for (const fault of met) {
        const found = await write(() => way.arm(fault))
        const isUnmet = way.disarm()
        assert.equal(isUnmet, unlogged.has(name), `${fault} ${isUnmet ? 'was not met with' : 'was met with'}`)
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

/** The text tells ids, so it differs each time. */
function shown({ status, rows, changes }: Outcome) {
  return { status, rows, changes }
}
