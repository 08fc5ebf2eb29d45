import { pipeline, type Readable } from 'node:stream'
import { createGzip } from 'node:zlib'
import type { FastifyInstance, FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import { holdsKey, type KeyUse } from '../api-keys/index.ts'
import { ApiError } from '../errors/api-error.ts'
import { bodyOf, readBodies } from './body.ts'
import { type Budgets, createBudgets, type Spending } from './budgets.ts'
import { type Caller, type CallerSource, callerOf } from './caller.ts'
import { corsHeaders, preflightHeaders } from './cors.ts'
import { deprecationHeaders } from './deprecation.ts'
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
  }
}

export interface RestOptions extends CallerSource {
  keyUse: Pick<KeyUse, 'noteUse'>
  idempotency: Idempotency
  operations: readonly Operation[]
}

/** The dated version of the API, in every response. */
export const apiVersion = '2026-11-23'

/**
 * The public API. A request goes: key in the address refused → preflight → caller → budgets → body →
 * idempotency → operation → presenter → ETag. Registered under `/rest` and the same under `/rest/v1`.
 */
export function restFrame(options: RestOptions): FastifyPluginAsync {
  const budgets = createBudgets(options.engine)
  return async (app) => {
    await readBodies(app)
    app.decorateRequest('caller', null)
    app.decorateRequest('spending', null)
    app.addHook('onRequest', (request, reply) => admit(request, reply, options, budgets))
    app.addHook('onSend', async (request, reply) => {
      const settings = request.caller?.settings
      reply.headers(corsHeaders(request.headers.origin, settings ? settings.corsOrigins : null))
      if (request.spending) reply.headers(request.spending.headers())
    })
    for (const operation of options.operations) addRoute(app, operation, options)
    app.setNotFoundHandler((request) => {
      const path = pathOf(request)
      const taken = methodsOf(options.operations, path.slice(app.prefix.length))
      throw noRoute(request.method, path, taken)
    })
  }
}

async function admit(request: FastifyRequest, reply: FastifyReply, options: RestOptions, budgets: Budgets) {
  reply.header('api-version', apiVersion)
  if (holdsKey(request.url)) {
    throw new ApiError(
      'key_in_url',
      'An API key was sent in the address. Send it as "Authorization: Bearer lk_live_…", and rotate it: addresses are kept in logs.',
    )
  }
  if (request.method === 'OPTIONS') {
    return reply.status(204).headers(preflightHeaders()).send()
  }
  const operation: Operation | undefined = request.routeOptions.config?.operation
  if (operation?.deprecated) reply.headers(deprecationHeaders(operation.deprecated))
  if (operation?.access === 'public') return
  const caller = await callerOf(request, options)
  request.caller = caller
  if (caller.key) options.keyUse.noteUse(caller.key, Date.now())
  request.spending = await budgets.spendRequest(caller)
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
  const incoming: Incoming = {
    operation,
    caller: request.caller,
    requestId: request.id,
    url: request.url.replace(/^\/rest(\/v1(?=[/?]))?/, ''),
    path: request.params as Record<string, string>,
    query: parseQuery(queryText(request)),
    body: await bodyOf(request, ignored),
    headers: request.headers,
    ignored,
    spendRecords: async (count) => request.spending?.spendRecords(count),
    spendRequests: async (count) => request.spending?.spendRequests(count),
  }
  return send(request, reply, await run(incoming, options))
}

async function send(request: FastifyRequest, reply: FastifyReply, { answer, reply: made }: Outcome) {
  const { status, headers, text } = answer
  reply.headers(headers)
  if (made?.stream && request.method === 'HEAD') {
    made.stream.destroy()
    return reply.status(status).send()
  }
  if (made?.stream) return reply.status(status).send(compressed(request, reply, made.stream))
  if (text === null) return reply.status(status).send()
  if (made && (request.method === 'GET' || request.method === 'HEAD')) {
    if (matchesNone(request.headers['if-none-match'], headers.etag ?? '')) return notModified(reply)
    const links = pageLinks(request.url, made.body)
    if (links) reply.header('link', links)
  }
  await request.spending?.spendRecords(made?.records ?? 0)
  return reply.status(status).send(text)
}

/** Fastify closes what it sends when the client goes away, and the pipeline closes the rest. */
function compressed(request: FastifyRequest, reply: FastifyReply, stream: Readable): Readable {
  if (!/\bgzip\b(?!\s*;\s*q=0(\.0*)?\s*(,|$))/i.test(String(request.headers['accept-encoding'] ?? '')))
    return stream
  reply.header('content-encoding', 'gzip')
  const gzip = createGzip({ level: 1 })
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

function pathOf(request: FastifyRequest): string {
  return request.url.split('?')[0] ?? ''
}
