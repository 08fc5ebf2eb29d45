import type { FastifyReply } from 'fastify'
import { everyAccountEmulates } from '../api-keys/index.ts'
import { ApiError, type Problem } from '../errors/api-error.ts'
import type { Engine } from '../storage/engine.ts'
import { type Caller, keyIn } from './caller.ts'
import type { Operation, Reply } from './operation.ts'
import { methodsOf } from './router.ts'
import type { Incoming } from './run.ts'

/** An operation of the API that Latchkey is compatible with, and what that one knows of a request. */
export interface KnownOperation {
  method: Operation['method']
  path: string
  /** Query parameters, without brackets. All others change nothing. */
  query?: readonly string[]
  /** Fields of the body that change nothing there. */
  withoutEffect?: readonly string[]
}

/**
 * The same API as strict as the one that it is compatible with: what is marked "L" in the column "Known" of
 * `contract.md` §1, for the keys of accounts whose admins switched it on. All that it changes stands here;
 * the frame asks at five points: budgets, routes, requests, headers and errors.
 */
export interface Emulation {
  /** @throws ApiError not_found, method_not_allowed when that API has no such operation. */
  requireKnown(method: string, path: string, operation: Operation | undefined): void
  /** The request without what that API does not know, for the operation as it is there. */
  understood(incoming: Incoming): Incoming
  /**
   * Whether an `OPTIONS` is refused: it may carry a key, but a browser's never does. `noteWrong` is waited for
   * where the key is none.
   */
  refusesOptions(authorization: string | undefined, noteWrong: () => Promise<void>): Promise<boolean>
}

export function createEmulation(
  engine: Engine,
  surface: readonly KnownOperation[],
  operations: readonly Operation[],
): Emulation {
  const known = new Map<Operation, { narrowed: Operation; surface: KnownOperation }>()
  for (const entry of surface) {
    const operation = operations.find(({ method, path }) => method === entry.method && path === entry.path)
    if (operation) known.set(operation, { narrowed: withPlainReply(operation), surface: entry })
  }
  const offered = [...known.keys()]
  return {
    requireKnown(method, path, operation) {
      if (operation && known.has(operation)) return
      const taken = methodsOf(offered, path)
      if (taken.length > 0) throw notAllowed({ allow: taken.join(', ') })
      throw new ApiError('not_found', `Route ${method} ${path} not found`)
    },
    understood(incoming) {
      const found = known.get(incoming.operation)
      if (!found) return incoming
      const { query = [], withoutEffect = [] } = found.surface
      return {
        ...incoming,
        operation: found.narrowed,
        query: Object.assign(Object.create(null), picked(incoming.query, query)),
        body: without(incoming.body, [...unknownFields, ...withoutEffect]),
        headers: without(incoming.headers, unknownHeaders),
      }
    },
    async refusesOptions(authorization, noteWrong) {
      if (authorization === undefined) return everyAccountEmulates(engine)
      const key = await keyIn(authorization, engine)
      if (!key) await noteWrong()
      return key?.settings.strictEmulation ?? false
    },
  }
}

/** People who are signed in are not affected, whatever their account emulates. */
export function isEmulated(caller: Caller): boolean {
  return caller.key?.settings.strictEmulation ?? false
}

/**
 * The caller with the budgets that are known of that API. They are counted apart, so that neither what came
 * before the switch nor the people at work use them up.
 */
export function withKnownBudgets(caller: Caller): Caller {
  const settings = { ...caller.settings, requestsPerMinute: 100, recordsPerMinute: 1_000 }
  return { ...caller, settings, budget: `${caller.accountId} emulated` }
}

/** Takes from an answer the headers that are not there. */
export function withhold(reply: FastifyReply): void {
  for (const name of unknownAnswerHeaders) reply.removeHeader(name)
}

/** What is answered to an `OPTIONS` and to a wrong verb. */
export function notAllowed(headers: Record<string, string> = {}): ApiError {
  return new ApiError('method_not_allowed', knownWords[405], { headers })
}

/** An error in the shapes that are known: a text, or for ids that do not exist a list of one-key objects. */
export function knownError(error: ApiError): { status: number; type: string; body: KnownErrorBody } {
  return { status: knownStatus(error.status), type: 'application/json', body: { error: knownText(error) } }
}

interface KnownErrorBody {
  error: string | Record<string, string>[]
}

const unknownHeaders = ['idempotency-key', 'if-match', 'prefer']
const unknownFields = ['external_ids']
const unknownAnswerHeaders = [
  'access-control-allow-origin',
  'access-control-expose-headers',
  'link',
  'ratelimit',
  'ratelimit-policy',
  'retry-after',
  'x-ignored-params',
]
const knownMeta = ['page_number', 'total_count', 'total_pages', 'per_page']
const knownWords = { 403: 'Unauthorized to access this endpoint', 405: '405 Not Allowed' } as const

function withPlainReply(operation: Operation): Operation {
  return { ...operation, handle: async (call) => plain(await operation.handle(call)) }
}

function plain(reply: Reply): Reply {
  const { body } = reply
  if (!isObject(body) || !isObject(body.meta)) return reply
  return { ...reply, body: { ...body, meta: picked(body.meta, knownMeta) } }
}

/** A conflict is not known there: it is a bad request like any other. */
function knownStatus(status: number): number {
  return status === 409 ? 400 : status
}

function knownText(error: ApiError): KnownErrorBody['error'] {
  if (error.status === 403 || error.status === 405) return knownWords[error.status]
  // What follows tells of what only Latchkey can do.
  if (error.status === 404) return error.message.replace(/(?<=not found).*$/s, '')
  const others = error.problems.filter((problem) => !isUnknownId(problem))
  // The shape of a request is looked at before its ids are.
  if (others.length > 0) return others.map(({ message }) => message).join(', ')
  return error.problems.map(({ param }) => ({ [lastName(param ?? 'id')]: 'is invalid' }))
}

/** Of no such record, or of one that stands elsewhere. */
function isUnknownId({ code }: Problem): boolean {
  return /^unknown_(?!parameter)|_not_in_/.test(code)
}

/** `deal[pipeline_id]` → `pipeline_id`. */
function lastName(param: string): string {
  return param.match(/[A-Za-z]\w*/g)?.at(-1) ?? param
}

function picked<T>(from: Readonly<Record<string, T>>, names: readonly string[]): Record<string, T> {
  return Object.fromEntries(Object.entries(from).filter(([name]) => names.includes(name)))
}

/** Without these names, at the top and in what is wrapped: `deal[external_ids]`. Other values stay the same. */
function without<T>(from: Readonly<Record<string, T>>, names: readonly string[]): Record<string, T> {
  const left = Object.entries(from).filter(([name]) => !names.includes(name))
  return Object.fromEntries(left.map(([name, value]) => [name, withoutInside(value, names)]))
}

function withoutInside<T>(value: T, names: readonly string[]): T {
  if (!isObject(value) || !names.some((name) => Object.hasOwn(value, name))) return value
  return Object.fromEntries(Object.entries(value).filter(([name]) => !names.includes(name))) as T
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
