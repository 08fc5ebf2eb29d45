import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { after, before, it } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import Fastify, { type FastifyInstance } from 'fastify'
import { limitConnections } from './connections.ts'
import { answerBroken } from './error-handler.ts'

const limits = { headersMs: 200, idleMs: 200, graceMs: 200, most: 4 }
let app: FastifyInstance
let port = 0

before(async () => {
  app = Fastify({
    requestTimeout: 0,
    http: { connectionsCheckingInterval: 50 },
    clientErrorHandler: answerBroken({}),
  })
  limitConnections(app, limits)
  app.get('/', async () => 'here')
  await app.listen({ port: 0, host: '127.0.0.1' })
  const address = app.server.address()
  port = typeof address === 'object' && address ? address.port : 0
})
after(() => app.close())

async function dial(): Promise<Socket> {
  const socket = connect(port, '127.0.0.1')
  await once(socket, 'connect')
  return socket
}

it('ends a connection on which no request comes', async () => {
  assert.match(await text(await dial()), /^HTTP\/1\.1 408 .*request_timeout/s)
})

it('ends a request whose headers come drop by drop', async () => {
  const socket = await dial()
  socket.write('GET / HTTP/1.1\r\nhost: here\r\n')
  const drops = setInterval(() => socket.write('x-drop: 1\r\n'), 20)
  const answer = await text(socket)
  clearInterval(drops)
  assert.match(answer, /^HTTP\/1\.1 408 /)
})

it('ends a connection that was used and is idle', async () => {
  const socket = await dial()
  socket.write('GET / HTTP/1.1\r\nhost: here\r\n\r\n')
  assert.match(await text(socket), /^HTTP\/1\.1 200 .*here$/s)
})

it('takes only so many connections at once', async () => {
  const open = await Promise.all(Array.from({ length: limits.most }, dial))
  const [further] = await Promise.all([once(await dial(), 'close')])
  assert.deepEqual(further, [false])
  for (const socket of open) socket.destroy()
})

it('keeps no connection whose last answer is sent while the server stops', {
  timeout: 30_000,
}, async (test) => {
  const stopping = Fastify()
  limitConnections(stopping, { ...limits, idleMs: 3_600_000 })
  const begun = Promise.withResolvers<void>()
  const answer = Promise.withResolvers<string>()
  stopping.get('/', (_, reply) => {
    // Headers that are sent before the stop cannot tell the client to hang up.
    reply.hijack().raw.writeHead(200).flushHeaders()
    begun.resolve()
    answer.promise.then((rest) => reply.raw.end(rest))
  })
  const address = new URL(await stopping.listen({ port: 0, host: '127.0.0.1' }))
  const socket = connect(Number(address.port), '127.0.0.1')
  test.after(() => socket.destroy())
  socket.write('GET / HTTP/1.1\r\nhost: here\r\n\r\n')
  await begun.promise
  const closed = stopping.close()
  setImmediate(() => answer.resolve('the end'))
  assert.match(await text(socket), /the end/)
  await closed
})

it('answers over a connection that was opened just before the server stops, and ends one that stays unused', async (test) => {
  const stopping = Fastify({ return503OnClosing: false })
  limitConnections(stopping, { ...limits, graceMs: 1_000 })
  stopping.get('/', async () => 'here')
  const address = new URL(await stopping.listen({ port: 0, host: '127.0.0.1' }))
  const open = async () => {
    const accepted = once(stopping.server, 'connection')
    const socket = connect(Number(address.port), '127.0.0.1')
    test.after(() => socket.destroy())
    await accepted
    return socket
  }
  const [used, unused] = [await open(), await open()]
  const closed = stopping.close()
  while (stopping.server.listening) await turn()
  used.write('GET / HTTP/1.1\r\nhost: here\r\n\r\n')
  assert.match(await text(used), /^HTTP\/1\.1 200 .*connection: close.*here$/is)
  assert.equal(await text(unused), '')
  await closed
})
