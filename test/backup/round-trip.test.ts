/** What is backed up on either engine and restored on either is the same row by row, and a server goes on from it. */
import assert from 'node:assert/strict'
import { createReadStream } from 'node:fs'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, it } from 'node:test'
import { sql } from 'kysely'
import { backUp } from '../../server/backup/backup.ts'
import { check } from '../../server/backup/check.ts'
import { openDestination } from '../../server/backup/destination.ts'
import { restore } from '../../server/backup/restore.ts'
import type { Config } from '../../server/config.ts'
import { start } from '../../server/main.ts'
import type { Engine } from '../../server/storage/engine.ts'
import { newId } from '../../server/storage/ids.ts'
import { openEngine } from '../../server/storage/open.ts'
import { clientOf, type Fields, listOf } from '../api/client.ts'
import { oneOfEach } from '../api/records.ts'
import { startApi } from '../api/server.ts'
import { engineNames, forEachEngine } from '../support/engines.ts'
import { allRows } from './all-rows.ts'
import { configOf, emptyPlace } from './places.ts'

const { signal } = new AbortController()
const leftOut = ['sessions', 'verifications', 'sign_in_attempts']
const awkward = 'tab\t, \\ and \\N and \\\\t, "quoted"\r\nline, {curly,null}, é and 🏠'

forEachEngine((engine) => {
  const server = startApi(engine)
  let folder = ''
  let file = ''
  let records: Record<string, Fields> = {}
  let original = new Map<string, string[]>()

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'latchkey-backup-'))
    file = join(folder, 'one.backup')
    records = await oneOfEach(server)
    await server.signedIn(server.acme.email)
    await addAwkward(server.running.engine, String(records.notes?.id))
    await server.running.publisher.publishAll()
    original = await allRows(server.running.engine)
    const destination = await openDestination(file, { now: new Date() })
    await backUp({ config: configOf(server.storage), destination, withFiles: true, signal })
  })
  after(() => rm(folder, { recursive: true, force: true }))

  it('is one file that its owner alone may read, taken beside the server', async () => {
    assert.equal((await stat(file)).mode & 0o777, 0o600)
    const { header, end } = await check(createReadStream(file), signal)
    assert.equal(header.engine, engine.name)
    assert.equal(header.sealing_key_id, server.running.secrets.sealingKeyId)
    assert.equal(end.tables.contacts?.count, original.get('contacts')?.length)
    assert.deepEqual([end.files.count, end.missing_files], [1, 0])
  })

  for (const name of engineNames) {
    it(`is restored on ${name}, and a server goes on from it`, async () => {
      const place = await emptyPlace(name, server.storage.directory)
      const config = configOf(place)
      try {
        const input = createReadStream(file)
        const { unreadable } = await restore({ config, input, withoutSecret: false, signal })
        assert.equal(unreadable, 0)

        const restored = await openEngine(config)
        const rows = await allRows(restored)
        assert.deepEqual([...rows.keys()].toSorted(), [...original.keys()].toSorted())
        for (const [table, were] of original)
          assert.deepEqual(rows.get(table), leftOut.includes(table) ? [] : were, table)
        if (name === 'sqlite') await checkSearchRows(restored, server.running.engine)
        await restored.close()

        await goOn(config)
      } finally {
        await place.close()
      }
    })
  }

  async function goOn(config: Config): Promise<void> {
    const running = await start(config)
    try {
      const seen = { exchanges: [], secrets: [], violations: () => [] }
      const api = clientOf(running.url, { authorization: `Bearer ${server.acme.key}` }, seen)
      const found = listOf(await api.get('/contacts?query=osa%20fiel'))
      assert.deepEqual(
        found.map(({ id }) => id),
        [records.contacts?.id],
      )
      const content = await fetch(
        `${running.url}/rest/uploaded_files/${records.uploaded_files?.id}/content`,
        {
          headers: { authorization: `Bearer ${server.acme.key}` },
        },
      )
      assert.equal(await content.text(), 'Dear tenant,\n')
      const { id } = await api.made('/contacts', { full_name: 'Iris After' })
      const events = listOf(await api.get('/events?per_page=200'))
      assert.ok(events.some(({ data }) => (data as Fields).record_id === id))
      assert.deepEqual(
        events.map(({ position }) => position),
        events.map((_, at) => at + 1),
      )
    } finally {
      await running.stop()
    }
  }
})

/** What the API does not make: every form of a value, and more text than one piece of a table holds. */
async function addAwkward(engine: Engine, noteId: string): Promise<void> {
  const rows = engine.writer
  const { id: identity_id } = await rows
    .selectFrom('identities')
    .select('id')
    .orderBy('email')
    .executeTakeFirstOrThrow()
  const at = (text: string) => (engine.dialect === 'sqlite' ? text : new Date(text))
  const flag = (value: boolean) => (engine.dialect === 'sqlite' ? Number(value) : value)
  await rows
    .insertInto('second_factors')
    .values({
      id: newId(),
      identity_id,
      secret: 'sealed',
      recovery_codes: awkward,
      verified: flag(true),
      failed_count: 2,
      locked_until: at('2026-02-28T23:59:59.000Z'),
    })
    .execute()
  await rows
    .updateTable('identities')
    .set({ two_factor_enabled: flag(true), updated_at: at('2026-03-29T01:30:00.120Z') })
    .where('id', '=', identity_id)
    .execute()
  const long = `${awkward.repeat(20_000)}end`
  await sql`update notes set description = ${long} where id = ${noteId}`.execute(rows)
  await sql`update stages set name = ${awkward}`.execute(rows)
  const many = Array.from({ length: 3000 }, (_, number) => ({ id: newId(), number }))
  const accountId = await rows.selectFrom('accounts').select('id').orderBy('id').executeTakeFirstOrThrow()
  await rows
    .insertInto('revoked_keys')
    .values(
      many.map(({ id, number }) => ({
        account_id: accountId.id,
        id,
        name: awkward.repeat(10),
        revoked_at: number,
      })),
    )
    .execute()
}

/** The index has the rows that can be found, whichever engine they came from. */
async function checkSearchRows(restored: Engine, source: Engine): Promise<void> {
  const { rows } = await sql<{ resource: string; n: number }>`
    select resource, count(*) as n from search_rows join search_index on search_index.rowid = search_rows.id
    group by resource order by resource`.execute(restored.reader)
  assert.ok(rows.length > 15, `${rows.length} tables are searched`)
  for (const { resource, n } of rows) {
    const found = await sql<{
      n: number
    }>`select count(*) as n from ${sql.table(resource)} where search_text <> ''`.execute(source.reader)
    assert.equal(n, Number(found.rows[0]?.n), resource)
  }
}
