import assert from 'node:assert/strict'
import { type ErrorCode, errorCodes } from '../../server/errors/error-codes.ts'
import type { ResponseChecker } from '../../server/reference/response-checker.ts'
import { type AnswerHeaders, ask } from '../support/ask.ts'

/** A request and its answer, as they went over the wire. */
export interface Exchange {
  method: string
  path: string
  status: number
  headers: AnswerHeaders
  text: string
  /** Parsed JSON, or undefined where there was no body. */
  body: unknown
}

/** A record as the API shows it. */
export type Fields = Record<string, unknown> & { id: string }

export interface Meta {
  page_number?: number
  total_count?: number
  total_pages?: number
  per_page: number
  next_cursor: string | null
  has_more: boolean
}

export interface Problem {
  type: string
  title: string
  status: number
  detail: string
  error: string
  code: ErrorCode
  errors: { code: string; param: string | null; message: string }[]
  request_id: string
}

export type Body = string | FormData | URLSearchParams | Uint8Array<ArrayBuffer> | object | undefined

export interface Client {
  send(method: string, path: string, body?: Body, headers?: Record<string, string>): Promise<Exchange>
  get(path: string, headers?: Record<string, string>): Promise<Exchange>
  post(path: string, body?: Body, headers?: Record<string, string>): Promise<Exchange>
  put(path: string, body?: Body, headers?: Record<string, string>): Promise<Exchange>
  patch(path: string, body?: Body, headers?: Record<string, string>): Promise<Exchange>
  delete(path: string, headers?: Record<string, string>): Promise<Exchange>
  /** Creates a record and returns it. */
  made(path: string, body: Body): Promise<Fields>
  /** All records of a list, read page by page with cursors. */
  all(path: string, pageSize?: number): Promise<Fields[]>
}

/** What all clients of a server share. */
export interface Seen {
  exchanges: Exchange[]
  /** Texts that no answer may hold. */
  secrets: string[]
  /** Holds an answer against the API's own document. */
  violations: ResponseChecker
}

/** Every answer is recorded, and checked for what must hold for any answer. */
export function clientOf(url: string, credentials: Record<string, string>, seen: Seen): Client {
  const send: Client['send'] = async (method, path, body, headers = {}) => {
    const answer = await ask(`${url}/rest${path}`, {
      method,
      headers: { ...credentials, ...typeOf(body), ...headers },
      body: wireForm(body),
    })
    const exchange = { method, path, ...answer, body: parsed(answer.text) }
    seen.exchanges.push(exchange)
    checkAlways(exchange, seen.secrets)
    assert.deepEqual(seen.violations({ ...exchange, path: `/rest${path}` }), [])
    return exchange
  }
  const client: Client = {
    send,
    get: (path, headers) => send('GET', path, undefined, headers),
    post: (path, body, headers) => send('POST', path, body, headers),
    put: (path, body, headers) => send('PUT', path, body, headers),
    patch: (path, body, headers) => send('PATCH', path, body, headers),
    delete: (path, headers) => send('DELETE', path, undefined, headers),
    async made(path, body) {
      const exchange = await send('POST', path, body)
      assert.equal(exchange.status, 201, exchange.text)
      return dataOf(exchange)
    },
    async all(path, pageSize = 200) {
      const found: Fields[] = []
      const joint = path.includes('?') ? '&' : '?'
      let cursor: string | null = ''
      while (cursor !== null) {
        const start: string = encodeURIComponent(cursor)
        const page = await send('GET', `${path}${joint}per_page=${pageSize}&cursor=${start}`)
        assert.equal(page.status, 200, page.text)
        found.push(...listOf(page))
        cursor = metaOf(page).next_cursor
      }
      return found
    },
  }
  return client
}

export function dataOf(exchange: Exchange): Fields {
  assert.ok(exchange.status < 300, exchange.text)
  return (exchange.body as { data: Fields }).data
}

export function listOf(exchange: Exchange): Fields[] {
  assert.equal(exchange.status, 200, exchange.text)
  return (exchange.body as { data: Fields[] }).data
}

export function metaOf(exchange: Exchange): Meta {
  return (exchange.body as { meta: Meta }).meta
}

/** The error of an answer that must be one, with this status and code. */
export function problemOf(exchange: Exchange, status: number, code: ErrorCode): Problem {
  const problem = exchange.body as Problem
  assert.deepEqual([exchange.status, problem?.code], [status, code], exchange.text)
  return problem
}

export function ids(records: readonly Fields[]): string[] {
  return records.map(({ id }) => id)
}

const problemKeys = ['type', 'title', 'status', 'detail', 'error', 'code', 'errors', 'request_id']
const innards = /node_modules|\bat \S+ \(|\.ts:\d+|SQLITE|SqliteError|syntax error|account_id/

/** What holds for every answer of the API, whatever was asked. */
export function checkAlways(exchange: Exchange, secrets: readonly string[]): void {
  const { status, headers, text, method, path } = exchange
  const where = `${method} ${path} → ${status} ${text.slice(0, 600)}`
  assert.ok(status < 500, where)
  assert.ok(headers.get('x-request-id'), `no request id: ${where}`)
  assert.ok(headers.get('api-version'), `no version: ${where}`)
  for (const secret of secrets) assert.ok(!text.includes(secret), `a key in the body: ${where}`)
  if (method === 'HEAD' || status === 304 || status === 204) {
    assert.equal(text, '', where)
    return
  }
  if (status < 400) {
    assert.match(headers.get('content-type') ?? '', /^application\/json/, where)
    return
  }
  assert.match(headers.get('content-type') ?? '', /^application\/problem\+json/, where)
  assert.equal(headers.get('cache-control'), 'no-store', where)
  const problem = exchange.body as Problem
  assert.deepEqual(Object.keys(problem), problemKeys, where)
  assert.equal(errorCodes[problem.code]?.[0], status, where)
  assert.equal(problem.status, status, where)
  assert.equal(typeof problem.error, 'string', where)
  assert.equal(problem.request_id, headers.get('x-request-id'), where)
  assert.ok(problem.errors.length > 0, where)
  for (const one of problem.errors) assert.deepEqual(Object.keys(one), ['code', 'param', 'message'], where)
  assert.doesNotMatch(text, innards, where)
}

function typeOf(body: Body): Record<string, string> {
  if (typeof body === 'string') return { 'content-type': 'application/x-www-form-urlencoded' }
  if (body instanceof FormData || body instanceof Uint8Array || body instanceof URLSearchParams) return {}
  return body === undefined || holdsFile(body) ? {} : { 'content-type': 'application/json' }
}

function wireForm(body: Body): string | FormData | URLSearchParams | Uint8Array<ArrayBuffer> | null {
  if (body === undefined) return null
  if (typeof body === 'object' && holdsFile(body)) return formOf(body)
  if (typeof body === 'string' || body instanceof FormData || body instanceof URLSearchParams) return body
  return body instanceof Uint8Array ? body : JSON.stringify(body)
}

/** Fields with a file among them can only go as multipart. */
function holdsFile(body: Body): boolean {
  return typeof body === 'object' && Object.values(body).some(isFile)
}

function isFile(value: unknown): value is File {
  return value instanceof File
}

function formOf(fields: object): FormData {
  const form = new FormData()
  for (const [name, value] of Object.entries(fields)) append(form, name, value)
  return form
}

function append(form: FormData, name: string, value: unknown): void {
  if (isFile(value)) form.append(name, value)
  else if (Array.isArray(value)) for (const item of value) append(form, `${name}[]`, item)
  else if (typeof value === 'object' && value !== null)
    for (const [key, item] of Object.entries(value)) append(form, `${name}[${key}]`, item)
  else form.append(name, String(value ?? ''))
}

function parsed(text: string): unknown {
  return text === '' ? undefined : JSON.parse(text)
}
