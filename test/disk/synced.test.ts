import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { stoppedCompany } from '../api/stopped-company.ts'
import { startServerProcess } from '../support/server-process.ts'
import { diskClient } from './client.ts'
import { trace, traceRefusal } from './traced.ts'

/**
 * A power cut cannot be made in a test. What can be seen is that the operating system was told to bring everything
 * to the disk before anybody relies on it.
 */
test('nothing is acknowledged before the disk has it', async (test) => {
  const refusal = traceRefusal()
  if (refusal !== null) return test.skip(refusal)
  const place = newDirectory(test)
  const directory = join(place, 'data')
  const { key } = await stoppedCompany({ url: null, directory, close: async () => {} })
  const log = join(place, 'trace')
  const server = await startServerProcess({ url: null, directory }, { LOG_LEVEL: 'silent' })
  test.after(() => server.stop())
  const client = diskClient(server.url, key)
  const { id } = await client.write('first')
  const calls = 'fsync,fdatasync,rename,renameat,renameat2,mkdir,mkdirat,write,writev,pwrite64,sendto,sendmsg'
  const tracedWhile = async (act: () => Promise<{ status: number }>) => {
    const tracing = await trace(server.pid, ['-y', '-s', '24', '-o', log, '-e', `trace=${calls}`])
    assert.equal((await act()).status, 201)
    await tracing.end()
    return callsIn(log)
  }
  const written = await tracedWhile(() => client.write('second'))
  const uploaded = await tracedWhile(() => client.upload(String(id), 5_000))

  inOrder(written, [/^pwrite64\(.*latchkey\.db-wal/, /^f(data)?sync\(.*latchkey\.db-wal/, answer])
  inOrder(uploaded, [
    /^(write|pwrite64)\(.*files\/incoming\//,
    /^fsync\(.*files\/incoming\//,
    /^mkdir.*files\//,
    /^rename.*files\/incoming\//,
    /^fsync\(.*data\/files\/..\/..>/,
    /^fsync\(.*data\/files>/,
    // The transaction that names the file.
    /^f(data)?sync\(.*latchkey\.db-wal/,
    answer,
  ])
})

test('the generated secret is on the disk before anything is sealed with it', (test) => {
  const refusal = traceRefusal()
  if (refusal !== null) return test.skip(refusal)
  const place = newDirectory(test)
  const log = join(place, 'trace')
  const module = JSON.stringify(new URL('../../server/secrets.ts', import.meta.url).href)
  const directory = JSON.stringify(join(place, 'new', 'data'))
  const program = `import { loadSecrets } from ${module}\nloadSecrets({ secret: null, dataDirectory: ${directory} })`
  const calls = 'fsync,fdatasync,link,linkat,mkdir,mkdirat,write'
  const options = ['-f', '-y', '-o', log, '-e', `trace=${calls}`]
  const traced = spawnSync('strace', [...options, process.execPath, '--input-type=module', '-e', program])
  assert.equal(traced.status, 0, String(traced.stderr))
  inOrder(callsIn(log), [
    /^mkdir/,
    /^fsync\(.*\/new>/,
    /^write\(.*data\/secret\./,
    /^fsync\(.*data\/secret\./,
    /^link.*data\/secret\./,
    /^fsync\(.*\/new\/data>/,
  ])
})

/** How the answer goes out, by whatever call. */
const answer = /^(write|writev|sendto|sendmsg)\(.*HTTP\/1\.1 201/

function inOrder(calls: readonly string[], expected: readonly RegExp[]): void {
  let from = 0
  for (const one of expected) {
    const at = calls.findIndex((call, index) => index >= from && one.test(call))
    assert.notEqual(
      at,
      -1,
      `${one} did not come in its turn after ${from} of:\n${calls.map((call) => call.slice(0, 100)).join('\n')}`,
    )
    from = at + 1
  }
}

/** Each call of the trace, without the number of the thread that made it. */
function callsIn(log: string): string[] {
  return readFileSync(log, 'utf8')
    .split('\n')
    .map((line) => line.replace(/^\d+ +/, ''))
    .filter((line) => line !== '')
}

function newDirectory(test: TestContext): string {
  const place = mkdtempSync(join(tmpdir(), 'latchkey-test-'))
  test.after(() => rmSync(place, { recursive: true, force: true }))
  return place
}
