import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { createHash, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { mkdir, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { type ClientRequest, createServer, request } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { after, before, describe, it } from 'node:test'
import { sql } from 'kysely'
import { openBucket, type TestBucket } from '../support/bucket.ts'
import { forEachEngine } from '../support/engines.ts'
import { type ServerProcess, startServerProcess } from '../support/server-process.ts'
import { type Fields, problemOf } from './client.ts'
import { oneOfEach, textFile } from './records.ts'
import { type ApiServer, startApi } from './server.ts'
import { stoppedCompany } from './stopped-company.ts'

const limit = 100_000

forEachEngine((engine) => {
  describe('files in the data directory', () => {
    const server = startApi(engine, async () => ({ FILES_MAX_BYTES: String(limit) }))
    const incoming = () => join(server.storage.directory, 'files', 'incoming')

    it('may be as large as the limit; more is refused while it arrives, and the limit is told', async () => {
      const path = `/deals/${await dealOf(server)}/uploaded_files`
      const full = await server.acme.api.made(path, { file: new File(['x'.repeat(limit)], 'full.txt') })
      assert.equal(full.size, limit)
      const rows = await server.rowCounts()
      for (const size of [limit + 1, limit * 9]) {
        const tooLarge = await server.acme.api.post(path, { file: new File(['x'.repeat(size)], 'more.txt') })
        assert.match(problemOf(tooLarge, 413, 'file_too_large').error, /100,000 bytes/)
      }
      // Endless and of no announced length: the answer comes long before an end.
      const endless = upload(server.url, server.acme.key, path, null)
      const body = pipeline(multipart(Number.POSITIVE_INFINITY), endless).catch(() => {})
      const [response] = await once(endless, 'response')
      assert.equal(response.statusCode, 413)
      endless.destroy()
      await body
      assert.deepEqual(await server.rowCounts(), rows)
      assert.deepEqual(await readdir(incoming()), [])
    })

    it('that go on for ever after the answer are hung up on', async () => {
      const path = `/rest/deals/${await dealOf(server)}/uploaded_files`
      const { hostname, port } = new URL(server.url)
      const socket = connect(Number(port), hostname)
      socket.write(
        [
          `POST ${path} HTTP/1.1`,
          `host: ${hostname}`,
          `authorization: ${server.acme.key}`,
          `content-type: multipart/form-data; boundary=${boundary}`,
          'content-length: 1000000000000\r\n\r\n',
        ].join('\r\n'),
      )
      const answer = once(socket, 'data')
      const body = pipeline(multipart(Number.POSITIVE_INFINITY), socket)
      assert.match(String((await answer)[0]), /^HTTP\/1.1 413 /)
      await assert.rejects(body)
    })

    it('leave nothing behind when the client goes away', async () => {
      const path = `/deals/${await dealOf(server)}/uploaded_files`
      const rows = await server.rowCounts()
      const leaving = upload(server.url, server.acme.key, path, 50_000)
      leaving.on('error', () => {})
      leaving.write(`${head}${'x'.repeat(20_000)}`)
      await until(async () => (await readdir(incoming())).length === 1)
      leaving.destroy()
      await until(async () => (await readdir(incoming())).length === 0)
      assert.deepEqual(await server.rowCounts(), rows)
    })

    it('that cannot be written are refused, and the server goes on', async () => {
      const { api } = server.acme
      const path = `${server.url}/rest/deals/${await dealOf(server)}/uploaded_files`
      const rows = await server.rowCounts()
      await rm(incoming(), { recursive: true })
      await writeFile(incoming(), 'a file where the directory was')
      const refused = await post(path, server.acme.key)
      assert.deepEqual([refused.status, refused.code], [503, 'storage_unavailable'])
      assert.ok(!refused.text.includes(server.storage.directory), 'a path of the server is told')
      await rm(incoming())
      assert.deepEqual(await server.rowCounts(), rows)
      const { id } = await api.made(`/deals/${await dealOf(server)}/uploaded_files`, { file: textFile() })
      const kept = await pathOf(server, id)
      await rm(kept)
      const missing = await fetch(`${server.url}/rest/uploaded_files/${id}/content`, {
        headers: { authorization: server.acme.key },
      })
      assert.equal(missing.status, 404)
      assert.equal(((await missing.json()) as { code: string }).code, 'content_missing')
    })

    it('that nobody stands for are removed when their time has come, and no others', async () => {
      const { api } = server.acme
      const { files } = server.running
      const { id } = await api.made(`/deals/${await dealOf(server)}/uploaded_files`, {
        file: textFile('one'),
      })
      const first = await pathOf(server, id)
      await api.put(`/uploaded_files/${id}`, { file: textFile('two') })
      // What a crash leaves between the bytes and the record, and in the middle of an upload.
      const lost = await files.spool.receive(Readable.from([Buffer.from('lost')]), 'lost.txt')
      await files.keep(server.acme.accountId, [lost])
      await mkdir(incoming(), { recursive: true })
      for (const name of ['old', 'new']) await writeFile(join(incoming(), name), 'half')
      await utimes(join(incoming(), 'old'), 1_700_000_000, 1_700_000_000)
      await files.tidy()
      assert.deepEqual(await readdir(incoming()), ['new'])
      assert.equal(await readFile(first, 'utf8'), 'one')
      await server.running.engine.transaction((tx) =>
        tx.updateTable('loose_contents').set({ removable_at: 1 }).execute(),
      )
      await files.tidy()
      assert.ok(!existsSync(first), 'the replaced content is still there')
      await assert.rejects(files.open(lost.contentId, null), { code: 'content_missing' })
      assert.equal(await readFile(await pathOf(server, id), 'utf8'), 'two')
      assert.equal((await server.rowCounts()).loose_contents, 0)
      await rm(join(incoming(), 'new'))
    })

    it('that nobody stands for are all removed at once, however many there are', async () => {
      const { engine, files } = server.running
      const rows = Array.from({ length: 1_100 }, () => ({
        account_id: server.acme.accountId,
        content_id: randomUUID(),
        removable_at: 1,
      }))
      await engine.transaction((tx) => tx.insertInto('loose_contents').values(rows).execute())
      await files.tidy()
      assert.equal((await server.rowCounts()).loose_contents, 0)
    })
  })

  describe('files in a bucket', () => {
    let bucket: TestBucket
    before(async () => {
      bucket = await openBucket()
    })
    after(() => bucket.close())
    const server = startApi(engine, async () => ({ FILES_URL: bucket.url }))

    it('are stored there once their request is sound, and sent from there in whole and in part', async () => {
      const { api } = server.acme
      const path = `/deals/${await dealOf(server)}/uploaded_files`
      const before = await bucket.count()
      problemOf(await api.post(path, { file: textFile(), public_access: 'maybe' }), 400, 'invalid_field')
      assert.equal(await bucket.count(), before)
      const { id, url } = await api.made(path, { file: textFile('0123456789') })
      assert.equal(await bucket.count(), before + 1)
      assert.equal(await (await fetch(String(url))).text(), '0123456789')
      const part = await fetch(String(url), { headers: { range: 'bytes=3-5' } })
      assert.deepEqual([part.status, await part.text()], [206, '345'])
      const head = await fetch(String(url), { method: 'HEAD' })
      assert.equal(head.headers.get('content-length'), '10')
      await api.put(`/uploaded_files/${id}`, { file: textFile('other') })
      assert.equal(await bucket.count(), before + 2)
      await server.running.engine.transaction((tx) =>
        tx.updateTable('loose_contents').set({ removable_at: 1 }).execute(),
      )
      await server.running.files.tidy()
      assert.equal(await bucket.count(), before + 1)
      assert.equal(await (await fetch(String(url))).text(), 'other')
      assert.deepEqual(await readdir(join(server.storage.directory, 'files', 'incoming')), [])
    })
  })

  describe('a bucket that fails', () => {
    const failing = failingBucket()
    before(() => failing.listen())
    after(() => failing.close())
    const server = startApi(engine, async () => ({ FILES_URL: failing.url() }))
    const cases: [Behaviour, number, string][] = [
      ['refuses', 502, 'storage_refused'],
      ['is overloaded', 503, 'storage_unavailable'],
      ['hangs up', 503, 'storage_unavailable'],
      ['hangs up in the middle', 503, 'storage_unavailable'],
    ]
    for (const [behaviour, status, code] of cases) {
      it(`because it ${behaviour} makes no record, and is tidied up when it works again`, async () => {
        failing.behave('works')
        const path = `${server.url}/rest/deals/${await dealOf(server)}/uploaded_files`
        const before = await server.rowCounts()
        failing.behave(behaviour)
        const answer = await post(path, server.acme.key, 'x'.repeat(500_000))
        assert.deepEqual([answer.status, answer.code], [status, code], answer.text)
        assert.ok(!answer.text.includes('127.0.0.1') && !answer.text.includes('secret'), answer.text)
        assert.equal((await server.rowCounts()).uploaded_files, before.uploaded_files)
        failing.behave('works')
        await server.running.engine.transaction((tx) =>
          tx.updateTable('loose_contents').set({ removable_at: 1 }).execute(),
        )
        await server.running.files.tidy()
        assert.deepEqual(await server.rowCounts(), before)
        assert.deepEqual(await readdir(join(server.storage.directory, 'files', 'incoming')), [])
      })
    }

    it('in the middle of a download breaks it off, so that nobody takes half of a file for the whole', async () => {
      failing.behave('works')
      const { url } = await server.acme.api.made(`/deals/${await dealOf(server)}/uploaded_files`, {
        file: textFile('x'.repeat(500_000)),
      })
      failing.behave('hangs up in the middle')
      const response = await fetch(String(url))
      assert.equal(response.status, 200)
      await assert.rejects(response.arrayBuffer())
      failing.behave('refuses')
      assert.equal((await fetch(String(url))).status, 502)
      assert.equal((await fetch(String(url), { method: 'HEAD' })).status, 200)
    })
  })

  // Bytes never pass through the database, so one engine shows it for both.
  if (engine.name !== 'sqlite') return
  const size = 96 * 1024 * 1024

  for (const place of ['the data directory', 'a bucket']) {
    it(`streams 96 MiB into ${place} and out of it at constant memory`, async () => {
      const storage = await engine.open()
      const { key } = await stoppedCompany(storage)
      const bucket = place === 'a bucket' ? await openBucket() : null
      const node = await startServerProcess(storage, {
        LOG_LEVEL: 'silent',
        FILES_MAX_BYTES: String(size),
        NODE_OPTIONS: '--max-semi-space-size=4',
        ...(bucket ? { FILES_URL: bucket.url } : {}),
      })
      try {
        const path = `/contacts/${await newContact(node.url, key)}/uploaded_files`
        // The first ones load and compile what all of them need.
        for (let turn = 0; turn < 3; turn++) await sent(node, key, path, 8 * 1024 * 1024)
        const before = residentMiB(node)
        const { file, highest } = await sent(node, key, path, size)
        assert.equal(file.size, size)
        const read = await received(node, String(file.url))
        assert.equal(read.sha256, file.sha256)
        const most = Math.max(highest, read.highest)
        assert.ok(most - before < 64, `grew from ${before} to ${most} MiB`)
      } finally {
        await node.stop()
        await bucket?.close()
      }
    })
  }

  it('refuses a file for which there is no room, and keeps nothing of it', async (test) => {
    if (spawnSync('prlimit', ['--version']).error) return test.skip('there is no prlimit here')
    const storage = await engine.open()
    const { key } = await stoppedCompany(storage)
    const node = await startServerProcess(storage, { LOG_LEVEL: 'silent' })
    try {
      const path = `/contacts/${await newContact(node.url, key)}/uploaded_files`
      // From here on no file of the process may be larger than 8 MiB.
      const limited = spawnSync('prlimit', ['--pid', String(node.pid), `--fsize=${8 * 1024 * 1024}`])
      assert.equal(limited.status, 0)
      const answer = await post(`${node.url}/rest${path}`, key, 'x'.repeat(12 * 1024 * 1024))
      assert.deepEqual([answer.status, answer.code], [507, 'storage_full'])
      assert.deepEqual(await readdir(join(storage.directory, 'files', 'incoming')), [])
      assert.equal((await post(`${node.url}/rest${path}`, key)).status, 201)
    } finally {
      await node.stop()
    }
  })
})

const dealOf = async (server: ApiServer) => (await oneOfEach(server)).deals?.id ?? ''

/** Where the content of a file lies. */
async function pathOf(server: ApiServer, id: string): Promise<string> {
  const found = sql<{ content_id: string }>`select content_id from uploaded_files where id = ${id}`
  const [{ content_id: at } = { content_id: '' }] = (await found.execute(server.running.engine.reader)).rows
  return join(server.storage.directory, 'files', at.slice(0, 2), at.slice(2, 4), at)
}

const boundary = 'latchkey-test'
const head = `--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="big.bin"\r\n\r\n`
const tail = `\r\n--${boundary}--\r\n`

/** A request for an upload; its body is still to be written. @param size of the file, null for one in chunks */
function upload(url: string, key: string, path: string, size: number | null): ClientRequest {
  const length = size === null ? {} : { 'content-length': size + head.length + tail.length }
  return request(`${url}/rest${path}`, {
    method: 'POST',
    headers: { authorization: key, 'content-type': `multipart/form-data; boundary=${boundary}`, ...length },
  })
}

async function* multipart(size: number): AsyncGenerator<Buffer> {
  yield Buffer.from(head)
  const piece = Buffer.alloc(65_536, 'latchkey')
  for (let left = size; left > 0; left -= piece.length) yield piece.subarray(0, Math.min(left, piece.length))
  yield Buffer.from(tail)
}

async function sent(node: ServerProcess, key: string, path: string, size: number) {
  let highest = 0
  async function* watched() {
    for await (const piece of multipart(size)) {
      highest = Math.max(highest, residentMiB(node))
      yield piece
    }
  }
  const made = upload(node.url, key, path, size)
  const answered = once(made, 'response')
  await pipeline(watched(), made)
  const [response] = await answered
  highest = Math.max(highest, residentMiB(node))
  const text = Buffer.concat(await response.toArray()).toString()
  assert.equal(response.statusCode, 201, text)
  return { file: (JSON.parse(text) as { data: Fields }).data, highest }
}

async function received(node: ServerProcess, url: string) {
  const response = await fetch(url)
  const hash = createHash('sha256')
  let highest = 0
  for await (const piece of response.body ?? []) {
    hash.update(piece)
    highest = Math.max(highest, residentMiB(node))
  }
  return { sha256: hash.digest('hex'), highest }
}

function residentMiB({ pid }: ServerProcess): number {
  const kib = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  return Math.round(Number(kib) / 1024)
}

async function newContact(url: string, key: string): Promise<string> {
  const response = await fetch(`${url}/rest/contacts`, { method: 'POST', headers: { authorization: key } })
  return ((await response.json()) as { data: Fields }).data.id
}

/** An upload that may be answered with a 5xx. */
async function post(url: string, key: string, content = 'Dear tenant') {
  const form = new FormData()
  form.append('file', new File([content], 'letter.txt'))
  const response = await fetch(url, { method: 'POST', headers: { authorization: key }, body: form })
  const text = await response.text()
  return { status: response.status, code: (JSON.parse(text) as { code?: string }).code, text }
}

/** Asks again and again until it is so; the runner's own limit ends what never comes. */
async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise(setImmediate)
}

type Behaviour = 'works' | 'refuses' | 'is overloaded' | 'hangs up' | 'hangs up in the middle'

/** A storage that keeps one object and can be told to fail, as the real one cannot. */
function failingBucket() {
  let behaviour: Behaviour = 'works'
  let kept = Buffer.alloc(0)
  const server = createServer(async (asked, answer) => {
    const { socket } = asked
    if (behaviour === 'hangs up') return socket.destroy()
    if (behaviour === 'refuses' || behaviour === 'is overloaded') {
      asked.resume()
      const [status, code] = behaviour === 'refuses' ? [403, 'AccessDenied'] : [503, 'SlowDown']
      return answer
        .writeHead(status)
        .end(`<Error><Code>${code}</Code><Message>${randomUUID()}</Message></Error>`)
    }
    if (behaviour === 'hangs up in the middle') {
      if (asked.method === 'PUT') return asked.once('data', () => socket.destroy())
      answer.writeHead(200, { 'content-length': kept.length })
      return answer.write(kept.subarray(0, 1_000), () => socket.destroy())
    }
    if (asked.method === 'PUT') kept = Buffer.concat(await asked.toArray())
    else if (asked.method === 'GET') answer.write(kept)
    answer.end()
  })
  return {
    url: () => `s3://key:secret@127.0.0.1:${(server.address() as AddressInfo).port}/files?insecure=true`,
    behave: (next: Behaviour) => {
      behaviour = next
    },
    async listen() {
      server.listen(0, '127.0.0.1')
      await once(server, 'listening')
    },
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
}
