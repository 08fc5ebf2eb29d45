import type { Socket } from 'node:net'
import type { FastifyInstance } from 'fastify'

export interface ConnectionLimits {
  /** How long the headers of a request may take to come, and how long a connection may be open without one. */
  headersMs: number
  /** How long a connection is kept for the next request. */
  idleMs: number
  /** How long a new connection is waited for to bring its request, once the server is to stop. */
  graceMs: number
  /** Connections at one time; further ones are closed at once. */
  most: number
}

const usual: ConnectionLimits = {
  headersMs: 20_000,
  // Longer than the minute of the usual proxies, so that it is they who close it.
  idleMs: 75_000,
  graceMs: 1_000,
  most: 10_000,
}

/** How often Node looks for connections that have waited too long. */
export const connectionsCheckMs = 5_000

/**
 * Ends connections on which nothing comes; `slow-bodies.ts` does it for bodies. An answer that is read slowly
 * ends with the client's own patience: an export or a stream of events may take as long as it likes.
 */
export function limitConnections(app: FastifyInstance, limits: ConnectionLimits = usual): void {
  app.server.headersTimeout = limits.headersMs
  app.server.keepAliveTimeout = limits.idleMs
  app.server.maxConnections = limits.most
  app.server.maxHeadersCount = 100
  // The first knows what is under way when the second asks.
  waitForNewOnes(app, limits.graceMs)
  endWithTheirAnswers(app)
}

/** Once the server is to stop, a connection that still had an answer to send is not kept for a next request. */
function endWithTheirAnswers(app: FastifyInstance): void {
  let stops = false
  app.addHook('preClose', async () => {
    stops = true
  })
  app.server.on('request', (_request, response) => {
    response.once('close', () => {
      if (stops) app.server.closeIdleConnections()
    })
  })
}

/**
 * Node ends idle connections when the server closes, and takes one for idle on which nothing has come yet: a request
 * that is on its way over it would be lost, and who sent it cannot know whether it was done. Such a one is ended
 * when nothing has come after a while.
 */
function waitForNewOnes(app: FastifyInstance, graceMs: number): void {
  /** With how many requests are under way on each; null before the first. */
  const connections = new Map<Socket, number | null>()
  app.server.on('connection', (socket) => {
    connections.set(socket, null)
    socket.once('close', () => connections.delete(socket))
  })
  app.server.on('request', ({ socket }, response) => {
    connections.set(socket, (connections.get(socket) ?? 0) + 1)
    response.once('close', () => {
      if (connections.has(socket)) connections.set(socket, (connections.get(socket) ?? 1) - 1)
    })
  })
  app.server.closeIdleConnections = () => {
    for (const [socket, underWay] of connections) {
      if (underWay === 0) socket.destroy()
      if (underWay === null) setTimeout(endUnused, graceMs, socket).unref()
    }
  }
  const endUnused = (socket: Socket) => {
    if (connections.get(socket) === null) socket.destroy()
  }
}
