import assert from 'node:assert/strict'
import { createHash, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { after, before, it } from 'node:test'
import { openBucket, type TestBucket } from '../../test/support/bucket.ts'
import { bucketStore } from './bucket-store.ts'
import { type Bucket, parseBucketUrl } from './bucket-url.ts'
import type { Content } from './content-store.ts'

let directory = ''
let bucket: TestBucket
const servers: Server[] = []

before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'latchkey-contents-'))
  bucket = await openBucket()
})
after(async () => {
  for (const server of servers) {
    server.closeAllConnections()
    server.close()
  }
  await bucket.close()
  await rm(directory, { recursive: true })
})

async function contentOf(bytes: string): Promise<Content> {
  const contentId = randomUUID()
  const path = join(directory, contentId)
  await writeFile(path, bytes)
  return { contentId, path, size: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') }
}

function parsed(url: string): Bucket {
  const found = parseBucketUrl(url)
  assert.ok(found)
  return found
}

/** A storage that does what a test wants, which the real one cannot be made to do. */
async function storage(listener: RequestListener): Promise<{ bucket: Bucket; server: Server }> {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  servers.push(server)
  const { port } = server.address() as AddressInfo
  return { server, bucket: parsed(`s3://key:secret@127.0.0.1:${port}/files?insecure=true`) }
}

it('keeps bytes, gives them in whole and in part, and removes them', async () => {
  const store = bucketStore(parsed(bucket.url))
  const content = await contentOf('0123456789')
  await store.put(content)
  await store.put(content)
  assert.equal(await bucket.count(), 1)
  assert.equal(await text(await store.open(content.contentId, null)), '0123456789')
  assert.equal(await text(await store.open(content.contentId, { start: 2, end: 4 })), '234')
  await store.remove(content.contentId)
  await store.remove(content.contentId)
  assert.equal(await bucket.count(), 0)
  await assert.rejects(store.open(content.contentId, null), { code: 'content_missing' })
  store.close()
})

it('tells a wrong secret and a wrong bucket from a storage that is away', async () => {
  const right = parsed(bucket.url)
  const content = await contentOf('x')
  for (const [wrong, told] of [
    [{ ...right, secretAccessKey: 'other' }, /403 SignatureDoesNotMatch/],
    [{ ...right, accessKeyId: 'nobody' }, /403 InvalidAccessKeyId/],
    [{ ...right, url: right.url.replace('/files/', '/none/') }, /404 NoSuchBucket/],
  ] as const) {
    const store = bucketStore(wrong)
    const refusal = { code: 'storage_refused', message: told }
    await assert.rejects(store.put(content), refusal)
    await assert.rejects(store.open(content.contentId, null), refusal)
    store.close()
  }
  const nobody = bucketStore({ ...right, url: 'http://127.0.0.1:1/files' })
  await assert.rejects(nobody.put(content), { code: 'storage_unavailable', message: /ECONNREFUSED/ })
  nobody.close()
})

it('gives a storage up that says nothing, before and in the middle of a content', async () => {
  const { bucket: silent } = await storage((asked, answer) => {
    asked.resume()
    if (asked.method === 'GET') answer.writeHead(200, { 'content-length': 100 }).write('x')
  })
  const store = bucketStore(silent, { silenceMs: 100 })
  const content = await contentOf('x')
  await assert.rejects(store.put(content), { code: 'storage_unavailable', message: /said nothing/ })
  const stream = await store.open(content.contentId, null)
  await assert.rejects(text(stream))
  store.close()
})

it('waits for a reader who is slower than the patience with the storage', async () => {
  const bytes = 'x'.repeat(4_000_000)
  const { bucket: quick } = await storage((_, answer) => answer.end(bytes))
  const store = bucketStore(quick, { silenceMs: 500 })
  const stream = await store.open(randomUUID(), null)
  const quiet = new Promise((resolve) => setTimeout(resolve, 1_500))
  await quiet
  assert.equal((await text(stream)).length, bytes.length)
  store.close()
})

it('says at once that a storage refuses a content, without sending all of it', async () => {
  let received = 0
  const { bucket: picky } = await storage((asked, answer) => {
    asked.once('data', (piece: Buffer) => {
      received += piece.length
      answer.writeHead(403).end('<Error><Code>QuotaExceeded</Code></Error>')
    })
  })
  const store = bucketStore(picky)
  const content = await contentOf('x'.repeat(50_000_000))
  await assert.rejects(store.put(content), { code: 'storage_refused', message: /403 QuotaExceeded/ })
  assert.ok(received < content.size)
  store.close()
})

it('sends a request again when the storage had closed the connection meanwhile', async () => {
  const { server, bucket: closing } = await storage((asked, answer) => {
    asked.resume().on('end', () => answer.end())
  })
  const known = new WeakSet<object>()
  let hungUp = false
  // As if the storage had hung up in the moment in which the next request was on its way.
  server.prependListener('request', ({ socket }) => {
    if (known.has(socket) && !hungUp) {
      hungUp = true
      socket.destroy()
    }
    known.add(socket)
  })
  const store = bucketStore(closing)
  const content = await contentOf('x')
  // A connection is free for another request only a moment after the answer.
  for (let turn = 0; turn < 50 && !hungUp; turn++) {
    await store.put(content)
    await new Promise(setImmediate)
  }
  assert.ok(hungUp, 'no connection was used twice')
  store.close()
})
