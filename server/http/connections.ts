import type { FastifyInstance } from 'fastify'

export interface ConnectionLimits {
  /** How long the headers of a request may take to come, and how long a connection may be open without one. */
  headersMs: number
  /** How long a connection is kept for the next request. */
  idleMs: number
  /** Connections at one time; further ones are closed at once. */
  most: number
}

const usual: ConnectionLimits = {
  headersMs: 20_000,
  // Longer than the minute of the usual proxies, so that it is they who close it.
  idleMs: 75_000,
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
