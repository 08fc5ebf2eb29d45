import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { it } from 'node:test'
import Fastify from 'fastify'
import { shedLoad } from './overload.ts'

const crowd = 100

it('takes in new connections while it has work to do', async () => {
  const app = Fastify()
  shedLoad(app, { atOnce: 2, now: () => 0, headers: {}, shed: () => {} })
  app.decorateRequest('caller', null)
  let worked = 0
  app.get('/', async (request) => {
    request.caller = { accountId: 'known' } as never
    for (const begun = performance.now(); performance.now() - begun < 2; );
    worked++
    return ''
  })
  await app.listen({ port: 0, host: '127.0.0.1' })
  const { port } = app.server.address() as AddressInfo
  const sockets: Socket[] = []
  const connected = async () => {
    // By its number: looking up a name would let them come one after the other.
    const socket = connect(port, '127.0.0.1').setNoDelay()
    sockets.push(socket)
    await once(socket, 'connect')
    return socket
  }
  const ask = async (socket: Socket) => {
    socket.write('GET / HTTP/1.1\r\nhost: localhost\r\nauthorization: somebody\r\n\r\n')
    const [answer] = await once(socket, 'data')
    assert.match(String(answer), /^HTTP\/1.1 200 /)
  }
  try {
    const others = await Promise.all(Array.from({ length: crowd }, connected))
    await ask(await connected())
    const before = worked
    let came = 0
    const workedMeanwhile = new Promise<number>((resolve) => {
      app.server.on('connection', () => ++came === crowd && resolve(worked - before))
    })
    const newcomers = Array.from({ length: crowd }, connected)
    const busy = others.map(ask)
    assert.ok((await workedMeanwhile) < crowd / 2)
    await Promise.all([...busy, ...newcomers.map(async (socket) => ask(await socket))])
  } finally {
    for (const socket of sockets) socket.destroy()
    await app.close()
  }
})
