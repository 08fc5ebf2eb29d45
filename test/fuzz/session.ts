import type { OpenApiDocument } from '../../server/reference/openapi.types.ts'
import { type ResponseChecker, responseChecker } from '../../server/reference/response-checker.ts'
import type { Resource } from '../../server/resource-layer/resource.ts'
import { requiredFieldsAmong } from '../api/records.ts'
import type { ApiServer } from '../api/server.ts'
import { type AnswerHeaders, type Asked, ask } from '../support/ask.ts'
import { type Api, type FuzzOperation, readApi } from './document.ts'
import { idsIn } from './rows.ts'
import { createScenes, type OpenScene, type Scene } from './scenes.ts'
import type { Step } from './steps.ts'
import { malformedIds, type Origin, Place, type Value } from './values.ts'
import { type Plain, wireBody, wirePart, wireQuery } from './wire.ts'

/** What all sequences on a server have in common. */
export interface World {
  server: ApiServer
  api: Api
  openScene: OpenScene
  /** Holds an answer against the API's document. */
  document: ResponseChecker
}

/** @param resources all kinds of record that there are */
export async function createWorld(server: ApiServer, resources: readonly Resource[]): Promise<World> {
  const document = (await (await fetch(`${server.url}/rest/openapi.json`)).json()) as OpenApiDocument
  const api = readApi(document, new Map(resources.map(({ name, singular }) => [name, singular])))
  const openScene = await createScenes(server, api, resources)
  return { server, api, openScene, document: responseChecker(document) }
}

/** A request as it went out, and what came back. */
export interface Exchange {
  step: Step
  method: string
  /** With the query, behind `/rest`. */
  path: string
  sentHeaders: Readonly<Record<string, string>>
  /** The body in words; what was sent in all is `path` and this. */
  sentBody: string
  /** Where the ids of the path really came from. */
  origins: Readonly<Record<string, Origin>>
  status: number
  headers: AnswerHeaders
  text: string
  body: unknown
  isReplayed: boolean
  /** Of a batch that was run: its operations with their answers. */
  inner: readonly Exchange[]
}

/** One account under test: what it is known to hold, and the way to ask for more. */
export interface Session {
  play(step: Step): Promise<Exchange>
  /** Records that were deleted one by one, and not restored since. */
  deleted: ReadonlySet<string>
  /** Hidden ids that were written into texts of the account, as any text may be. */
  spread: ReadonlySet<string>
  /** The newest entry of its change log. */
  newestChange(): Promise<string>
}

export function createSession(world: World, scene: Scene): Session {
  const known = createKnowledge(world, scene)
  const { server } = world

  const play = async (step: Step): Promise<Exchange> => {
    const filled = fill(step, known, scene)
    const response = await ask(`${server.url}/rest${filled.path}`, {
      method: filled.method,
      headers: { ...credentialOf(step, scene), ...filled.sentHeaders },
      body: filled.wire ?? null,
    }).catch((error: Error) => {
      const { method, path, sentHeaders, sentBody } = filled
      const sent = `${method} ${path.slice(0, 300)} ${JSON.stringify(sentHeaders).slice(0, 300)} ${sentBody.slice(0, 300)}`
      throw new Error(`No answer came (${error.message}) to ${sent}`, { cause: error })
    })
    const { text } = response
    const isJson =
      /json/.test(response.headers.get('content-type') ?? '') &&
      !/ndjson/.test(response.headers.get('content-type') ?? '')
    const exchange: Exchange = {
      ...filled,
      step,
      status: response.status,
      headers: response.headers,
      text,
      body: isJson && text !== '' ? JSON.parse(text) : text,
      isReplayed: response.headers.has('idempotent-replayed'),
      inner: [],
    }
    const whole = { ...exchange, inner: innerOf(exchange, filled.inner) }
    return whole
  }

  return {
    async play(step) {
      const exchange = await play(step)
      known.learn(exchange)
      return exchange
    },
    deleted: known.deleted,
    spread: known.spread,
    newestChange: () => newestChange(world, scene),
  }
}

/** What a sandbox captures is written by the server itself, some time after it was answered. */
async function newestChange({ server }: World, { accountId, caller }: Scene): Promise<string> {
  const row = await server.running.engine.reader
    .selectFrom('changes')
    .select('id')
    .where('account_id', '=', accountId)
    .$if(caller.isTest, (query) => query.where('actor_kind', '!=', 'system'))
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row?.id ?? ''
}

type Knowledge = ReturnType<typeof createKnowledge>

/** What the answers have told so far. */
function createKnowledge({ api }: World, { open, hidden }: Scene) {
  const live = new Map([...open].map(([kind, ids]) => [kind, new Set(ids)]))
  const kindOf = new Map([...open].flatMap(([kind, ids]) => ids.map((id) => [id, kind])))
  const cursors: string[] = []
  const deleted = new Set<string>()
  const parents = new Map<string, string>()
  const tags = new Map<string, string[]>()
  const spread = new Set<string>()
  const memberPaths = new Set(api.operations.map(({ path }) => path))
  const hasMembers = ({ path }: FuzzOperation) =>
    [...memberPaths].some(
      (other) => other.startsWith(`${path}/{`) && !other.slice(path.length + 2).includes('/'),
    )

  const among = (kinds: readonly string[], isWanted: (id: string) => boolean = () => true): string[] => {
    const fitting = kinds.length > 0 ? kinds : [...live.keys()]
    return fitting.flatMap((kind) => [...(live.get(kind) ?? [])]).filter(isWanted)
  }
  const pickFrom = (ids: readonly string[], origin: Origin, pick: number) => {
    const id = ids[pick % Math.max(ids.length, 1)]
    return id === undefined ? { id: unknownId, origin: 'unknown' as const } : { id, origin }
  }

  const choose = ({ from, name, kinds, pick }: Place, child?: string): { id: string; origin: Origin } => {
    if (name === 'word') return { id: hidden.searchAt(pick), origin: from }
    if (name === 'cursor' && from === 'theirs') return { id: hidden.cursorAt(pick), origin: from }
    if (name === 'cursor') return { id: cursors[pick % Math.max(cursors.length, 1)] ?? '', origin: from }
    switch (from) {
      case 'live':
        return pickFrom(among(kinds), from, pick)
      case 'deleted':
        return pickFrom(
          [...deleted].filter((id) => kinds.length === 0 || kinds.includes(kindOf.get(id) ?? '')),
          from,
          pick,
        )
      case 'theirs':
        return { id: hidden.idOf(kinds, pick), origin: from }
      case 'otherKind':
        return pickFrom(
          [...live.keys()].filter((kind) => !kinds.includes(kind)).flatMap((kind) => among([kind])),
          from,
          pick,
        )
      case 'stranger': {
        const parent = child && parents.get(child)
        return pickFrom(parent ? among(kinds, (id) => id !== parent) : [], from, pick)
      }
      case 'malformed':
        return { id: malformedIds[pick % malformedIds.length] ?? 'x', origin: from }
      default:
        return { id: unknownId, origin: 'unknown' }
    }
  }

  const add = (kind: string, id: string) => {
    if (deleted.has(id)) return
    kindOf.set(id, kind)
    live.set(kind, (live.get(kind) ?? new Set()).add(id))
  }

  const learn = (exchange: Exchange): void => {
    for (const inner of exchange.inner) learn(inner)
    const { step, status, isReplayed, path } = exchange
    if (status >= 300 || isReplayed) return
    const { operation } = step
    if (operation.method !== 'GET')
      for (const id of idsIn(exchange.sentBody.toLowerCase())) if (hidden.ids.has(id)) spread.add(id)
    const ids = idsOfPath(operation, path)
    const last = ids.at(-1)
    if (operation.method === 'DELETE' && operation.path.endsWith('}') && last) {
      deleted.add(last)
      for (const known of live.values()) known.delete(last)
    }
    if (operation.path.endsWith('/restore') && last) deleted.delete(last)
    if (operation.answers === null) return
    const { data, meta } = exchange.body as { data: unknown; meta?: { next_cursor?: string | null } }
    if (meta?.next_cursor) cursors.push(meta.next_cursor)
    const records = (operation.isList ? data : [data]) as { id?: unknown }[]
    const mayBeDeleted = path.includes('include_deleted')
    for (const { id } of records) {
      if (typeof id !== 'string') continue
      if (!mayBeDeleted) add(operation.answers, id)
      if (hasMembers(operation) && last) parents.set(id, last)
      // Moving is a matter of fields; a member's path tells again whose it is.
      else if (operation.method !== 'GET') parents.delete(id)
    }
    const [only] = records
    const tag = exchange.headers.get('etag')
    if (!operation.isList && tag && typeof only?.id === 'string')
      tags.set(only.id, [...(tags.get(only.id) ?? []), tag])
  }

  return { choose, learn, deleted, spread, tagsOf: (id: string) => tags.get(id) ?? [] }
}

const unknownId = '0197a1c2-5b1e-7c3a-9d40-2f6b8e1a7c55'

interface Filled extends Pick<Exchange, 'step' | 'method' | 'path' | 'sentHeaders' | 'sentBody' | 'origins'> {
  wire: Asked['body']
  plain: Plain | undefined
  inner: readonly Filled[]
}

function fill(step: Step, known: Knowledge, scene: Scene): Filled {
  const { operation } = step
  const { parts, origins } = fillPath(step, known)
  const plainPath = operation.path.replace(/\{(\w+)\}/g, (_, name: string) => wirePart(parts[name] ?? ''))
  const path = `${plainPath}${wireQuery(step.query.map(([name, value]) => [name, plainOf(value, known)]))}`
  const sentHeaders: Record<string, string> = { ...step.headers }
  const tag = tagFor(step, known.tagsOf(Object.values(parts).at(-1) ?? ''))
  if (tag) sentHeaders['if-match'] = tag
  const base = { step, method: operation.method, path, origins }
  if (step.inner.length > 0) {
    const inner = step.inner.map((one) => fill(one, known, scene))
    const atomic = step.credential === 'bare'
    const operations = inner.map(({ method, path: own, plain, sentHeaders: headers }) => ({
      method,
      path: own,
      body: plain ?? {},
      headers,
    }))
    const sentBody = JSON.stringify({ operations, atomic })
    const headers = { ...sentHeaders, 'content-type': 'application/json' }
    return { ...base, sentHeaders: headers, sentBody, wire: sentBody, plain: undefined, inner }
  }
  if (!step.body || operation.method === 'GET')
    return { ...base, sentHeaders, sentBody: '', wire: null, plain: undefined, inner: [] }
  const value = bodyValue(step, known, scene)
  const { body, headers } = wireBody(value, step.body.mediaType)
  const sentBody =
    body instanceof FormData
      ? JSON.stringify([...body])
      : typeof body === 'string'
        ? body
        : new TextDecoder().decode(body as Uint8Array)
  const plain = value instanceof Uint8Array ? undefined : value
  return { ...base, sentHeaders: { ...sentHeaders, ...headers }, sentBody, wire: body, plain, inner: [] }
}

/** From the last to the first, for a stranger is one to the record below it. */
function fillPath({ path }: Step, known: Knowledge) {
  const parts: Record<string, string> = {}
  const origins: Record<string, Origin> = {}
  let below: string | undefined
  for (const [name, part] of Object.entries(path).reverse()) {
    if (typeof part === 'string') {
      parts[name] = part
      continue
    }
    const { id, origin } = known.choose(part, below)
    parts[name] = id
    origins[name] = origin
    below = id
  }
  const order = Object.keys(path)
  return { parts: Object.fromEntries(order.map((name) => [name, parts[name] ?? ''])), origins }
}

function bodyValue(
  { body, operation }: Step,
  known: Knowledge,
  { open }: Scene,
): Plain | Uint8Array<ArrayBuffer> {
  if (!body) return null
  if (body.value instanceof Uint8Array) return body.value
  let fields = plainOf(body.value, known)
  const makesOne =
    operation.answers !== null &&
    (operation.method === 'POST'
      ? operation.pathParameters.length === 0
      : operation.path.includes('/by_external_id/'))
  if (body.isCompleted && makesOne && operation.answers && isFields(fields)) {
    const each = Object.fromEntries([...open].map(([kind, [id = unknownId]]) => [kind, { id }]))
    const needed = requiredFieldsAmong(each, { name: operation.answers })
    fields = { ...fields, ...(needed as { [name: string]: Plain }) }
  }
  const beside = plainOf(body.beside as Value, known) as { [name: string]: Plain }
  if (body.wrapper !== null) return { [body.wrapper]: fields, ...beside }
  return isFields(fields) ? { ...fields, ...beside } : fields
}

function plainOf(value: Value, known: Knowledge): Plain {
  if (value instanceof Place) return known.choose(value).id
  if (value instanceof File || typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map((one) => plainOf(one, known))
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, plainOf(one, known)]))
}

function isFields(value: Plain): value is { [name: string]: Plain } {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof File)
}

function tagFor({ ifMatch, operation }: Step, tags: readonly string[]): string | undefined {
  if (ifMatch === 'none' || operation.method === 'GET') return undefined
  return ifMatch === 'current' ? tags.at(-1) : tags[0]
}

function credentialOf({ credential }: Step, { credentials }: Scene): Readonly<Record<string, string>> {
  const { key, headers } = credentials
  if (credential === 'none') return {}
  if (credential === 'wrong')
    return { authorization: `Bearer ${key?.slice(0, -1)}${key?.endsWith('a') ? 'b' : 'a'}` }
  return credential === 'bare' && key !== null ? { authorization: key } : headers
}

/** The answers of a batch as if each had come alone, so that each can be held against the document. */
function innerOf(exchange: Exchange, inner: readonly Filled[]): Exchange[] {
  if (exchange.status !== 200 || inner.length === 0) return []
  const { data } = exchange.body as {
    data: { status: number; body: unknown; headers: Record<string, string> }[]
  }
  return data.flatMap(({ status, body, headers }, at) => {
    const filled = inner[at]
    if (!filled) return []
    const type = status >= 400 ? 'application/problem+json' : 'application/json'
    const all = new Headers(
      [...exchange.headers.entries(), ['content-type', type], ...Object.entries(headers)].filter(
        ([name]) => name !== 'etag' && name !== 'content-type',
      ) as [string, string][],
    )
    all.set('content-type', type)
    for (const [name, value] of Object.entries(headers)) all.set(name, value)
    const isReplayed = exchange.isReplayed || all.has('idempotent-replayed')
    return [
      {
        ...filled,
        status,
        headers: all,
        text: JSON.stringify(body),
        body: body ?? '',
        isReplayed,
        inner: [],
      },
    ]
  })
}

function idsOfPath({ path, pathParameters }: FuzzOperation, sent: string): string[] {
  const parts = (sent.split('?')[0] ?? '').split('/')
  const names = new Set(
    pathParameters.filter(({ schema }) => schema.format === 'uuid').map(({ name }) => `{${name}}`),
  )
  return path.split('/').flatMap((part, at) => (names.has(part) ? [(parts[at] ?? '').toLowerCase()] : []))
}
