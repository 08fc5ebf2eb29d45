import type { Socket } from 'node:net'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { AnswerBroken } from './error-handler.ts'

export interface Pace {
  /** How long an ordinary body may take, and how often an upload is looked at. */
  windowMs: number
  /** Bytes of an upload that must arrive in each window. */
  leastBytes: number
}

const usual: Pace = { windowMs: 30_000, leastBytes: 65_536 }

/**
 * Ends requests whose body does not arrive: an ordinary one must be there within 30 seconds, and a file may
 * take as long as it needs, while at least 64 KiB of it come in every 30 seconds.
 */
export function cutSlowBodies(app: FastifyInstance, answer: AnswerBroken, pace: Pace = usual): void {
  app.addHook('onRequest', (request, reply, done) => {
    if (hasBody(request)) watch(request, pace, () => cut(request.raw.socket, reply, answer))
    done()
  })
}

function hasBody({ headers }: FastifyRequest): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
}

function watch(request: FastifyRequest, { windowMs, leastBytes }: Pace, cutOff: () => void): void {
  const { raw } = request
  let seen = raw.socket.bytesRead
  const timer = setInterval(() => {
    if (raw.complete) return clearInterval(timer)
    const arrived = raw.socket.bytesRead - seen
    seen += arrived
    if (takesFile(request) && arrived >= leastBytes) return
    clearInterval(timer)
    cutOff()
  }, windowMs).unref()
  raw.on('close', () => clearInterval(timer))
}

function takesFile(request: FastifyRequest): boolean {
  return request.routeOptions.config?.operation?.body?.file !== undefined
}

/** Answers as Node does to a request that took too long, and hangs up. */
function cut(socket: Socket, reply: FastifyReply, answer: AnswerBroken): void {
  const error = Object.assign(new Error('The body did not arrive'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' })
  if (!reply.raw.headersSent) answer(error, socket)
  socket.destroySoon()
}
