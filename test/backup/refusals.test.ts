/** What cannot be done is said in a sentence, and leaves the place as it was. */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PassThrough, Writable } from 'node:stream'
import { describe, it } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import pg from 'pg'
import { backUp } from '../../server/backup/backup.ts'
import { BackupError } from '../../server/backup/backup-errors.ts'
import { openDestination } from '../../server/backup/destination.ts'
import { StorageError } from '../../server/storage/engine.ts'
import { newId } from '../../server/storage/ids.ts'
import { openEngine } from '../../server/storage/open.ts'
import { forEachEngine, type OpenEngine, openEngine as openTestEngine } from '../support/engines.ts'
import { ended, launch } from './command.ts'
import { configOf, emptyPlace } from './places.ts'
import { backUpSmall, fillSmall, restoreSmall } from './small.ts'

const { signal: never } = new AbortController()

forEachEngine((engine) => {
  async function filled() {
    const storage = await engine.open()
    const { content } = await fillSmall(storage)
    // So that a restore has begun before the last bytes are read.
    await addLarge(storage, 2)
    return { storage, content }
  }

  it('restores into an empty place only, with the right secret only, and again where it was interrupted', async () => {
    const { storage } = await filled()
    const { bytes, header } = await backUpSmall(storage)
    await assert.rejects(restoreSmall(storage, bytes), isSentence(/is there already|has the table/))
    const place = await emptyPlace(engine.name)
    try {
      const mark = header.sealing_key_id
      await assert.rejects(
        restoreSmall(place, bytes),
        isSentence(`needs the secret with the mark ${mark}, and there is none`),
      )
      await writeFile(join(place.directory, 'secret'), 'some other secret of another installation\n')
      await assert.rejects(
        restoreSmall(place, bytes),
        isSentence(`${join(place.directory, 'secret')} is another one`),
      )
      await isEmpty(place)

      const interruption = new AbortController()
      const input = new PassThrough()
      const restoring = restoreSmall(place, input, { withoutSecret: true, signal: interruption.signal })
      input.write(bytes.subarray(0, bytes.length - 300))
      await hasBegun(place)
      interruption.abort(new Error('enough'))
      await assert.rejects(restoring)
      await isEmpty(place)

      const { unreadable } = await restoreSmall(place, bytes, { withoutSecret: true })
      assert.equal(unreadable, 1)
      await assert.rejects(restoreSmall(place, bytes, { withoutSecret: true }), isSentence(/stays as it is/))
    } finally {
      await place.close()
    }
  })

  it('leaves nothing to start on when the process is killed in the middle, and can be run again', async () => {
    const { storage } = await filled()
    const { bytes } = await backUpSmall(storage)
    const place = await emptyPlace(engine.name, storage.directory)
    try {
      const { child, ended: gone } = launch(['restore', '-'], envOf(place))
      child.stdin?.write(bytes.subarray(0, bytes.length - 300))
      // It has begun when it holds the directory, or the database is being written.
      await hasBegun(place)
      child.kill('SIGKILL')
      await gone
      await isEmpty(place)
      const again = launch(['restore', '-'], envOf(place))
      again.child.stdin?.end(bytes)
      const { code, err } = await again.ended
      assert.equal(code, 0, err)
    } finally {
      await place.close()
    }
  })

  it('says which uploaded files are missing or were altered, with code 3, and keeps the rest', async () => {
    const { storage, content } = await filled()
    await writeFile(content, 'Dead tenant,\n')
    assert.equal((await backUpSmall(storage)).end.missing_files, 1)
    await rm(content)
    const file = join(storage.directory, 'nightly.backup')
    const { code, err } = await ended(['backup', file], envOf(storage))
    assert.equal(code, 3)
    assert.match(err, /1 file is missing/)
    assert.equal((await ended(['backup', '--check', file], {})).code, 0)
    const without = await backUpSmall(storage, { withFiles: false })
    assert.deepEqual([without.header.has_files, without.end.missing_files], [false, 0])
  })

  it('keeps no file of a backup that could not be written or read to its end', async () => {
    const { storage } = await filled()
    const folder = join(storage.directory, 'backups')
    await mkdir(folder)
    const full = new Writable({
      write: (_chunk, _encoding, done) =>
        done(
          Object.assign(new Error('ENOSPC: no space left on device, write'), {
            code: 'ENOSPC',
            syscall: 'write',
          }),
        ),
    })
    const destination = await openDestination(folder, { now: new Date() })
    const toFull = { ...destination, output: full }
    await assert.rejects(
      backUp({ config: configOf(storage), destination: toFull, withFiles: true, signal: never }),
      isSentence(/could not be made: there is no room left. Nothing of it was kept/),
    )
    assert.deepEqual(await readdir(folder), [])
    await assert.rejects(
      openDestination(join(folder, 'no', 'such.backup'), { now: new Date() }),
      isSentence(/cannot be written/),
    )

    const made = await ended(['backup', folder], envOf(storage))
    assert.equal(made.code, 0, made.err)
    const [name = ''] = await readdir(folder)
    assert.match(name, /^latchkey-\d{4}-\d\d-\d\dT\d{6}Z\.backup$/)
    assert.equal((await stat(join(folder, name))).mode & 0o777, 0o600)
    await assert.rejects(
      openDestination(join(folder, name), { now: new Date() }),
      isSentence(/is there already and stays/),
    )
  })
})

describe('on postgres', () => {
  it('is one sentence when the connection to the database is lost in the middle', async () => {
    const storage = await openTestEngine('postgres')
    await fillSmall(storage)
    const place = await emptyPlace('postgres', storage.directory)
    try {
      await addLarge(storage, 16)
      const { bytes } = await backUpSmall(storage)
      let isKept = true
      const output = new Writable({
        write: (_chunk, _encoding, done) =>
          void terminate(storage, 'latchkey backup').then(() => done(), done),
      })
      const destination = {
        path: 'x.backup',
        output,
        keep: async () => {},
        discard: async () => {
          isKept = false
        },
      }
      const lost = isSentence(/connection|terminat/i)
      await assert.rejects(
        backUp({ config: configOf(storage), destination, withFiles: true, signal: never }),
        lost,
      )
      assert.equal(isKept, false)

      const input = new PassThrough()
      const restoring = restoreSmall(place, input)
      input.write(bytes.subarray(0, bytes.length - 300))
      await hasBegun(place)
      const refused = assert.rejects(restoring, lost)
      await terminate(place, 'latchkey restore')
      input.end(bytes.subarray(bytes.length - 300))
      await refused
      await isEmpty(place)
    } finally {
      await place.close()
      await storage.close()
    }
  })
})

function isSentence(pattern: RegExp | string) {
  return (error: unknown) => {
    assert.ok(error instanceof BackupError || error instanceof StorageError, String(error))
    if (typeof pattern === 'string') assert.ok(error.message.includes(pattern), error.message)
    else assert.match(error.message, pattern)
    return true
  }
}

function envOf({ directory, url }: OpenEngine): Record<string, string> {
  return { LATCHKEY_DATA: directory, ...(url ? { DATABASE_URL: url } : {}) }
}

/** Nothing that a server could be started on. */
async function isEmpty({ directory, url }: OpenEngine): Promise<void> {
  assert.equal(existsSync(join(directory, 'latchkey.db')), false)
  if (!url) return
  const tables = await asked(
    url,
    "select table_name from information_schema.tables where table_schema = 'public'",
  )
  assert.deepEqual(tables, [])
}

async function hasBegun({ directory, url }: OpenEngine): Promise<void> {
  const beginning = () =>
    url
      ? asked(
          url,
          `select 1 from pg_locks join pg_stat_activity using (pid)
          where application_name = 'latchkey restore' and datname = current_database() and mode = 'AccessExclusiveLock'`,
        )
      : existsSync(join(directory, 'latchkey.db.restoring'))
        ? [1]
        : []
  while ((await beginning()).length === 0) await turn()
}

async function terminate({ url }: OpenEngine, name: string): Promise<void> {
  await asked(
    String(url),
    `select pg_terminate_backend(pid) from pg_stat_activity where application_name = '${name}' and datname = current_database()`,
  )
}

async function asked(url: string, query: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query(query)).rows
  } finally {
    await client.end()
  }
}

/** More than fits into all that lies between the database and the file. */
async function addLarge({ url, directory }: OpenEngine, rows: number): Promise<void> {
  const engine = await openEngine({ dataDirectory: directory, databaseUrl: url })
  const { id: account_id } = await engine.reader.selectFrom('accounts').select('id').executeTakeFirstOrThrow()
  for (let part = 0; part < rows; part++) {
    const name = randomBytes(1024 * 1024).toString('base64')
    await engine.writer
      .insertInto('revoked_keys')
      .values({ account_id, id: newId(), name, revoked_at: 1 })
      .execute()
  }
  await engine.close()
}
