import assert from 'node:assert/strict'
import { openEngine } from '../../server/storage/open.ts'
import type { OpenEngine } from '../support/engines.ts'
import { source } from './acts.ts'
import type { Arrival } from './receiver.ts'
import type { Write } from './writer.ts'

/** An event as the API lists it. */
export interface Event {
  id: string
  type: string
  position: number
  data: { resource: string; record_id: string; request_id: string }
}

/** A change that was committed, as its event must tell it. */
export interface Logged {
  resource: string
  action: string
  record_id: string
  request_id: string | null
}

/** Reads for the checks with a key. */
export type Read = (path: string) => Promise<{ status: number; body: unknown }>

/** All events of the account, page by page, as an integrator reads them. */
export async function allEvents(read: Read): Promise<Event[]> {
  const events: Event[] = []
  let cursor: string | null = ''
  while (cursor !== null) {
    const { body } = await read(`/events?per_page=200&cursor=${encodeURIComponent(cursor)}`)
    const page = body as { data: Event[]; meta: { next_cursor: string | null } }
    events.push(...page.data)
    cursor = page.meta.next_cursor
  }
  return events
}

/** What the database itself says has happened. */
export async function changeLog(storage: OpenEngine, accountId: string): Promise<Logged[]> {
  const engine = await openEngine({ dataDirectory: storage.directory, databaseUrl: storage.url })
  const rows = await engine.reader
    .selectFrom('changes')
    .select(['resource', 'action', 'record_id', 'request_id'])
    .where('account_id', '=', accountId)
    .orderBy('occurred_at')
    .orderBy('id')
    .execute()
  await engine.close()
  return rows.map((row) => ({ ...row }))
}

/** Where whatever changes is asked for by a request of its own. */
const asked = ['contacts', 'deals', 'uploaded_files']

/**
 * Every answered write is in the change log once, in whole; one that was cut off is there once or not at all, and
 * in part only where it has parts.
 */
export function checkAnswered(writes: readonly Write[], logged: readonly Logged[]): void {
  const byRequest = Map.groupBy(logged, (change) => change.request_id)
  for (const { requestIds, changes, isAnswered, isInParts } of writes) {
    const found = requestIds
      .flatMap((id) => byRequest.get(id) ?? [])
      .filter(({ resource }) => asked.includes(resource))
      .map(({ resource, action }) => `${resource}.${action}`)
    if (isAnswered) assert.deepEqual(found, changes, `of request ${requestIds}`)
    else if (isInParts) assert.deepEqual(found, changes.slice(0, found.length), `of request ${requestIds}`)
    else if (found.length > 0) assert.deepEqual(found, changes, `half of request ${requestIds}`)
  }
}

/** The events tell the changes of contacts, each once, and nothing else; positions have no gap. */
export function checkTold(events: readonly Event[], logged: readonly Logged[]): void {
  assert.deepEqual(
    events.map(({ position }) => position),
    events.map((_, at) => at + 1),
  )
  const told = events
    // A change of tags is told in an event of its own as well.
    .filter((event) => isOfContact(event) && event.type !== 'contact.tags_changed')
    .map(({ type, data }) => [type, data.record_id, data.request_id].join(' '))
  const happened = logged
    .filter(({ resource }) => resource === 'contacts')
    .map((change) => [`contact.${change.action}`, change.record_id, change.request_id].join(' '))
  assert.deepEqual(told.toSorted(), happened.toSorted())
}

export function isOfContact({ data }: Event): boolean {
  return data.resource === 'contacts'
}

/** What arrived is what the events are: by the same id in every attempt, and in order within a record. */
export function checkArrivals(arrivals: readonly Arrival[], events: readonly Event[]): void {
  const known = new Map(events.map((event) => [event.id, event]))
  const attempts = new Map<string, number>()
  const positions = new Map<string, number>()
  for (const { eventId, recordId, position, attempt, headers, body } of arrivals) {
    assert.equal(headers['webhook-id'], eventId)
    assert.deepEqual(JSON.parse(body), known.get(eventId))
    assert.ok(attempt > (attempts.get(eventId) ?? 0), `attempt ${attempt} of ${eventId} was made before`)
    assert.ok(position >= (positions.get(recordId) ?? 0), `${eventId} came after a later one of its record`)
    attempts.set(eventId, attempt)
    positions.set(recordId, position)
  }
  for (const event of events.filter(isOfContact))
    assert.ok(attempts.has(event.id), `${event.id} never arrived`)
}

/** A creation that was cut off has happened and was told, or neither. */
export async function checkCutOff(
  read: Read,
  writes: readonly Write[],
  events: readonly Event[],
): Promise<void> {
  const told = new Set(events.map(({ data }) => data.request_id))
  for (const { externalId, requestIds, isAnswered } of writes) {
    if (externalId === null || isAnswered) continue
    const { status } = await read(`/contacts/by_external_id/${source}/${encodeURIComponent(externalId)}`)
    assert.equal(status, requestIds.some((id) => told.has(id)) ? 200 : 404, externalId)
  }
}
