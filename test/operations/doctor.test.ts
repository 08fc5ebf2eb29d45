import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { chmod, cp, mkdir, open, readdir, rename, rm, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { before, describe, it } from 'node:test'
import { sql } from 'kysely'
import { doctor } from '../../bin/doctor.ts'
import type { Finding } from '../../server/doctor/finding.ts'
import { newId } from '../../server/storage/ids.ts'
import { startApi } from '../api/server.ts'
import { openBucket } from '../support/bucket.ts'
import { forEachEngine } from '../support/engines.ts'
import { openMailbox } from '../support/mailbox.ts'

interface Report {
  code: number
  problems: number
  checks: Finding[]
}

async function examined(env: Record<string, string>, { full = true } = {}): Promise<Report> {
  const lines: string[] = []
  const code = await doctor({ full, json: true }, env, (line) => void lines.push(line))
  assert.equal(lines.length, 1)
  return { code, ...JSON.parse(lines[0] ?? '') }
}

forEachEngine((engine) => {
  const server = startApi(engine)
  const settings = (): Record<string, string> => ({
    LATCHKEY_DATA: server.storage.directory,
    ...(server.storage.url ? { DATABASE_URL: server.storage.url } : {}),
  })
  let contact: string
  let file: string

  before(async () => {
    const { api } = server.acme
    contact = String(
      (await api.made('/contacts', { first_name: 'Rosa', email_addresses: ['rosa@example.com'] })).id,
    )
    const pipeline = await api.made('/pipelines', { name: 'Leads' })
    const stage = await api.made('/stages', { name: 'New', pipeline_id: pipeline.id })
    await api.made('/deals', { name: 'Elm Street', pipeline_id: pipeline.id, stage_id: stage.id })
    file = await upload()
    await server.running.publisher.publishAll()
  })

  async function upload(): Promise<string> {
    const form = new FormData()
    form.set('file', new Blob(['a lease']), 'lease.txt')
    form.set('uploadable_type', 'Contact')
    form.set('uploadable_id', contact)
    const headers = { authorization: `Bearer ${server.acme.key}` }
    const response = await fetch(`${server.url}/rest/uploaded_files`, { method: 'POST', headers, body: form })
    assert.equal(response.status, 201, await response.clone().text())
    const row = await server.running.engine.reader
      .selectFrom('uploaded_files' as 'users')
      .select('content_id' as 'id')
      .executeTakeFirstOrThrow()
    const id = String((row as unknown as { content_id: string }).content_id)
    return join(server.storage.directory, 'files', id.slice(0, 2), id.slice(2, 4), id)
  }

  /** What is found once `statements` have run, which are undone again by `undo`. */
  async function afterwards(
    check: string,
    [fault, undo]: [string, string],
    extra: Record<string, string> = {},
  ) {
    const run = (statement: string) =>
      server.running.engine.transaction((tx) => sql.raw(statement).execute(tx))
    await run(fault)
    try {
      return stateOf(await examined({ ...settings(), ...extra }), check)
    } finally {
      await run(undo)
    }
  }

  it('finds nothing wrong beside a running server, and writes nothing', async () => {
    const before = [await server.rowCounts(), await readdir(server.storage.directory)]
    for (const full of [false, true]) {
      const { checks, code } = await examined(settings(), { full })
      // The PostgreSQL of the tests keeps nothing through a power cut.
      const problems = checks.filter(({ state, check }) => state === 'problem' && check !== 'durability')
      assert.deepEqual(problems, [])
      assert.equal(code, engine.name === 'sqlite' ? 0 : 1)
      for (const check of [
        'migrations',
        'search',
        'lookups',
        'stage stays',
        'files',
        'sealed secrets',
        'outbox',
      ])
        assert.equal(stateOf({ checks }, check), 'ok', check)
    }
    assert.deepEqual([await server.rowCounts(), await readdir(server.storage.directory)], before)
  })

  const faults: [string, string, string, string][] = [
    [
      'search',
      'problem',
      `update contacts set search_text = 'x' || search_text`,
      `update contacts set search_text = substr(search_text, 2)`,
    ],
    [
      'lookups',
      'problem',
      `update lookups set words = 'x' || words`,
      `update lookups set words = substr(words, 2)`,
    ],
    ['stage stays', 'problem', `update stage_stays set left_at = 1`, `update stage_stays set left_at = null`],
    [
      'migrations',
      'problem',
      `insert into schema_migrations (name, timestamp) values ('9999-future', '2030')`,
      `delete from schema_migrations where name = '9999-future'`,
    ],
    ['migrations', 'warning', `update schema_migrations set name = '0022-gone' where name like '0022%'`, ''],
    [
      'clock',
      'problem',
      `insert into server_runs (id, started_at, last_seen_at) values ('${newId()}', 1, ${Date.now() + 3_600_000})`,
      `delete from server_runs where started_at = 1`,
    ],
    [
      'outbox',
      'problem',
      `insert into outgoing_mails (id, recipient, subject, status, attempts, created_at, next_attempt_at) values ('${newId()}', 'a@example.com', 'Hi', 'queued', 0, 1, ${Date.now() - 3_600_000})`,
      `delete from outgoing_mails`,
    ],
    [
      'outbox',
      'warning',
      `insert into outgoing_mails (id, recipient, subject, status, attempts, created_at, next_attempt_at) values ('${newId()}', 'a@example.com', 'Hi', 'failed', 9, 1, ${Date.now()})`,
      `delete from outgoing_mails`,
    ],
  ]
  for (const [check, state, fault, undo] of faults) {
    it(`finds a ${state} of the ${check} (${fault.slice(0, 40)}…)`, async () => {
      if (undo === '') return renamedMigration()
      assert.equal(await afterwards(check, [fault, undo]), state)
    })
  }

  async function renamedMigration(): Promise<void> {
    const { rows } = await sql<{ name: string }>`select max(name) as name from schema_migrations`.execute(
      server.running.engine.reader,
    )
    const name = String(rows[0]?.name)
    const gone = `delete from schema_migrations where name = '${name}'`
    const back = `insert into schema_migrations (name, timestamp) values ('${name}', '2026')`
    assert.equal(await afterwards('migrations', [gone, back]), 'warning')
  }

  it('finds that the secret is another one, and that it can be read', async () => {
    const other = await examined({ ...settings(), LATCHKEY_SECRET: randomBytes(32).toString('hex') })
    assert.deepEqual(
      [stateOf(other, 'sealed secrets'), stateOf(other, 'secret'), other.code],
      ['problem', 'warning', 1],
    )
    const kept = join(server.storage.directory, 'secret')
    await chmod(kept, 0o644)
    assert.equal(stateOf(await examined(settings()), 'secret'), 'problem')
    await chmod(kept, 0o600)
  })

  it('finds bytes that are gone, and bytes that belong to nobody', async () => {
    await rename(file, `${file}.away`)
    assert.equal(stateOf(await examined(settings(), { full: false }), 'files'), 'problem')
    await rename(`${file}.away`, file)
    const id = crypto.randomUUID()
    const directory = join(server.storage.directory, 'files', id.slice(0, 2), id.slice(2, 4))
    await mkdir(directory, { recursive: true })
    await writeFile(join(directory, id), 'whose?')
    assert.equal(stateOf(await examined(settings()), 'files'), 'ok', 'its record may come')
    await utimes(join(directory, id), 1, 1)
    assert.equal(stateOf(await examined(settings()), 'files'), 'warning')
    await rm(join(directory, id))
  })

  if (engine.name === 'postgres') {
    it('finds what PostgreSQL lacks', async () => {
      assert.equal(stateOf(await examined(settings()), 'durability'), 'problem', 'its fsync is off')
      const collate = (name: string) => `alter table tags alter column name type text collate "${name}"`
      assert.equal(await afterwards('encoding', [collate('und-x-icu'), collate('C')]), 'problem')
      const valid = (is: boolean) =>
        `update pg_index set indisvalid = ${is} where indexrelid = 'contacts_by_search'::regclass`
      assert.equal(await afterwards('indexes', [valid(false), valid(true)]), 'problem')
      const renamed = (from: string, to: string) =>
        `update pg_extension set extname = '${to}' where extname = '${from}'`
      assert.equal(
        await afterwards('extensions', [renamed('pg_trgm', 'gone'), renamed('gone', 'pg_trgm')]),
        'problem',
      )
    })

    it('finds a database that cannot be reached', async () => {
      const report = await examined({ ...settings(), DATABASE_URL: 'postgres://a:b@127.0.0.1:1/none' })
      assert.deepEqual([stateOf(report, 'database'), report.code], ['problem', 1])
    })
    return
  }

  it('finds what SQLite’s index of searches lacks', async () => {
    const fault = `delete from search_index where rowid in (select id from search_rows where resource = 'contacts')`
    const undo = `insert into search_index (rowid, search_text) select search_rows.id, contacts.search_text from search_rows join contacts on contacts.id = search_rows.record_id`
    assert.equal(await afterwards('search', [fault, undo]), 'problem')
  })

  describe('in a copy that no server has open', () => {
    it('finds a damaged file, a row that points nowhere, and another journal', async () => {
      const copy = `${server.storage.directory}-copy`
      const env = { LATCHKEY_DATA: copy }
      await sql`pragma wal_checkpoint(truncate)`.execute(server.running.engine.writer)
      await mkdir(copy)
      for (const name of ['latchkey.db', 'secret', 'files'])
        await cp(join(server.storage.directory, name), join(copy, name), { recursive: true })
      assert.deepEqual(
        (await examined(env)).checks.filter(({ state }) => state === 'problem'),
        [],
      )
      assert.deepEqual(
        (await readdir(copy)).sort(),
        ['files', 'latchkey.db', 'secret'],
        'it leaves nothing behind',
      )
      const database = new DatabaseSync(join(copy, 'latchkey.db'), { enableForeignKeyConstraints: false })
      database.exec(`update deals set pipeline_id = '${newId()}'`)
      database.exec('pragma journal_mode = delete')
      database.close()
      const pointing = await examined(env)
      assert.deepEqual(
        [stateOf(pointing, 'foreign keys'), stateOf(pointing, 'journal')],
        ['problem', 'problem'],
      )
      const handle = await open(join(copy, 'latchkey.db'), 'r+')
      const { size } = await handle.stat()
      for (let at = 40_960; at < size; at += 20_480)
        await handle.write(createHash('sha512').update(String(at)).digest(), 0, 64, at)
      await handle.close()
      const damaged = await examined(env)
      assert.deepEqual([stateOf(damaged, 'integrity'), damaged.code], ['problem', 1])
      await rm(copy, { recursive: true })
    })
  })
})

it('finds settings that cannot be used, and places that do not answer', async () => {
  const wrong = await examined({ LOG_LEVEL: 'loud' })
  assert.deepEqual([wrong.checks.map(({ says }) => says.split(' ')[0]), wrong.code], [['LOG_LEVEL'], 1])
  const report = await examined({
    LATCHKEY_DATA: '/nowhere/latchkey',
    PUBLIC_URL: 'http://latchkey.example.com',
    HOST: '0.0.0.0',
    SMTP_URL: 'smtp://127.0.0.1:1',
    FILES_URL: 's3://key:secret@127.0.0.1:1/bucket?insecure=true',
  })
  const expected = { address: 'warning', 'mail server': 'problem', bucket: 'problem', database: 'ok' }
  for (const [check, state] of Object.entries(expected)) assert.equal(stateOf(report, check), state, check)
  for (const { says, todo, state } of report.checks) {
    assert.doesNotMatch(`${says} ${todo}`, /key:secret/)
    assert.equal(todo === null, state === 'ok', says)
  }
})

it('finds a mail server and a bucket that work, and leaves nothing there', async () => {
  const [mailbox, bucket] = [await openMailbox(), await openBucket()]
  try {
    const env = { LATCHKEY_DATA: '/nowhere/latchkey', SMTP_URL: mailbox.url, FILES_URL: bucket.url }
    const report = await examined(env)
    assert.deepEqual(
      [stateOf(report, 'mail server'), stateOf(report, 'bucket'), report.code],
      ['ok', 'ok', 0],
    )
    assert.deepEqual([mailbox.messages.length, await bucket.count()], [0, 0])
    const wrongKey = await examined({
      ...env,
      FILES_URL: bucket.url.replace('S3RVER:S3RVER', 'S3RVER:wrong'),
    })
    assert.equal(stateOf(wrongKey, 'bucket'), 'problem')
  } finally {
    await mailbox.close()
    await bucket.close()
  }
})

function stateOf({ checks }: Pick<Report, 'checks'>, check: string): string {
  const found = checks.filter((finding) => finding.check === check)
  assert.ok(found.length > 0, `${check} of ${JSON.stringify(checks)}`)
  if (check !== 'integrity') {
    for (const { says } of found) assert.doesNotMatch(says, /could not be looked at/)
  }
  return ['problem', 'warning', 'ok'].find((state) => found.some((finding) => finding.state === state)) ?? ''
}
