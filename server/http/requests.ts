import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { EndedRequest } from '../metrics/metrics.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** The bytes that its connection had sent before it. */
    sentBefore: number
    hasEnded: boolean
  }
}

/** The requests that are not answered yet. */
export interface UnderWay {
  readonly count: number
  /** How many there are of each method and route: `GET /rest/deals`. */
  byRoute(): Record<string, number>
}

/**
 * Writes one line for each request when it has ended, whether its answer was sent or the client went away, and
 * tells `ended` of it.
 */
export function watchRequests(app: FastifyInstance, ended: (request: EndedRequest) => void): UnderWay {
  const underWay = new Set<FastifyRequest>()
  app.decorateRequest('signedIn', null)
  app.decorateRequest('sentBefore', 0)
  app.decorateRequest('hasEnded', false)
  app.addHook('onRequest', (request, reply, done) => {
    request.sentBefore = request.raw.socket.bytesWritten ?? 0
    underWay.add(request)
    reply.raw.once('close', () => end(request, reply))
    done()
  })
  app.addHook('onResponse', (request, reply, done) => {
    end(request, reply)
    done()
  })

  function end(request: FastifyRequest, reply: FastifyReply): void {
    if (request.hasEnded) return
    request.hasEnded = true
    underWay.delete(request)
    const ms = Math.round(reply.elapsedTime * 10) / 10
    const isStream = String(reply.getHeader('content-type')).startsWith('text/event-stream')
    const about = { method: request.method, route: routeOf(request), status: reply.statusCode, ms, isStream }
    ended(about)
    if (!request.isHeldUp) write(request, reply, about)
  }

  return {
    get count() {
      return underWay.size
    },
    byRoute() {
      const counts: Record<string, number> = {}
      for (const request of underWay) {
        const name = `${request.method} ${routeOf(request)}`
        counts[name] = (counts[name] ?? 0) + 1
      }
      return counts
    },
  }
}

/** What is written of a request: who sent it and what became of it, and nothing that it said. */
function write(request: FastifyRequest, reply: FastifyReply, { route, status, ms }: EndedRequest): void {
  request.log.info(
    {
      req: request,
      route,
      status,
      ms,
      bytes: Math.max(0, (request.raw.socket.bytesWritten ?? 0) - request.sentBefore),
      ...(reply.raw.writableFinished ? {} : { aborted: true }),
      ...whoSent(request),
    },
    'request',
  )
}

function whoSent({ caller, signedIn }: FastifyRequest) {
  if (caller?.key) return { account: caller.accountId, key: caller.key.keyId }
  if (caller) return { account: caller.accountId, user: caller.userId }
  return signedIn ? { account: signedIn.accountId ?? undefined, user: signedIn.userId } : {}
}

function routeOf(request: FastifyRequest): string {
  return (request.is404 ? undefined : request.routeOptions.url) ?? 'unknown'
}
