import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { describe, it } from 'node:test'
import { sender } from './send.ts'

/** A receiver that is told on which connection a request came, and as which on it, both counted from 1. */
async function receiving(answer: (came: { connection: number; request: number; socket: Socket }) => string) {
  const connections = new Map<Socket, { connection: number; requests: number }>()
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    const { socket } = request
    const known = connections.get(socket) ?? { connection: connections.size + 1, requests: 0 }
    connections.set(socket, known)
    known.requests++
    response.end(answer({ connection: known.connection, request: known.requests, socket }))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
}

const opened = () => sender({ allowsPrivate: true, timeout: 5_000, now: Date.now })

describe('a connection to a receiver', () => {
  it('is used again by the next delivery', async () => {
    const receiver = await receiving(({ connection }) => `on ${connection}`)
    const send = opened()
    for (let turn = 0; turn < 3; turn++) assert.equal((await send(receiver.url, {}, 'body')).body, 'on 1')
    receiver.close()
  })

  it('that was closed just as it was used again is no failure', async () => {
    const receiver = await receiving(({ connection, request, socket }) => {
      if (connection === 1 && request === 2) socket.destroy()
      return `on ${connection}`
    })
    const send = opened()
    assert.equal((await send(receiver.url, {}, 'body')).body, 'on 1')
    const second = await send(receiver.url, {}, 'body')
    assert.deepEqual([second.status, second.body, second.error], [200, 'on 2', null])
    receiver.close()
  })

  it('that is new and closed is one, and is not tried again at once', async () => {
    let count = 0
    const receiver = await receiving(({ socket }) => {
      count++
      socket.destroy()
      return ''
    })
    assert.equal((await opened()(receiver.url, {}, 'body')).error, 'the connection was closed')
    assert.equal(count, 1)
    receiver.close()
  })
})
