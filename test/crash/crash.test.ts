/**
 * A server is killed again and again while clients write and deliveries are under way. Whatever was answered
 * must have been told, and nothing may be told that did not happen.
 *
 *     CRASH_KILLS=50 CRASH_CHANGES=10000 npm test -- test/crash
 */
import { it } from 'node:test'
import { forEachEngine } from '../support/engines.ts'
import { allEvents, checkCutOff, isOfContact, type Read } from './checks.ts'
import { openCrashingServer } from './crashing-server.ts'
import { openReceiver } from './receiver.ts'
import { letClaimsRunOut, setUp } from './storage.ts'
import { verdict } from './verdict.ts'
import { writeOn } from './writer.ts'

const kills = Number(process.env.CRASH_KILLS ?? 2)
const changes = Number(process.env.CRASH_CHANGES ?? 160)
const clients = 8

/** Near which a crash hits, in turn: with a write on its way, with a delivery on its way, right after an answer. */
const moments = ['sent', 'arrived', 'answered'] as const
/** How long after it at most: a write takes a few milliseconds, so any of its instants may be hit. */
const latestMs = 12

forEachEngine((engine) => {
  it(`loses no change and makes none up in ${kills} crashes`, async (test) => {
    const storage = await engine.open()
    let killed = 0
    let isDue = false
    let isOver = false
    let answers = 0
    let hit = (_moment: (typeof moments)[number]) => {}
    const receiver = await openReceiver(() => hit('arrived'))
    const { accountId, key, ground } = await setUp(storage, receiver.url)
    const server = openCrashingServer(storage)
    hit = (moment) => {
      if (isDue || killed === kills || answers < ((killed + 1) * changes) / (kills + 1)) return
      if (moment !== moments[killed % moments.length]) return
      isDue = true
      setTimeout(() => {
        if (server.crash()) killed++
        isDue = false
      }, Math.random() * latestMs)
    }
    const read: Read = async (path) => {
      const authorization = `Bearer ${key}`
      const response = await fetch(`${await server.url()}/rest${path}`, { headers: { authorization } })
      return { status: response.status, body: await response.json() }
    }
    const client = (name: string) =>
      writeOn(name, {
        url: server.url,
        key,
        ground,
        isHolding: engine.name === 'postgres',
        isOver: () => isOver,
        goesOn: () => !isOver && (answers < changes || killed < kills),
        sent: () => hit('sent'),
        answered() {
          answers++
          hit('answered')
        },
      })
    try {
      const names = Array.from({ length: clients }, (_, at) => `client ${at}`)
      const written = await Promise.all(names.map(client))
      if (engine.name === 'postgres') await letClaimsRunOut(storage)
      for (const { finish } of written) await finish()
      const writes = written.flatMap((one) => one.writes)
      const events = await allEvents(read)
      await receiver.has(events.filter(isOfContact).map(({ id }) => id))
      await checkCutOff(read, writes, events)
      await server.stop()
      test.diagnostic(`${killed} kills of the server`)
      for (const counts of await verdict(storage, accountId, { writes, events, receiver }))
        test.diagnostic(counts)
    } finally {
      isOver = true
      receiver.close()
      await server.stop()
    }
  })
})
