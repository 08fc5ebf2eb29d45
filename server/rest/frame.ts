import { pipeline, type Readable } from 'node:stream'
import { createGzip } from 'node:zlib'
import type { FastifyInstance, FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import type { SightOf } from '../access/sight.ts'
import { originOf } from '../accounts/origin.ts'
import { holdsKey, type KeyUse } from '../api-keys/index.ts'
import { ApiError } from '../errors/api-error.ts'
import type { Files } from '../files/files.ts'
import { sendFile } from '../files/send-file.ts'
import type { SpooledFile } from '../files/spool.ts'
import type { Sending, Subscribing } from '../resource-layer/resource.ts'
import { bodyOf, readBodies } from './body.ts'
import { type Budgets, createBudgets, type Spending } from './budgets.ts'
import { type Caller, type CallerSource, callerOf, noteWrongKey } from './caller.ts'
import { corsHeaders, preflightHeaders } from './cors.ts'
import { deprecationHeaders } from './deprecation.ts'
import { type Emulation, isEmulated, notAllowed, withhold, withKnownBudgets } from './emulation.ts'
import { matchesNone } from './etag.ts'
import type { Idempotency } from './idempotency.ts'
import type { Operation } from './operation.ts'
import { pageLinks } from './page-links.ts'
import { parseQuery } from './rack-form.ts'
import { methodsOf, noRoute } from './router.ts'
import { type Incoming, type Outcome, run } from './run.ts'

declare module 'fastify' {
  interface FastifyRequest {
    caller: Caller | null
    spending: Spending | null
    /** Whether it is answered as strictly as `emulation.ts` says. */
    isEmulated: boolean
  }
}

export interface RestOptions extends CallerSource {
  keyUse: Pick<KeyUse, 'noteUse'>
  idempotency: Idempotency
  files: Files
  operations: readonly Operation[]
  sending: Sending
  subscribing: Subscribing
  emulation: Emulation
  /**
   * Tells the admins of a key that stood in an address, where logs keep it. Resolves with whether there was none
   * of that text.
   */
  noteKeyInAddress(request: Pick<FastifyRequest, 'url' | 'ip' | 'id'>): Promise<'key' | 'wrong key'>
  sightOf: SightOf
}

/** The dated version of the API, in every response. */
export const apiVersion = '2026-11-29'

/**
 * The public API. A request goes: key in the address refused → preflight → caller → budgets → body →
 * idempotency → operation → presenter → ETag. Registered under `/rest`; see `withoutVersion`.
 */
export function restFrame(options: RestOptions): FastifyPluginAsync {
  const budgets = createBudgets(options.engine)
  return async (app) => {
    await readBodies(app)
    app.decorateRequest('caller', null)
    app.decorateRequest('spending', null)
    app.decorateRequest('isEmulated', false)
    app.decorateRequest('isHeldUp', false)
    app.addHook('onRequest', (request, reply) => admit(request, reply, options, budgets))
    app.addHook('onSend', (request, reply, _body, done) => {
      const settings = request.caller?.settings
      reply.headers(corsHeaders(request.headers.origin, settings ? settings.corsOrigins : null))
      if (request.spending) reply.headers(request.spending.headers())
      if (request.isEmulated) withhold(reply)
      done()
    })
    for (const operation of options.operations) addRoute(app, operation, options)
    app.setNotFoundHandler((request) => {
      const taken = methodsOf(options.operations, pathInside(request))
      throw noRoute(request.method, pathOf(request.originalUrl), taken)
    })
  }
}

async function admit(request: FastifyRequest, reply: FastifyReply, options: RestOptions, budgets: Budgets) {
  reply.header('api-version', apiVersion)
  if (holdsKey(request.url)) {
    const found = await options.noteKeyInAddress(request)
    if (found === 'wrong key') await noteWrongKey(request, options.wrongKeys)
    throw new ApiError(
      'key_in_url',
      'An API key was sent in the address. Send it as "Authorization: Bearer lk_live_…", and rotate it: addresses are kept in logs.',
    )
  }
  if (request.method === 'OPTIONS') {
    request.isEmulated = await options.emulation.refusesOptions(request.headers.authorization, () =>
      noteWrongKey(request, options.wrongKeys),
    )
    if (request.isEmulated) throw notAllowed()
    return reply.status(204).headers(preflightHeaders()).send()
  }
  const operation: Operation | undefined = request.routeOptions.config?.operation
  if (operation?.deprecated) reply.headers(deprecationHeaders(operation.deprecated))
  if (operation?.access === 'public') return
  const caller = await callerOf(request, options)
  request.isEmulated = isEmulated(caller)
  request.caller = request.isEmulated ? withKnownBudgets(caller) : caller
  if (caller.key) options.keyUse.noteUse(caller.key, { at: Date.now(), address: request.ip })
  request.spending = await budgets.spendRequest(request.caller)
  if (request.isEmulated) options.emulation.requireKnown(request.method, pathInside(request), operation)
}

declare module 'fastify' {
  interface FastifyContextConfig {
    operation?: Operation
  }
}

function addRoute(app: FastifyInstance, operation: Operation, options: RestOptions): void {
  app.route({
    method: operation.method,
    url: operation.path.replace(/\{(\w+)\}/g, ':$1'),
    config: { operation },
    handler: (request, reply) => answer(operation, request, reply, options),
  })
}

async function answer(
  operation: Operation,
  request: FastifyRequest,
  reply: FastifyReply,
  options: RestOptions,
) {
  const ignored = new Set<string>()
  const uploads: SpooledFile[] = []
  const { spool, largest } = options.files
  try {
    const incoming: Incoming = {
      operation,
      caller: request.caller,
      requestId: request.id,
      origin: originOf(request),
      url: urlInside(request),
      path: request.params as Record<string, string>,
      query: parseQuery(queryText(request)),
      body: await bodyOf(request, ignored, { shape: operation.body, spool, largest, uploads }),
      uploads,
      headers: request.headers,
      ignored,
      renewedCaller: () => renewedCaller(request, options),
      spendRecords: async (count) => request.spending?.spendRecords(count),
      spendRequests: async (count) => request.spending?.spendRequests(count),
    }
    const understood = request.isEmulated ? options.emulation.understood(incoming) : incoming
    return await send(request, reply, await run(understood, options))
  } finally {
    for (const upload of uploads) await spool.discard(upload)
  }
}

/** The caller as the credential stands now, or null when it does not open this account any more. */
async function renewedCaller(request: FastifyRequest, options: RestOptions): Promise<Caller | null> {
  const caller = await callerOf(request, options).catch((error) => {
    if (error instanceof ApiError) return null
    throw error
  })
  return caller?.accountId === request.caller?.accountId ? caller : null
}

async function send(request: FastifyRequest, reply: FastifyReply, { answer, reply: made }: Outcome) {
  const { status, headers, text } = answer
  if (made?.file) {
    await request.spending?.spendRecords(made.records)
    return sendFile(request, reply.headers(headers), made.file)
  }
  reply.headers(headers)
  if (made?.stream && request.method === 'HEAD') {
    made.stream.destroy()
    return reply.status(status).send()
  }
  if (made?.stream) return reply.status(status).send(compressed(request, reply, made.stream))
  if (text === null) return reply.status(status).send()
  if (made && (request.method === 'GET' || request.method === 'HEAD')) {
    if (matchesNone(request.headers['if-none-match'], headers.etag ?? '')) return notModified(reply)
    const links = pageLinks(request.originalUrl, made.body)
    if (links) reply.header('link', links)
  }
  await request.spending?.spendRecords(made?.records ?? 0)
  return reply.status(status).send(text)
}

/** Bytes. Every piece is handed between two threads, which with pieces of 16 KiB took a fifth of an export's time. */
const compressedAtOnce = 256 * 1_024

/** Fastify closes what it sends when the client goes away, and the pipeline closes the rest. */
function compressed(request: FastifyRequest, reply: FastifyReply, stream: Readable): Readable {
  // It would hold back what is to be known at once.
  if (String(reply.getHeader('content-type')).startsWith('text/event-stream')) return stream
  if (!/\bgzip\b(?!\s*;\s*q=0(\.0*)?\s*(,|$))/i.test(String(request.headers['accept-encoding'] ?? '')))
    return stream
  reply.header('content-encoding', 'gzip')
  const gzip = createGzip({ level: 1, chunkSize: compressedAtOnce })
  pipeline(stream, gzip, (error) => {
    if (error) request.log.debug({ err: error }, 'An export ended early')
  })
  return gzip
}

function notModified(reply: FastifyReply) {
  return reply.removeHeader('content-type').status(304).send()
}

function queryText(request: FastifyRequest): string {
  const at = request.url.indexOf('?')
  return at < 0 ? '' : request.url.slice(at + 1)
}

/** The address without `/rest`. */
function urlInside(request: FastifyRequest): string {
  return request.url.replace(/^\/rest/, '')
}

/** Under `/rest/v1` stands the same as under `/rest`: it is found there, and `originalUrl` is what was asked for. */
export function withoutVersion(url: string): string {
  return url.replace(/^\/rest\/v1(?=[/?]|$)/, '/rest')
}

function pathInside(request: FastifyRequest): string {
  return pathOf(urlInside(request))
}

function pathOf(url: string): string {
  return url.split('?')[0] ?? ''
}
