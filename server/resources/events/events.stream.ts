import { Readable } from 'node:stream'
import { setTimeout as wait } from 'node:timers/promises'
import Type from 'typebox'
import { ApiError } from '../../errors/api-error.ts'
import { idSchema } from '../../resource-layer/fields/schemas.ts'
import { type ListQuery, matchingRows } from '../../resource-layer/list.ts'
import { present } from '../../resource-layer/present.ts'
import { columnsOf, type ReadContext } from '../../resource-layer/resource.ts'
import { listDocumentation } from '../../rest/list-documentation.ts'
import { listParameters, readListQuery } from '../../rest/list-query.ts'
import type { Call, Operation, Parameter, Reply } from '../../rest/operation.ts'
import type { Form } from '../../rest/rack-form.ts'
import type { AccountStore, Row } from '../../storage/account-store.ts'
import { parseId } from '../../storage/ids.ts'
import { events } from './events.schema.ts'

/** What tells of new events. */
export interface Live {
  /** Resolves once the changes that were answered before have their events. */
  settled(accountId: string): Promise<void>
  /** Calls `listener` with the account whenever it has new events. Returns what ends it. */
  onPublished(listener: (accountId: string) => void): () => void
  /** Is aborted when the server is about to stop. */
  readonly ending: AbortSignal
}

const eventsAtOnce = 100
/** Events that another process has published are looked for this often. In milliseconds. */
const lookEvery = 1_000
/** Proxies close a connection on which nothing is sent for a minute or less. In milliseconds. */
const saySomethingEvery = 15_000
const longestSeconds = 24 * 60 * 60
const mostStreams = 100

const filters = listDocumentation(events).filter(
  ({ name }) =>
    !(listParameters as readonly string[]).includes(name) && !/^(id|created_at|updated_at)\b/.test(name),
)

const own: Parameter[] = [
  {
    name: 'last_event_id',
    in: 'query',
    description:
      'The stream goes on after the event of this id. A browser that connects again sends it as the header `Last-Event-ID`, which counts before this. Without either the stream begins with what happens next.',
    schema: idSchema,
  },
  {
    name: 'for_seconds',
    in: 'query',
    description: `Ends the stream after this many seconds, at most ${longestSeconds}; with 0 as soon as it has sent what is there. Without it the stream goes on until one side closes it.`,
    schema: Type.Integer({ minimum: 0, maximum: longestSeconds, examples: [0] }),
  },
]

/** `GET /events/stream`: server-sent events (HTML Standard, 9.2). */
export function streamOperation(live: Live): Operation {
  const open = new Map<string, number>()
  return {
    id: 'streamEvents',
    method: 'GET',
    path: '/events/stream',
    tag: events.title,
    summary: 'Follow events as they happen',
    description:
      'Server-sent events: each message has the id of the event and, as its data, the event as `GET /events` shows it. After a break the stream goes on where it was, by `Last-Event-ID`. It ends when the key that opened it does not open the account any more: rotated, revoked, disabled, expired, or not allowed from that address.',
    parameters: [...own, ...filters],
    responses: [
      {
        status: 200,
        description: 'A stream of events.',
        mediaType: 'text/event-stream',
      },
    ],
    access: 'read',
    need: null,
    handle: (call) => streamReply(call, live, open),
  }
}

async function streamReply(call: Call, live: Live, open: Map<string, number>): Promise<Reply> {
  const { accountId } = call.caller
  const seconds = secondsIn(call.query)
  const query = await filtersIn(call)
  await live.settled(accountId)
  const begin = await firstPlace(call)
  if ((open.get(accountId) ?? 0) >= mostStreams) {
    throw new ApiError(
      'too_many_streams',
      `${mostStreams} streams of this account are open; close some first`,
    )
  }
  const messages = follow({
    call,
    live,
    open,
    query,
    begin,
    until: seconds === null ? null : performance.now() + seconds * 1000,
  })
  const stream = Readable.from(messages, { objectMode: true, highWaterMark: 1 })
  return {
    status: 200,
    records: 0,
    headers: {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'private, no-store',
      // What nginx would hold back until its buffer is full.
      'x-accel-buffering': 'no',
    },
    stream,
  }
}

interface Following {
  call: Call
  live: Live
  /** How many streams each account has open. */
  open: Map<string, number>
  query: ListQuery
  /** The position after which it begins. */
  begin: number
  /** When it ends, by `performance.now()`. */
  until: number | null
}

async function* follow({ call, live, open, query, begin, until }: Following): AsyncGenerator<Buffer> {
  const { accountId } = call.caller
  let bell = Promise.withResolvers<void>()
  const silence = live.onPublished((account) => {
    if (account === accountId) bell.resolve()
  })
  open.set(accountId, (open.get(accountId) ?? 0) + 1)
  let place = begin
  let { read } = call
  let spokenAt = performance.now()
  try {
    yield Buffer.from('retry: 3000\n\n')
    while (!live.ending.aborted) {
      bell = Promise.withResolvers()
      let rows = await nextEvents(read, query, place)
      const isTimeToSpeak = performance.now() - spokenAt >= saySomethingEvery
      if (rows.length > 0 || isTimeToSpeak || read.store.sight) {
        // The credential may open less than it did, or nothing, and what it opens no more is not sent.
        const renewed = await call.renewedRead()
        if (!renewed) return
        if (renewed.store.sight || read.store.sight) rows = await nextEvents(renewed, query, place)
        read = renewed
      }
      if (rows.length > 0 || isTimeToSpeak) {
        await call.spendRecords(rows.length)
        spokenAt = performance.now()
        yield Buffer.from(rows.length === 0 ? ': still here\n\n' : await messagesOf(rows, read))
      }
      place = Number(rows.at(-1)?.position ?? place)
      if (rows.length === eventsAtOnce) continue
      const left = until === null ? lookEvery : Math.min(lookEvery, until - performance.now())
      if (left <= 0) return
      await Promise.race([
        bell.promise,
        wait(left, undefined, { signal: live.ending, ref: false }).catch(() => {}),
      ])
    }
    yield Buffer.from(goodbye())
  } finally {
    silence()
    open.set(accountId, (open.get(accountId) ?? 1) - 1)
  }
}

/** Whoever follows comes back soon, to whatever serves by then, and not all at once. */
function goodbye(): string {
  return `retry: ${500 + Math.round(Math.random() * 2_500)}\n: the server stops; connect again with Last-Event-ID\n\n`
}

function nextEvents(read: ReadContext, query: ListQuery, place: number): Promise<Row[]> {
  return matchingRows(events, query, read)
    .select([...columnsOf(events)])
    .where('position', '>', place)
    .orderBy('position')
    .limit(eventsAtOnce)
    .execute()
}

async function messagesOf(rows: readonly Row[], read: ReadContext): Promise<string> {
  const objects = await present(events, rows, read)
  return objects.map((object) => `id: ${object.id}\ndata: ${JSON.stringify(object)}\n\n`).join('')
}

function secondsIn(form: Form): number | null {
  const given = form.for_seconds
  if (given === undefined || given === '') return null
  const seconds = typeof given === 'string' && /^\d{1,6}$/.test(given) ? Number(given) : Number.NaN
  if (seconds <= longestSeconds) return seconds
  throw new ApiError('invalid_parameter', `for_seconds must be a whole number from 0 to ${longestSeconds}`, {
    param: 'for_seconds',
  })
}

async function filtersIn(call: Call): Promise<ListQuery> {
  const form: Form = Object.create(null)
  const known = new Set(filters.map(({ name }) => name.split('[')[0]))
  const ownNames = new Set(own.map(({ name }) => name))
  for (const [name, value] of Object.entries(call.query)) {
    if (known.has(name)) form[name] = value
    else if (!ownNames.has(name)) call.ignored.add(name)
  }
  return readListQuery(events, form, call.read, call.ignored)
}

/** The position of the event that the client knows, or that of the newest. */
async function firstPlace(call: Call): Promise<number> {
  const { store } = call.read
  const given = call.header('last-event-id') ?? call.query.last_event_id
  if (given === undefined || given === '') return newestPosition(store)
  const id = typeof given === 'string' ? parseId(given) : null
  const row = id === null ? null : await store.find(events.name, id)
  if (row) return Number(row.position)
  throw new ApiError(
    'invalid_parameter',
    'last_event_id is no event of this account: leave it out, and read GET /rest/events for what you may have missed',
    { param: 'last_event_id' },
  )
}

async function newestPosition(store: AccountStore): Promise<number> {
  const row = await store.from('event_positions').select('position').executeTakeFirst()
  return Number(row?.position ?? 0)
}
