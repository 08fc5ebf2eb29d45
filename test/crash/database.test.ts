/**
 * The database is killed and restarted again and again under a server that lives on, while clients write.
 *
 *     CRASH_DATABASE_KILLS=20 CRASH_CHANGES=4000 npm test -- test/crash/database.test.ts
 */
import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { it } from 'node:test'
import type { OpenEngine } from '../support/engines.ts'
import { startPostgres, type TestServer } from '../support/postgres.ts'
import { startServerProcess } from '../support/server-process.ts'
import { allEvents, checkCutOff, isOfContact, type Read } from './checks.ts'
import { openReceiver } from './receiver.ts'
import { letClaimsRunOut, setUp } from './storage.ts'
import { verdict } from './verdict.ts'
import { writeOn } from './writer.ts'

const kills = Number(process.env.CRASH_DATABASE_KILLS ?? 1)
const changes = Number(process.env.CRASH_CHANGES ?? 80)
const clients = 8

it(`goes on by itself, and loses nothing, when PostgreSQL goes away ${kills} times`, async (test) => {
  // What it has acknowledged must be there after a crash, as with everybody's settings.
  const postgres = await startPostgres({ settings: { synchronous_commit: 'on' } })
  const storage = await storageOn(postgres)
  const receiver = await openReceiver(() => {})
  const { accountId, key, ground } = await setUp(storage, receiver.url)
  const server = await startServerProcess(storage, { LOG_LEVEL: 'error', WEBHOOKS_ALLOW_PRIVATE: 'true' })
  const read: Read = async (path) => {
    const response = await fetch(`${server.url}/rest${path}`, { headers: { authorization: `Bearer ${key}` } })
    return { status: response.status, body: await response.json() }
  }
  let [killed, answers] = [0, 0]
  let isOver = false
  let back = Promise.resolve()
  const isDue = () => killed < kills && answers >= ((killed + 1) * changes) / (kills + 1)
  try {
    const client = (name: string) =>
      writeOn(name, {
        async url() {
          await back
          return server.url
        },
        key,
        ground,
        isHolding: true,
        isOver: () => isOver,
        goesOn: () => !isOver && (answers < changes || killed < kills),
        sent() {
          if (!isDue()) return
          killed++
          back = goAwayAndComeBack(postgres, killed % 2 === 0 ? 'shutDown' : 'kill', server.url, read)
        },
        answered: () => void answers++,
      })
    const written = await Promise.all(Array.from({ length: clients }, (_, at) => client(`client ${at}`)))
    await letClaimsRunOut(storage)
    for (const { finish } of written) await finish()
    const writes = written.flatMap((one) => one.writes)
    const events = await allEvents(read)
    await receiver.has(events.filter(isOfContact).map(({ id }) => id))
    await checkCutOff(read, writes, events)
    await server.stop()
    test.diagnostic(`${killed} ends of the database, every second one in order`)
    for (const counts of await verdict(storage, accountId, { writes, events, receiver }))
      test.diagnostic(counts)
  } finally {
    isOver = true
    receiver.close()
    await server.stop()
    await storage.close()
    await postgres.stop()
  }
})

/** While it is away everything is answered at once and says so; the first request after it works. */
async function goAwayAndComeBack(
  postgres: TestServer,
  how: 'kill' | 'shutDown',
  url: string,
  read: Read,
): Promise<void> {
  await postgres[how]()
  const [contacts, signIn, ready, healthy] = await Promise.all([
    fetch(`${url}/rest/contacts`, { headers: { authorization: 'Bearer lk_live_x' } }),
    fetch(`${url}/api/auth/sign-in/email`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: url },
      body: JSON.stringify({ email: 'ann@example.com', password: 'anything at all' }),
    }),
    fetch(`${url}/readyz`),
    fetch(`${url}/healthz`),
  ])
  assert.equal(contacts.status, 401, 'a text that is no key needs no database')
  const known = await read('/contacts')
  assert.deepEqual([known.status, (known.body as { code: string }).code], [503, 'unavailable'])
  assert.deepEqual([signIn.status, ready.status, healthy.status], [503, 503, 200])
  assert.ok(Number(signIn.headers.get('retry-after')) > 0)
  await postgres.start()
  assert.equal((await read('/contacts')).status, 200)
}

async function storageOn({ url }: TestServer): Promise<OpenEngine> {
  const directory = await mkdtemp(join(tmpdir(), 'latchkey-test-'))
  return { url, directory, close: () => rm(directory, { recursive: true, force: true }) }
}
