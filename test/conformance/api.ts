import assert from 'node:assert/strict'
import { setTimeout as wait } from 'node:timers/promises'
import { bodyProblems } from './shapes/index.ts'

/** What the suite is pointed at. It knows nothing else of the server. */
export interface Target {
  /** Without `/rest`. */
  url: string
  key: string
}

/** A request and its answer, as they went over the wire. */
export interface Answer {
  method: string
  path: string
  status: number
  headers: Headers
  text: string
  /** Parsed JSON; undefined where there is none. */
  body: unknown
}

/** An object of the API. */
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
  code: string
  errors: { code: string; param: string | null; message: string }[]
  request_id: string
}

export interface Sent {
  /** An object goes as JSON, a text as an urlencoded form. */
  body?: object | string | FormData
  headers?: Record<string, string>
  /** Instead of `/rest`. */
  base?: string
  /** Instead of the key as a bearer; null sends none. */
  authorization?: string | null
}

export interface Api {
  readonly target: Target
  /** Every write that was answered with success, in the order of the answers. */
  readonly written: readonly Answer[]
  send(method: string, path: string, sent?: Sent): Promise<Answer>
  get(path: string, sent?: Sent): Promise<Answer>
  post(path: string, body?: Sent['body'], sent?: Sent): Promise<Answer>
  put(path: string, body?: Sent['body'], sent?: Sent): Promise<Answer>
  patch(path: string, body?: Sent['body'], sent?: Sent): Promise<Answer>
  delete(path: string, sent?: Sent): Promise<Answer>
  /** Creates a record and gives it. */
  made(path: string, body?: Sent['body']): Promise<Fields>
  /** One record. */
  one(path: string): Promise<Fields>
  /** The records of the first page of a list. */
  list(path: string): Promise<Fields[]>
  /** Deletes, newest first, what was created; what is gone already stays gone. */
  tidy(): Promise<void>
}

/**
 * A client of the REST API that refuses any answer which breaks what holds for all of them: the envelope and
 * the strict shape of its objects, the one form of errors, the headers.
 */
export function apiOf(targeted: () => Target): Api {
  /** Paths of the records that were created. */
  const created: string[] = []
  const written: Answer[] = []
  const send: Api['send'] = async (method, path, sent = {}) => {
    const { url, key } = targeted()
    const { base = '/rest', authorization = `Bearer ${key}`, body } = sent
    const request = () =>
      fetch(`${url}${base}${path}`, {
        method,
        redirect: 'manual',
        headers: {
          ...(authorization === null ? {} : { authorization }),
          ...typeOf(body),
          ...sent.headers,
        },
        body: wireForm(body),
      })
    let response = await request()
    // A server with the vendor's budgets is waited for, as its clients do.
    while (response.status === 429) {
      await wait(Number(response.headers.get('x-ratelimit-retry-after')) * 1000)
      response = await request()
    }
    const text = await response.text()
    const { status, headers } = response
    const answer: Answer = { method, path, status, headers, text, body: parsed(text, headers) }
    checkAlways(answer)
    if (!['GET', 'HEAD', 'OPTIONS'].includes(method) && status < 300) written.push(answer)
    const location = headers.get('location')
    if (method === 'POST' && status === 201 && location)
      created.push(new URL(location, url).pathname.replace('/rest', ''))
    return answer
  }
  const api: Api = {
    get target() {
      return targeted()
    },
    written,
    send,
    get: (path, sent) => send('GET', path, sent),
    post: (path, body, sent) => send('POST', path, withBody(sent, body)),
    put: (path, body, sent) => send('PUT', path, withBody(sent, body)),
    patch: (path, body, sent) => send('PATCH', path, withBody(sent, body)),
    delete: (path, sent) => send('DELETE', path, sent),
    async made(path, body) {
      const answer = await api.post(path, body ?? {})
      assert.equal(answer.status, 201, describe(answer))
      return dataOf(answer)
    },
    one: async (path) => dataOf(await api.get(path)),
    list: async (path) => listOf(await api.get(path)),
    async tidy() {
      for (const path of created.toReversed()) {
        const { status } = await api.delete(path)
        assert.ok([204, 404].includes(status), `${path} stays: ${status}`)
      }
      created.length = 0
    },
  }
  return api
}

export function dataOf(answer: Answer): Fields {
  assert.ok(answer.status < 300, describe(answer))
  return (answer.body as { data: Fields }).data
}

export function listOf(answer: Answer): Fields[] {
  assert.equal(answer.status, 200, describe(answer))
  const { data } = answer.body as { data: unknown }
  assert.ok(Array.isArray(data), describe(answer))
  return data
}

export function metaOf(answer: Answer): Meta {
  return (answer.body as { meta: Meta }).meta
}

/** The error of an answer that must be one, with this status and, where it matters, this code. */
export function problemOf(answer: Answer, status: number, code?: string): Problem {
  const problem = answer.body as Problem
  assert.equal(answer.status, status, describe(answer))
  if (code !== undefined) assert.equal(problem.code, code, describe(answer))
  return problem
}

export function ids(records: readonly Fields[]): string[] {
  return records.map(({ id }) => id)
}

export function describe({ method, path, status, text }: Answer): string {
  return `${method} ${path} → ${status} ${text.slice(0, 800)}`
}

const problemKeys = ['type', 'title', 'status', 'detail', 'error', 'code', 'errors', 'request_id']

/** What holds for every answer (`contract.md` §1). */
function checkAlways(answer: Answer): void {
  const { status, headers, text, method, path, body } = answer
  const where = describe(answer)
  assert.ok(status < 500, where)
  assert.ok(headers.get('x-request-id'), `no x-request-id: ${where}`)
  if (text === '' || method === 'HEAD') return
  if (status < 400) {
    if (/json;/.test(headers.get('content-type') ?? '')) assert.deepEqual(bodyProblems(path, body), [], where)
    return
  }
  assert.match(headers.get('content-type') ?? '', /^application\/problem\+json/, where)
  const problem = body as Problem
  assert.deepEqual(Object.keys(problem), problemKeys, where)
  assert.equal(typeof problem.error, 'string', where)
  assert.match(problem.code, /^[a-z][a-z0-9_]*$/, where)
  assert.equal(problem.status, status, where)
  assert.equal(problem.request_id, headers.get('x-request-id'), where)
  assert.ok(problem.errors.length > 0, where)
  for (const one of problem.errors) assert.deepEqual(Object.keys(one), ['code', 'param', 'message'], where)
}

function withBody(sent: Sent | undefined, body: Sent['body']): Sent {
  return body === undefined ? { ...sent } : { ...sent, body }
}

function typeOf(body: Sent['body']): Record<string, string> {
  if (body === undefined || body instanceof FormData) return {}
  return {
    'content-type': typeof body === 'string' ? 'application/x-www-form-urlencoded' : 'application/json',
  }
}

function wireForm(body: Sent['body']): string | FormData | null {
  if (body === undefined) return null
  return typeof body === 'string' || body instanceof FormData ? body : JSON.stringify(body)
}

function parsed(text: string, headers: Headers): unknown {
  return text !== '' && /[/+]json/.test(headers.get('content-type') ?? '') ? JSON.parse(text) : undefined
}
