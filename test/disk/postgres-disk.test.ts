import assert from 'node:assert/strict'
import { chownSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { Client } from 'pg'
import { disagreements } from '../agreement/agreement.ts'
import { stoppedCompany } from '../api/stopped-company.ts'
import { startPostgres } from '../support/postgres.ts'
import { findAccount } from '../support/postgres-binaries.ts'
import { startServerProcess } from '../support/server-process.ts'
import { openSmallDisk, type SmallDisk } from '../support/small-disk.ts'
import { diskClient } from './client.ts'

const mebibyte = 1_048_576
/** Commits are waited for, as with everybody's settings. */
const settings = { synchronous_commit: 'on' }

test('a full disk of PostgreSQL refuses writes, is read, and takes everything once there is room', async (test) => {
  const disk = await diskFor(test, 64 * mebibyte)
  if (!disk) return
  const postgres = await startPostgres({ settings }, disk.within)
  test.after(() => postgres.stop())
  await run(postgres.url, `create tablespace small location '${join(disk.path, 'own')}'`)
  await run(postgres.url, 'create database small template template0 tablespace small')
  const url = new URL(postgres.url)
  url.pathname = '/small'
  const storage = storageOn(test, url.href)
  const { key } = await stoppedCompany(storage)
  const server = await startServerProcess(storage, { LOG_LEVEL: 'error' })
  test.after(() => server.stop())
  const client = diskClient(server.url, key)
  const first = await client.write('first')
  disk.fill()
  const { refused } = await client.writeUntilRefused(2_000)
  assert.deepEqual([refused.status, refused.code], [507, 'storage_full'], refused.text)
  assert.equal((await client.read(`/contacts/${first.id}`)).status, 200)
  assert.equal((await client.ready())[0], 200)
  disk.makeRoom()
  const next = await client.write('next')
  assert.equal(next.status, 201, next.text)
  await server.stop()
  assert.deepEqual(await disagreements(storage), [])
})

/** With a directory `own` that PostgreSQL may write to; null where there can be none, and the test is skipped. */
async function diskFor(test: TestContext, bytes: number): Promise<SmallDisk | null> {
  const account = findAccount()
  // In a namespace of one's own one is root, which PostgreSQL refuses to be.
  if (account.uid === undefined) {
    test.skip('only root can mount a small disk for a PostgreSQL')
    return null
  }
  const disk = await openSmallDisk(bytes)
  if (typeof disk === 'string') {
    test.skip(disk)
    return null
  }
  test.after(() => disk.close())
  const own = join(disk.seen, 'own')
  mkdirSync(own)
  chownSync(own, account.uid, account.gid)
  return disk
}

function storageOn(test: TestContext, url: string) {
  const directory = mkdtempSync(join(tmpdir(), 'latchkey-test-'))
  const close = async () => rmSync(directory, { recursive: true, force: true })
  test.after(close)
  return { url, directory, close }
}

async function run(url: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}
