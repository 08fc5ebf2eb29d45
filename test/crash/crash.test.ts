/**
 * A server is killed again and again while clients write and deliveries are under way. Whatever was answered
 * must have been told, and nothing may be told that did not happen.
 *
 *     CRASH_KILLS=50 CRASH_CHANGES=10000 npm test -- test/crash
 */
import { it } from 'node:test'
import { readConfig } from '../../server/config.ts'
import { start } from '../../server/main.ts'
import { openCompany } from '../api/server.ts'
import { forEachEngine, type OpenEngine } from '../support/engines.ts'
import {
  allEvents,
  changeLog,
  checkAnswered,
  checkArrivals,
  checkCutOff,
  checkTold,
  isOfContact,
  type Read,
} from './checks.ts'
import { openCrashingServer } from './crashing-server.ts'
import { openReceiver } from './receiver.ts'
import { writeOn } from './writer.ts'

const kills = Number(process.env.CRASH_KILLS ?? 4)
const changes = Number(process.env.CRASH_CHANGES ?? 400)
const clients = 8

/** Where a crash hits, in turn: with a write on its way, with a delivery on its way, right after an answer. */
const moments = ['sent', 'arrived', 'answered'] as const

forEachEngine((engine) => {
  it(`loses no change and makes none up in ${kills} crashes`, async (test) => {
    const storage = await engine.open()
    let killed = 0
    let answers = 0
    let hit = (_moment: (typeof moments)[number]) => {}
    const receiver = await openReceiver(() => hit('arrived'))
    const { accountId, key } = await setUp(storage, receiver.url)
    const server = openCrashingServer(storage)
    hit = (moment) => {
      const isDue = killed < kills && answers >= ((killed + 1) * changes) / (kills + 1)
      if (isDue && moment === moments[killed % moments.length] && server.crash()) killed++
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
        goesOn: () => answers < changes || killed < kills,
        sent: () => hit('sent'),
        answered() {
          answers++
          hit('answered')
        },
      })
    try {
      const names = Array.from({ length: clients }, (_, at) => `client ${at}`)
      const writes = (await Promise.all(names.map(client))).flat()
      const events = await allEvents(read)
      await receiver.has(events.filter(isOfContact).map(({ id }) => id))
      await checkCutOff(read, writes, events)
      await server.stop()
      const logged = await changeLog(storage, accountId)
      checkAnswered(writes, logged)
      checkTold(events, logged)
      checkArrivals(receiver.arrivals, events)

      const cutOff = writes.filter(({ isAnswered }) => !isAnswered).map(({ requestId }) => requestId)
      const kept = logged.filter(({ request_id }) => request_id !== null && cutOff.includes(request_id))
      const repeated = receiver.arrivals.filter(({ attempt }) => attempt > 1)
      test.diagnostic(
        `${killed} kills; ${answers} changes answered, ${cutOff.length} cut off, ${kept.length} of those kept; ` +
          `${events.length} events, ${receiver.arrivals.length} attempts arrived, ${repeated.length} of them repeated`,
      )
    } finally {
      receiver.close()
      await server.stop()
    }
  })
})

/** An account with a key and a subscription to all that happens to contacts. */
async function setUp(storage: OpenEngine, receiver: string): Promise<{ accountId: string; key: string }> {
  const running = await start(
    readConfig({
      PORT: '0',
      HOST: '127.0.0.1',
      LATCHKEY_DATA: storage.directory,
      LOG_LEVEL: 'silent',
      WEBHOOKS_ALLOW_PRIVATE: 'true',
      ...(storage.url ? { DATABASE_URL: storage.url } : {}),
    }),
  )
  const seen = { exchanges: [], secrets: [], violations: () => [] }
  const { accountId, key, api } = await openCompany(running, 'Acme Homes', 'ann@example.com', seen)
  await api.made('/webhook_subscriptions', { event_names: ['contact.*'], target_url: receiver })
  await running.stop()
  return { accountId, key }
}
