/**
 * A backup that the command takes while clients write has all that was answered before it began, nothing by
 * halves, and does not hold up the writers. Restored on the other engine, a server goes on from it.
 *
 *     BACKUP_CHANGES=20000 npm test -- test/backup/under-load.test.ts
 */
import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { it } from 'node:test'
import { sql } from 'kysely'
import { start } from '../../server/main.ts'
import { openEngine } from '../../server/storage/open.ts'
import { openCompany } from '../api/server.ts'
import { allEvents, changeLog, checkTold, isOfContact, type Logged, type Read } from '../crash/checks.ts'
import { makeGround } from '../crash/storage.ts'
import { writeOn } from '../crash/writer.ts'
import { forEachEngine, type OpenEngine } from '../support/engines.ts'
import { startServerProcess } from '../support/server-process.ts'
import { ended } from './command.ts'
import { configOf, emptyPlace } from './places.ts'

const changesBefore = Number(process.env.BACKUP_CHANGES ?? 100)
const clients = 6
const settings = { LATCHKEY_SECRET: 'a secret of more than thirty-two characters' }

forEachEngine((engine) => {
  it('takes what was answered, whole, while the writers go on', async (test) => {
    const storage = await engine.open()
    const place = await emptyPlace(engine.name === 'sqlite' ? 'postgres' : 'sqlite')
    const folder = await mkdtemp(join(tmpdir(), 'latchkey-backup-'))
    const running = await start(configOf(storage, settings))
    const seen = { exchanges: [], secrets: [], violations: () => [] }
    const { accountId, key, api } = await openCompany(running, 'Acme Homes', 'ann@example.com', seen)
    const ground = await makeGround(api)
    await running.stop()
    const server = await startServerProcess(storage, { ...settings, LOG_LEVEL: 'error' })
    try {
      let answers = 0
      let isDone = false
      const enough = Promise.withResolvers<void>()
      const names = Array.from({ length: clients }, (_, at) => `client ${at}`)
      const writing = names.map((name) =>
        writeOn(name, {
          url: async () => server.url,
          key,
          ground,
          isHolding: false,
          isOver: () => isDone,
          goesOn: () => !isDone,
          sent: () => {},
          answered() {
            if (++answers === changesBefore) enough.resolve()
          },
        }),
      )
      await enough.promise
      const told = await allEvents(readAt(server.url, key))
      const answersBefore = answers
      const made = await ended(['backup', join(folder, 'busy.backup'), '--json'], envOf(storage))
      const answersMeanwhile = answers - answersBefore
      isDone = true
      await Promise.all(writing)
      await server.stop()
      assert.equal(made.code, 0, made.err)
      assert.ok(answersMeanwhile > 0, 'nothing was written while the backup was taken')

      const restored = await ended(['restore', join(folder, 'busy.backup')], envOf(place))
      assert.equal(restored.code, 0, restored.err)
      const happened = new Set((await changeLog(storage, accountId)).map(asText))
      const logged = await changeLog(place, accountId)
      assert.ok(
        logged.every((change) => happened.has(asText(change))),
        'a change that never was',
      )
      assert.ok(
        logged.length >= answersBefore,
        `${logged.length} changes of ${answersBefore} that were answered`,
      )
      const requests = new Set(logged.map(({ request_id }) => request_id))
      for (const { data } of told.filter(isOfContact)) assert.ok(requests.has(data.request_id))
      await checkContacts(place)

      const next = await start(configOf(place, settings))
      checkTold(await allEvents(readAt(next.url, key)), logged)
      await next.stop()
      test.diagnostic(
        `${answersBefore} changes answered before, ${answersMeanwhile} while it was taken; ${logged.length} are in it`,
      )
    } finally {
      await server.stop()
      await place.close()
      await rm(folder, { recursive: true, force: true })
    }
  })
})

function envOf({ directory, url }: OpenEngine): Record<string, string> {
  return { ...settings, LATCHKEY_DATA: directory, ...(url ? { DATABASE_URL: url } : {}) }
}

function readAt(url: string, key: string): Read {
  return async (path) => {
    const response = await fetch(`${url}/rest${path}`, { headers: { authorization: `Bearer ${key}` } })
    return { status: response.status, body: await response.json() }
  }
}

function asText({ action, record_id, request_id }: Logged): string {
  return [action, record_id, request_id].join(' ')
}

/** Every contact is as its changes have left it. */
async function checkContacts({ directory, url }: OpenEngine): Promise<void> {
  const engine = await openEngine({ dataDirectory: directory, databaseUrl: url })
  const { rows } = await sql<Record<string, unknown>>`
    select contacts.id, contacts.version, contacts.deleted_at,
      (select count(*) from changes where changes.account_id = contacts.account_id
        and resource = 'contacts' and record_id = contacts.id) as changes,
      (select action from changes where changes.account_id = contacts.account_id
        and resource = 'contacts' and record_id = contacts.id order by changes.id desc limit 1) as last
    from contacts`.execute(engine.reader)
  await engine.close()
  assert.ok(rows.length > 0)
  for (const { id, version, deleted_at, changes, last } of rows) {
    assert.equal(Number(version), Number(changes), `version of ${id}`)
    assert.equal(deleted_at !== null, last === 'deleted', `deletion of ${id}`)
  }
}
