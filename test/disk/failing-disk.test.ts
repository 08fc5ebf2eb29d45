import assert from 'node:assert/strict'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { disagreements } from '../agreement/agreement.ts'
import { stoppedCompany } from '../api/stopped-company.ts'
import { openEngine } from '../support/engines.ts'
import { startServerProcess } from '../support/server-process.ts'
import { diskClient } from './client.ts'
import { dataOnDisk, serveWithin } from './data-on-disk.ts'
import { failCalls, traceRefusal } from './traced.ts'

const mebibyte = 1_048_576

describe('a read-only disk', () => {
  it('is told of in one sentence at the start', async (test) => {
    const data = await dataOnDisk(test, 12 * mebibyte)
    if (!data) return
    data.disk.remount('ro')
    const { code, said } = serveWithin(data)
    assert.equal(code, 1)
    assert.match(said, /^The data directory .*\/data cannot be used: .*\. Make it writable for the user who/)
    assert.equal(said.split('\n').length, 1, said)
    data.disk.remount('rw')
    assert.deepEqual(await data.disagreements(), [])
  })
})

// What the system calls then answer: a file system that turned read-only, a block that cannot be written, and a
// disk that takes everything and then cannot say that it is there.
const faults = [
  { calls: 'pwrite64,openat', error: 'EROFS' },
  { calls: 'pwrite64', error: 'EIO' },
  { calls: 'fdatasync,fsync', error: 'EIO' },
]

it('a disk that fails under a running server refuses writes with a reason, is read, and recovers', async (test) => {
  const refusal = traceRefusal()
  if (refusal !== null) return test.skip(refusal)
  const storage = await openEngine('sqlite')
  const { key } = await stoppedCompany(storage)
  const server = await startServerProcess(storage, { LOG_LEVEL: 'error' })
  test.after(async () => {
    await server.stop()
    await storage.close()
  })
  const client = diskClient(server.url, key)
  const first = await client.write('first')
  assert.equal((await client.upload(String(first.id), 5_000)).status, 201)
  const paths = ['latchkey.db', 'latchkey.db-wal', 'files'].map((part) => join(storage.directory, part))
  for (const fault of faults) {
    const failing = await failCalls(server.pid, { ...fault, paths })
    const refused = await client.write('refused')
    assert.deepEqual([refused.status, refused.code], [503, 'unavailable'], refused.text)
    assert.match(refused.text, /its disk .* nothing was written/)
    assert.ok(Number(refused.retryAfter) > 0)
    assert.equal((await client.read(`/contacts/${first.id}`)).status, 200)
    assert.deepEqual(await client.ready(), [200, 'broken'])
    await failing.end()
    assert.equal((await client.write('next')).status, 201)
  }
  const { text } = await client.read('/contacts')
  assert.equal(JSON.parse(text).data.length, 1 + faults.length)
  await server.stop()
  assert.deepEqual(await disagreements(storage), [])
})
