import assert from 'node:assert/strict'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { startServerProcess } from '../support/server-process.ts'
import { diskClient } from './client.ts'
import { dataOnDisk, serveWithin, snapshotOf } from './data-on-disk.ts'

const mebibyte = 1_048_576

describe('a full disk under SQLite, the files and the log', () => {
  it('refuses what it has no room for, goes on reading, and takes everything again once there is room', async (test) => {
    const data = await dataOnDisk(test, 12 * mebibyte)
    if (!data) return
    const { disk } = data
    const log = join(disk.seen, 'log')
    const output = openSync(log, 'a')
    const server = await startServerProcess(
      data.storage,
      { LOG_LEVEL: 'info' },
      { within: disk.within, output },
    )
    test.after(() => server.stop())
    const client = diskClient(server.url, data.key)
    const first = await client.write('first')
    assert.equal(first.status, 201, first.text)
    assert.equal((await client.upload(String(first.id), 5_000)).status, 201)

    disk.fill()
    const { refused, written } = await client.writeUntilRefused(400)
    assert.deepEqual([refused.status, refused.code], [507, 'storage_full'], refused.text)
    const upload = await client.upload(String(first.id), 5_000)
    assert.deepEqual([upload.status, upload.code], [507, 'storage_full'], upload.text)
    assert.deepEqual(await client.ready(), [200, 'full'])
    for (const id of [first.id, ...written]) assert.equal((await client.read(`/contacts/${id}`)).status, 200)

    disk.makeRoom()
    while ((await client.ready())[1] !== undefined) await wait(100)
    const next = await client.write('next')
    assert.equal(next.status, 201, next.text)
    assert.equal((await client.upload(String(first.id), 5_000)).status, 201)
    const { text } = await client.read('/contacts?per_page=200')
    assert.equal(JSON.parse(text).data.length, written.length + 2)
    await server.stop()
    closeSync(output)
    assert.match(readFileSync(log, 'utf8'), /Log lines were lost/)
    assert.deepEqual(await data.disagreements(), [])
  })

  it('is told of in one sentence where there is not even room to start, and does no harm', async (test) => {
    const data = await dataOnDisk(test, 12 * mebibyte)
    if (!data) return
    const before = snapshotOf(data.disk.seen)
    data.disk.fill()
    const { code, said } = serveWithin(data)
    assert.equal(code, 1)
    assert.match(
      said,
      /^The data directory .*\/data cannot be used: .* full\. Make room on its disk, or choose/,
    )
    assert.equal(said.split('\n').length, 1, said)
    data.disk.makeRoom()
    assert.deepEqual(snapshotOf(data.disk.seen), before)
  })
})
