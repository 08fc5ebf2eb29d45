import { hash } from 'node:crypto'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { ApiError, problemBody, problemType } from '../errors/api-error.ts'
import { apiVersion } from '../rest/frame.ts'
import { createGate, type Gate, type GateOptions, type Visitor } from './gate.ts'

export interface OverloadOptions extends Pick<GateOptions, 'now'> {
  /** How many requests are worked on at one time; null lets all in. */
  atOnce: number | null
  /** What every answer carries. */
  headers: Readonly<Record<string, string>>
  /** Told of each that was refused. */
  shed(): void
}

const lookEveryMs = 50

const mostKnown = 10_000

/** Without work, one after the other. Reading and refusing what each brings takes a tenth of a millisecond. */
const mostTurns = 32

/** They say how the server is, and must say it most of all when it is in trouble. */
const always = /^\/(healthz|readyz|metrics)(\?|$)/

/**
 * Refuses requests at once when there are more than can be answered in time (`gate.ts`), as the first thing that
 * is done for them. Streams of events that are open go on: a stream takes a place for its first second alone.
 *
 * Who has been found to be somebody has a queue of their own. All others, who may be very many with wrong keys
 * (`api-keys/wrong-keys.ts` sees to those), take no place until there is too much to do, and then share one queue.
 * To be called before any other hook is added.
 */
export function shedLoad(app: FastifyInstance, { atOnce, now, headers, shed }: OverloadOptions): Gate | null {
  app.decorateRequest('leavePlace', null)
  if (atOnce === null) return null
  let refused = 0
  const gate = createGate({
    atOnce,
    ...(now ? { now } : {}),
    nextTurn: afterNewConnections(app),
    changed(isOverloaded) {
      if (isOverloaded) app.log.warn('There are more requests than can be answered in time; some are refused')
      else app.log.warn({ refused }, 'All requests can be answered in time again')
      if (!isOverloaded) refused = 0
    },
  })
  const refusal = refusalWith(headers)
  const known = new Set<string>()
  const remember = (credential: string) => {
    known.add(credential)
    const [oldest] = known
    if (known.size > mostKnown && oldest !== undefined) known.delete(oldest)
  }

  app.addHook('onRequest', (request, reply, done) => {
    if (always.test(request.url)) return done()
    const credential = credentialOf(request)
    const isKnown = known.has(credential)
    if (!isKnown) {
      reply.raw.once('close', () => {
        if (request.caller || request.signedIn) remember(credential)
      })
      if (!gate.isOverloaded) return done()
    }
    const visitor: Visitor = {
      who: isKnown ? credential : '',
      enter: done,
      refuse() {
        refused++
        shed()
        refusal(request, reply)
      },
    }
    request.leavePlace = () => gate.leave(visitor)
    reply.raw.once('close', request.leavePlace)
    // What has come with the head is read by then. A body on its way is waited for by nobody, and takes no place.
    queueMicrotask(() => {
      if (hasArrived(request)) return gate.come(visitor)
      if (gate.isOverloaded) visitor.refuse()
      else done()
    })
  })

  const timer = setInterval(gate.look, lookEveryMs).unref()
  app.addHook('onClose', async () => clearInterval(timer))
  return gate
}

/**
 * Node takes one new connection in each turn of its event loop. Where a turn is filled with work, they would come in
 * too slowly to be worked on or refused, and the system would drop those that it has no room for. So before more
 * work is begun, turns without any follow each other for as long as each of them brings a connection.
 */
function afterNewConnections(app: FastifyInstance): (begin: () => void) => void {
  let came = 0
  app.server.on('connection', () => came++)
  return (begin) => {
    let [before, turns] = [came, 0]
    const look = () => {
      if (came === before || ++turns > mostTurns) return begin()
      before = came
      setImmediate(look)
    }
    setImmediate(look)
  }
}

/** What is kept of a credential is no credential. */
function credentialOf({ headers, ip }: FastifyRequest): string {
  return hash('sha256', headers.authorization ?? headers.cookie ?? ip, 'base64')
}

function hasArrived({ raw, headers }: FastifyRequest): boolean {
  return (
    raw.complete || (headers['content-length'] === undefined && headers['transfer-encoding'] === undefined)
  )
}

/** The answer, made before there are too many: all that is left to do is to write it. */
function refusalWith(headers: Readonly<Record<string, string>>) {
  const mark = 'the id of the request'
  const problem = new ApiError(
    'overloaded',
    'The server has more requests than it can answer in time; nothing was done, so send this one again after the seconds that Retry-After says',
  )
  const [before = '', after = ''] = JSON.stringify(problemBody(problem, mark)).split(mark)
  const fixed = {
    ...headers,
    'content-type': problemType,
    'cache-control': 'no-store',
    'api-version': apiVersion,
  }
  return ({ id, raw: { method } }: FastifyRequest, reply: FastifyReply) => {
    reply.hijack()
    reply.request.hasEnded = true
    const body = before + id + after
    reply.raw.writeHead(problem.status, {
      ...fixed,
      'x-request-id': id,
      // Not all at the same moment.
      'retry-after': String(1 + Math.floor(3 * Math.random())),
      'content-length': Buffer.byteLength(body),
    })
    reply.raw.end(method === 'HEAD' ? undefined : body)
  }
}
