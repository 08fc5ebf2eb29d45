import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { type Answer, type Api, dataOf, type Fields, listOf, metaOf, describe as told } from './api.ts'
import { resourceAt } from './shapes/index.ts'

/** An event of the API. */
export interface Event extends Fields {
  type: string
  timestamp: string
  position: number
  data: { resource: string; record_id: string; request_id: string | null; changed: object }
}

/** A type of event, with what is wrong with an event by the schema that the server gives of it. */
interface EventType {
  resource: string
  problems(event: Event): ErrorObject[]
}

/** By name. */
export type EventTypes = ReadonlyMap<string, EventType>

/** The position of the newest event; 0 before the first. */
export async function positionNow(api: Api): Promise<number> {
  const [newest] = (await api.list('/events?order_direction=desc&per_page=1')) as Event[]
  return newest?.position ?? 0
}

/** The events after a position, in their order; read backwards, so that none before it is read. */
export async function eventsAfter(api: Api, position: number): Promise<Event[]> {
  const events: Event[] = []
  let cursor: string | null = ''
  while (cursor !== null) {
    const start: string = encodeURIComponent(cursor)
    const page = await api.get(`/events?order_direction=desc&per_page=200&cursor=${start}`)
    const read = listOf(page) as Event[]
    events.push(...read.filter((event) => event.position > position))
    cursor = (read.at(-1)?.position ?? 0) > position ? metaOf(page).next_cursor : null
  }
  return events.toReversed()
}

export async function eventTypes(api: Api): Promise<EventTypes> {
  // Formats are checked, and the words that describe are let through.
  const ajv = addFormats.default(new Ajv2020({ allErrors: true, strict: false }))
  ajv.addFormat('decimal', /^-?\d+\.\d+$/)
  const types = new Map<string, EventType>()
  for (let page = 1, pages = 1; page <= pages; page++) {
    const answer = await api.get(`/event_types?per_page=200&page=${page}`)
    pages = metaOf(answer).total_pages ?? 1
    for (const { name, resource, schema } of listOf(answer)) {
      let validate: ValidateFunction | undefined
      const problems = (event: Event) => {
        // Compiled when one of its events has come: that of all types would take seconds.
        validate ??= ajv.compile(schema as object)
        return validate(event) ? [] : (validate.errors ?? [])
      }
      types.set(String(name), { resource: String(resource), problems })
    }
  }
  return types
}

/** What is wrong with an event by the schema of its type. */
export function payloadProblems(types: EventTypes, event: Event): string[] {
  const type = types.get(event.type)
  if (!type) return [`${event.type} is no type of event`]
  return type
    .problems(event)
    .map(({ instancePath, message }) => `${event.type} ${event.id}: ${instancePath} ${message}`)
}

/** The writes that have no event of their own among these, though they were answered with success. */
export function untoldWrites(
  types: EventTypes,
  events: readonly Event[],
  written: readonly Answer[],
): string[] {
  const acts = new Set(
    events.map((event) => `${event.data.request_id} ${event.data.record_id} ${event.type}`),
  )
  const times = new Set(events.map(({ data, timestamp }) => `${data.record_id} ${timestamp}`))
  const words = new Map([...types].map(([name, { resource }]) => [resource, name.split('.')[0]]))
  return written.flatMap((answer) => {
    const record = recordOf(types, answer)
    // The same answer a second time is no second write.
    if (!record || answer.headers.get('idempotent-replayed') === 'true') return []
    const action = actionOf(answer)
    const request = answer.headers.get('x-request-id')
    const isTold =
      (action === null || acts.has(`${request} ${record.id} ${words.get(record.resource)}.${action}`)) &&
      (record.updatedAt === null || times.has(`${record.id} ${record.updatedAt}`))
    return isTold ? [] : [`not told: ${action ?? 'updated'} ${record.resource} ${told(answer)}`]
  })
}

/** What must have happened; null where it may be that nothing has changed. */
function actionOf({ method, path, status }: Answer): string | null {
  if (status === 201) return 'created'
  if (method === 'DELETE' && status === 204) return 'deleted'
  return path.endsWith('/restore') ? 'restored' : null
}

/** A record that the suite wrote. */
interface Written {
  resource: string
  id: string
  /** As its answer told it, in whole seconds. */
  updatedAt: string | null
}

/** The record that a write was of; null where it was none of a kind that has events. */
function recordOf(types: EventTypes, { path, body }: Answer): Written | null {
  const resource = resourceAt(path)
  if (resource === null || ![...types.values()].some((type) => type.resource === resource)) return null
  const shown = (body as { data?: Fields } | undefined)?.data
  const id = shown?.id ?? /\/([0-9a-f-]{36})$/.exec(path)?.[1]
  if (id === undefined) return null
  const time = shown?.updated_at
  const updatedAt = typeof time === 'string' ? new Date(time).toISOString().replace(/\.\d+Z$/, 'Z') : null
  return { resource, id, updatedAt }
}

/** An entry of the history of a record. */
interface Entry {
  events: string[]
  occurred_at: string
  request_id: string | null
  changed: object
}

const historiesAtOnce = 50

/**
 * Where the histories of the records that were written and these events say different things of what the
 * writes did: what happened, when, in which order, and from which value to which.
 */
export async function differences(api: Api, types: EventTypes, events: readonly Event[]): Promise<string[]> {
  const requests = new Set(api.written.map(({ headers }) => headers.get('x-request-id')))
  const byRequests = <T extends { request_id: string | null }>(entry: T) => requests.has(entry.request_id)
  const written = api.written.flatMap((answer) => recordOf(types, answer) ?? [])
  const records = [...new Map(written.map((record) => [record.id, record])).values()]
  const eventsOf = Map.groupBy(
    events.filter(({ data }) => byRequests(data)),
    ({ data }) => data.record_id,
  )
  const found: string[] = []
  for (let first = 0; first < records.length; first += historiesAtOnce) {
    const some = records.slice(first, first + historiesAtOnce)
    const histories = await historiesOf(api, some)
    for (const [at, { resource, id }] of some.entries()) {
      const happened = (histories[at] ?? [])
        .filter(byRequests)
        .flatMap(({ events: names, ...entry }) =>
          names.map((name) => JSON.stringify([name, entry.occurred_at, entry.request_id, entry.changed])),
        )
      const tale = (eventsOf.get(id) ?? []).map(({ type, timestamp, data }) =>
        JSON.stringify([type, timestamp, data.request_id, data.changed]),
      )
      if (happened.join('\n') !== tale.join('\n'))
        found.push(
          `${resource} ${id}: the history has\n${happened.join('\n')}\nthe events\n${tale.join('\n')}`,
        )
    }
  }
  return found
}

async function historiesOf(api: Api, records: readonly Written[]): Promise<Entry[][]> {
  const operations = records.map(({ resource, id }) => ({
    method: 'GET',
    path: `/${resource}/${id}/history?include_deleted=true&per_page=200`,
  }))
  const answers = dataOf(await api.post('/batch', { operations })) as unknown as { body: { data: Entry[] } }[]
  return answers.map(({ body }) => body.data)
}
