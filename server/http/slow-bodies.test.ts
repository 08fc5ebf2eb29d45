import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { after, before, it } from 'node:test'
import Fastify, { type FastifyInstance } from 'fastify'
import type { Operation } from '../rest/operation.ts'
import { answerBroken } from './error-handler.ts'
import { cutSlowBodies } from './slow-bodies.ts'

const windowMs = 150
const leastBytes = 1_000
/** Of an operation, only that it takes a file is looked at. */
const upload = { body: { file: 'file' } } as Operation

let app: FastifyInstance
let port = 0

before(async () => {
  app = Fastify({ requestTimeout: 0 })
  cutSlowBodies(app, answerBroken({}), { windowMs, leastBytes })
  app.addContentTypeParser('*', { parseAs: 'buffer' }, async (_: unknown, bytes: Buffer) => bytes)
  const tell = async ({ body }: { body: unknown }) => ({ length: (body as Buffer).length })
  app.post('/fields', tell)
  app.post('/files', { config: { operation: upload } }, tell)
  await app.listen({ port: 0, host: '127.0.0.1' })
  const address = app.server.address()
  port = typeof address === 'object' && address ? address.port : 0
})
after(() => app.close())

/** Sends a body in pieces, one in each half of a window, and gives what is answered. */
async function sendSlowly(path: string, pieces: readonly number[]): Promise<string> {
  const length = pieces.reduce((sum, piece) => sum + piece, 0)
  const socket = connect(port, '127.0.0.1')
  await once(socket, 'connect')
  socket.write(
    `POST ${path} HTTP/1.1\r\nhost: x\r\ncontent-type: a/b\r\ncontent-length: ${length}\r\nconnection: close\r\n\r\n`,
  )
  const rest = [...pieces]
  const pace = setInterval(() => {
    const piece = rest.shift()
    if (piece === undefined || !socket.writable) clearInterval(pace)
    else if (piece > 0) socket.write('x'.repeat(piece))
  }, windowMs / 2)
  socket.on('error', () => {})
  const answer = await text(socket).catch(() => '')
  clearInterval(pace)
  return answer
}

const slow = Array<number>(12).fill(leastBytes)

it('lets a file come as slowly as it likes while it comes', async () => {
  assert.match(await sendSlowly('/files', slow), /^HTTP\/1\.1 200 [\s\S]*"length":12000/)
})

it('ends an upload that stops, and says why', async () => {
  const stalled = [...slow.slice(0, 4), ...Array<number>(40).fill(0), 1_000]
  assert.match(await sendSlowly('/files', stalled), /^HTTP\/1\.1 408 [\s\S]*"code":"request_timeout"/)
})

it('ends an upload that only pretends to come', async () => {
  assert.match(await sendSlowly('/files', Array<number>(60).fill(10)), /^HTTP\/1\.1 408 /)
})

it('ends any other body that is not there in time, however it comes', async () => {
  assert.match(await sendSlowly('/fields', slow), /^HTTP\/1\.1 408 [\s\S]*"code":"request_timeout"/)
  assert.match(await sendSlowly('/fields', [10]), /^HTTP\/1\.1 200 /)
})
