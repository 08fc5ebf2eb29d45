import { randomUUID } from 'node:crypto'
import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { ApiError, problemBody, problemType } from '../errors/api-error.ts'
import type { ErrorCode } from '../errors/error-codes.ts'
import { knownError } from '../rest/emulation.ts'
import { apiVersion } from '../rest/frame.ts'
import { OutcomeUnknownError } from '../storage/outcome.ts'
import { type Trouble, troubleIn } from '../storage/trouble.ts'

/** What every answer carries (`security-headers.ts`). */
type Headers = Readonly<Record<string, string>>

/** Gives every error the one shape, and every response its request id and what every answer carries. */
export function answerErrors(app: FastifyInstance, headers: Headers): void {
  app.addHook('onRequest', (request, reply, done) => {
    reply.headers(headers).header('x-request-id', request.id)
    done()
  })
  app.setErrorHandler((error: FastifyError, request, reply) =>
    sendProblem(apiErrorOf(error, request), error, request, reply),
  )
}

/** Answers what Fastify refuses before any route or hook is reached, such as a broken escape in the path. */
export function answerEarly(headers: Headers) {
  return (error: FastifyError, request: FastifyRequest, reply: FastifyReply) => {
    reply.headers({ ...headers, 'x-request-id': request.id, 'api-version': apiVersion })
    return sendProblem(apiErrorOf(error, request), error, request, reply)
  }
}

/** Answers on a socket that has no request, and hangs up. */
export type AnswerBroken = (error: Error & { code?: string }, socket: Socket) => void

/** Answers what Node refuses because it is no HTTP, or more of it than is accepted, and hangs up. */
export function answerBroken(headers: Headers): AnswerBroken {
  const common = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
  return (error, socket) => {
    if (error.code === 'ECONNRESET' || !socket.writable) return
    const [code, sentence] = unreadable[error.code ?? ''] ?? [
      'malformed_request',
      'The request is no valid HTTP',
    ]
    const problem = new ApiError(code, sentence)
    const id = randomUUID()
    const body = JSON.stringify(problemBody(problem, id))
    const head = [
      `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}`,
      ...common,
      `content-type: ${problemType}`,
      `content-length: ${Buffer.byteLength(body)}`,
      'cache-control: no-store',
      `x-request-id: ${id}`,
      `api-version: ${apiVersion}`,
      'connection: close',
    ]
    socket.end(`${head.join('\r\n')}\r\n\r\n${body}`)
  }
}

const unreadable: Record<string, readonly [ErrorCode, string]> = {
  HPE_HEADER_OVERFLOW: ['headers_too_large', 'The address and the headers together are longer than 16 KiB'],
  ERR_HTTP_REQUEST_TIMEOUT: ['request_timeout', 'The request took too long to arrive'],
}

function sendProblem(problem: ApiError, cause: Error, request: FastifyRequest, reply: FastifyReply) {
  // What keeps the database from answering is the same for every request, and where it was met with tells nothing.
  const err = problem.code === 'unavailable' ? withoutStack(cause) : cause
  if (problem.status >= 500) request.log.error({ err, req: request }, problem.code)
  const { status, type, body } = request.isEmulated ? knownError(problem) : shapeOf(problem, request.id)
  return reply
    .status(status)
    .headers(problem.headers)
    .header('content-type', type)
    .header('cache-control', 'no-store')
    .send(JSON.stringify(body))
}

function withoutStack(error: Error & { code?: string }) {
  const { name, code, message } = error
  return { name, code, message, stack: undefined }
}

function shapeOf(problem: ApiError, requestId: string) {
  return { status: problem.status, type: problemType, body: problemBody(problem, requestId) }
}

/** What Fastify and the engines throw, in words of the API. */
const known: Record<string, readonly [ErrorCode, string]> = {
  FST_ERR_CTP_BODY_TOO_LARGE: ['body_too_large', 'The body is larger than 1 MiB'],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: [
    'unsupported_media_type',
    'Send application/json, application/x-www-form-urlencoded or multipart/form-data',
  ],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: ['invalid_body', 'The body is not as long as Content-Length says'],
  FST_ERR_CTP_INVALID_JSON_BODY: ['malformed_json', 'The body is not valid JSON'],
  FST_ERR_CTP_EMPTY_JSON_BODY: ['malformed_json', 'The body is empty; send {} for no fields'],
  FST_ERR_BAD_URL: ['malformed_url', 'The path holds a broken percent escape'],
  FST_ERR_MAX_PARAM_LENGTH: ['invalid_id', 'A part of the path is longer than any id'],
  '40001': ['write_conflict', 'Other writes kept changing the same records; nothing was written, try again'],
  '40P01': ['write_conflict', 'Other writes kept changing the same records; nothing was written, try again'],
}

function apiErrorOf(error: FastifyError, { method }: FastifyRequest): ApiError {
  if (error instanceof ApiError) return error
  const entry = known[error.code ?? '']
  if (entry) return new ApiError(entry[0], entry[1])
  if (error instanceof OutcomeUnknownError) {
    return new ApiError(
      'unavailable',
      'The database was lost while the change was being committed, so it is not known whether it was made: look before you send it again. With an Idempotency-Key, sending it again is safe',
      { headers: { 'retry-after': '5' } },
    )
  }
  const trouble = troubleIn(error)
  if (trouble === 'full' && method !== 'GET' && method !== 'HEAD') return new ApiError('storage_full', noRoom)
  if (trouble) {
    return new ApiError('unavailable', sentences[trouble], { headers: { 'retry-after': '5' } })
  }
  if (error.statusCode !== undefined && error.statusCode < 500)
    return new ApiError('invalid_body', 'The request cannot be read')
  return new ApiError('internal_error', 'Something went wrong on the server; report it with the request id')
}

const noRoom =
  'The server has no room for it; nothing was written. Whoever runs it has to make room on the disk of its database'

const sentences: Readonly<Record<Trouble, string>> = {
  away: 'The database cannot be reached; try again shortly',
  full: 'The database has no room for what the answer needs; whoever runs the server has to make room on its disk',
  read_only:
    'The database takes no writes at the moment; nothing was written. Reading works; whoever runs the server has to look at it',
  broken:
    'The database cannot use its disk at the moment; nothing was written. Whoever runs the server has to look at it',
}
