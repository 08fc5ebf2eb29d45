import type { FastifyInstance, FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import { holdsKey, type KeyUse } from '../api-keys/index.ts'
import { ApiError } from '../errors/api-error.ts'
import { idSchema } from '../resource-layer/fields/schemas.ts'
import { accountStore } from '../storage/account-store.ts'
import { parseId } from '../storage/ids.ts'
import { writeAccount } from '../storage/write.ts'
import { bodyOf, readBodies } from './body.ts'
import { type Budgets, createBudgets, type Spending } from './budgets.ts'
import { type Caller, type CallerSource, callerOf } from './caller.ts'
import { corsHeaders, preflightHeaders } from './cors.ts'
import { etagOf, matchesNone, requireMatch } from './etag.ts'
import { readFlag } from './list-query.ts'
import type { Call, Operation, Reply } from './operation.ts'
import { pageLinks } from './page-links.ts'
import { type Form, parseQuery } from './rack-form.ts'

declare module 'fastify' {
  interface FastifyRequest {
    caller: Caller | null
    spending: Spending | null
  }
}

export interface RestOptions extends CallerSource {
  keyUse: Pick<KeyUse, 'noteUse'>
  operations: readonly Operation[]
}

/** The dated version of the API, in every response. */
export const apiVersion = '2026-11-23'

/** As many names as an error tells; a body can hold many thousands. */
const mostNamed = 50

/**
 * The public API. A request goes: key in the address refused → preflight → caller → budgets → body →
 * operation → presenter → ETag. Registered under `/rest` and the same under `/rest/v1`.
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
    const takenBy = methodsOf(options.operations)
    app.setNotFoundHandler((request) => {
      throw noRoute(request, takenBy(pathOf(request).slice(app.prefix.length)))
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

/** Tells which methods a path takes: none when it is no path of the API. */
function methodsOf(operations: readonly Operation[]): (path: string) => string[] {
  const known = [...Map.groupBy(operations, (operation) => operation.path)].map(([path, list]) => ({
    shape: new RegExp(`^${path.replace(/\{\w+\}/g, '[^/]+')}$`),
    methods: list.flatMap(({ method }) => (method === 'GET' ? ['GET', 'HEAD'] : [method])),
  }))
  return (path) => known.filter(({ shape }) => shape.test(path)).flatMap(({ methods }) => methods)
}

function noRoute(request: FastifyRequest, taken: readonly string[]): ApiError {
  const path = pathOf(request)
  if (taken.length === 0)
    return new ApiError('not_found', `Route ${request.method} ${path} not found; see /api_docs`)
  const allow = [...taken, 'OPTIONS'].join(', ')
  return new ApiError('method_not_allowed', `405 Not Allowed: ${path} takes ${allow}`, { headers: { allow } })
}

async function answer(
  operation: Operation,
  request: FastifyRequest,
  reply: FastifyReply,
  options: RestOptions,
) {
  const ignored = new Set<string>()
  const query = parseQuery(queryText(request))
  const body = await bodyOf(request, ignored)
  const call = callOf(operation, request, options, { query, body, ignored })
  if (operation.access === 'admin' && !call.caller.isAdmin) {
    throw new ApiError(
      'forbidden',
      'Unauthorized to access this endpoint: only an admin may change the set-up',
    )
  }
  ignoreUnknownQuery(operation, query, ignored)
  const result = await operation.handle(call)
  if (isStrict(request)) refuseIgnored(ignored)
  if (ignored.size > 0) reply.header('x-ignored-params', headerList(ignored))
  return send(request, reply, result)
}

function callOf(
  operation: Operation,
  request: FastifyRequest,
  options: RestOptions,
  sent: { query: Form; body: Record<string, unknown>; ignored: Set<string> },
): Call {
  const caller = request.caller ?? unreachable()
  const context = {
    timeZone: caller.settings.timeZone,
    origin: options.publicUrl(),
    flags: flagsIn(operation, sent.query),
  }
  return {
    ...sent,
    caller,
    path: pathValues(operation, request),
    read: { ...context, store: accountStore(options.engine.reader, caller.accountId) },
    writeSettings: { timeZone: caller.settings.timeZone, ownerId: caller.userId, ignored: sent.ignored },
    write: (work) =>
      writeAccount(
        options.engine,
        caller.accountId,
        { actor: caller.actor, requestId: request.id },
        async (writer) => {
          const result = await work(writer, { ...context, store: writer })
          // Refused in here, so that nothing is written.
          if (isStrict(request)) refuseIgnored(sent.ignored)
          return result
        },
      ),
    requireMatch: (row) => requireMatch(request.headers['if-match'], row),
  }
}

/** Operations without a caller do not ask for one. */
function unreachable(): never {
  throw new ApiError('invalid_access_token', 'Invalid Access Token')
}

function flagsIn(operation: Operation, query: Form): Set<string> {
  const names = operation.parameters.filter(
    ({ name }) => name.startsWith('include_') && name !== 'include_total',
  )
  return new Set(names.map(({ name }) => name).filter((name) => readFlag(query, name)))
}

/** Ids are UUIDs; one that is not is a 400, whatever the path (`contract.md` §1). Other parts are texts. */
function pathValues(operation: Operation, request: FastifyRequest): Record<string, string> {
  const given = request.params as Record<string, string>
  const values: Record<string, string> = {}
  for (const { name, schema } of operation.parameters.filter((parameter) => parameter.in === 'path')) {
    const text = given[name] ?? ''
    const value = schema === idSchema ? parseId(text) : text
    if (value === null) {
      throw new ApiError('invalid_id', `${name} is not a valid id: it must be a UUID`, { param: name })
    }
    values[name] = value
  }
  return values
}

/** A list names what it ignores itself, for its custom fields are the account's own. */
function ignoreUnknownQuery(operation: Operation, query: Form, ignored: Set<string>): void {
  if (operation.parameters.some(({ name }) => name === 'per_page')) return
  const known = new Set(
    operation.parameters.filter((parameter) => parameter.in === 'query').map(({ name }) => name),
  )
  for (const name of Object.keys(query)) if (!known.has(name)) ignored.add(name)
}

async function send(request: FastifyRequest, reply: FastifyReply, result: Reply) {
  if (result.headers) reply.headers(result.headers)
  if (result.body === undefined) return reply.status(result.status).send()
  const body = JSON.stringify(result.body)
  const etag = etagOf(body, result.version)
  reply.header('etag', etag).header('cache-control', 'private, no-cache')
  if (request.method === 'GET' || request.method === 'HEAD') {
    if (matchesNone(request.headers['if-none-match'], etag)) return reply.status(304).send()
    const links = pageLinks(request.url, result.body)
    if (links) reply.header('link', links)
  }
  await request.spending?.spendRecords(result.records)
  return reply.status(result.status).header('content-type', 'application/json; charset=utf-8').send(body)
}

function isStrict(request: FastifyRequest): boolean {
  const prefer = request.headers.prefer
  return [prefer].flat().some((value) => /(^|[,;\s])handling\s*=\s*"?strict"?/i.test(value ?? ''))
}

function refuseIgnored(ignored: ReadonlySet<string>): void {
  const [first] = ignored
  if (first === undefined) return
  const problems = [...ignored].slice(0, mostNamed).map((param) => ({
    code: 'unknown_parameter' as const,
    param,
    message: `${param} is not known here or cannot be written`,
  }))
  throw new ApiError('unknown_parameter', problems.map(({ message }) => message).join(', '), { problems })
}

/** Names as a header can carry them. */
function headerList(names: ReadonlySet<string>): string {
  return [...names]
    .map((name) => encodeURIComponent(name.toWellFormed()).replaceAll('%5B', '[').replaceAll('%5D', ']'))
    .join(', ')
    .slice(0, 4_000)
}

function queryText(request: FastifyRequest): string {
  const at = request.url.indexOf('?')
  return at < 0 ? '' : request.url.slice(at + 1)
}

function pathOf(request: FastifyRequest): string {
  return request.url.split('?')[0] ?? ''
}
