import { exampleId } from '../../server/reference/example-ids.ts'
import { exampleRequest, resourceOf } from '../../server/reference/example-requests.ts'
import { resources } from '../../server/resources/operations.ts'
import type { Operation } from '../../server/rest/operation.ts'
import type { Client, Fields } from '../api/client.ts'
import { oneOfEach, requiredFields, textFile } from '../api/records.ts'
import type { ApiServer } from '../api/server.ts'

/** What a write has done. */
export interface Outcome {
  status: number
  text: string
  /** How many rows every table has gained or lost. */
  rows: Record<string, number>
  /** What its request has in the change log. */
  changes: string[]
}

/** Makes such a write, and whatever the first one makes for all after it, such as a tag. */
export async function makeFirst(server: ApiServer, operation: Operation): Promise<void> {
  const request = await requestFor(server, operation, await oneOfEach(server))
  await server.acme.api.send(operation.method, request.path, request.body)
}

/** Gives a function that makes such a write anew each time, on a record of its own. */
export async function writesOf(
  server: ApiServer,
  operation: Operation,
): Promise<(sending?: () => void) => Promise<Outcome>> {
  const records = await oneOfEach(server)
  return async (sending = () => {}) => {
    const request = await requestFor(server, operation, records)
    const before = await server.rowCounts()
    sending()
    const { status, text, headers } = await server.acme.api.send(operation.method, request.path, request.body)
    const after = await server.rowCounts()
    const changes = await server.running.engine.reader
      .selectFrom('changes')
      .select(['resource', 'action'])
      .where('account_id', '=', server.acme.accountId)
      .where('request_id', '=', headers.get('x-request-id'))
      .execute()
    const told = changes.map(({ resource, action }) => `${resource} ${action}`).sort()
    return { status, text, rows: difference(before, after), changes: told }
  }
}

/** What writes have in common whose operations differ in the resource alone, such as `PATCH /_/{id}`. */
export function kindOf({ method, path }: Operation): string {
  const words = path.split('/').slice(1)
  const isResource = (word: string) => resources.some(({ name }) => name === word)
  return `${method} /${words.map((word) => (isResource(word) ? '_' : word)).join('/')}`
}

interface Request {
  path: string
  body: object | undefined
}

async function requestFor(
  server: ApiServer,
  operation: Operation,
  records: Readonly<Record<string, Fields>>,
): Promise<Request> {
  const resource = resourceOf(operation, resources)
  const ids = new Map(Object.entries(records).map(([name, { id }]) => [exampleId(name), id]))
  // Somebody else than the one who has everything already.
  ids.set(exampleId('users'), await colleague(server))
  const about = recordIn(operation)
  if (about) ids.set(exampleId(about.name), await prepared(server, operation, about))
  const real = (text: string) =>
    [...ids].reduce((changed, [example, id]) => changed.replaceAll(example, id), text)
  const example = exampleRequest(operation, resources)
  const path = real(example.path)
  if (operation.path.endsWith('{external_id}') && resource) {
    const anew = path.replace(/[^/]+$/, `number-${++made}`)
    return { path: anew, body: await requiredFields(server, resource) }
  }
  if (example.file !== null) {
    const others = operation.method === 'POST' && resource ? await requiredFields(server, resource) : {}
    return { path, body: { ...others, [example.file]: textFile() } }
  }
  if (operation.method === 'POST' && resource && !about && !operation.path.endsWith('/import'))
    return { path, body: special(operation, ids) ?? (await requiredFields(server, resource)) }
  if (example.body === null) return { path, body: undefined }
  const name = `Something ${++made}`
  const body = JSON.parse(real(JSON.stringify(example.body)), (key, value) => (key === 'name' ? name : value))
  return { path, body: special(operation, ids) ?? body }
}

/** Where what the reference shows would change nothing here. */
function special({ path }: Operation, ids: ReadonlyMap<string, string>): object | undefined {
  if (path === '/batch') {
    const inner = { method: 'POST', path: '/contacts', body: { full_name: 'Rosa Field' } }
    return { operations: [inner, inner], atomic: true }
  }
  if (path === '/webhook_subscriptions/{id}') return { description: `Something ${++made}` }
  if (path.endsWith('/reassign')) return { user_id: ids.get(exampleId('users')) }
  const hour = 3_600_000
  const [from, to] = [-hour, hour].map((distance) => new Date(Date.now() + distance).toISOString())
  return path.endsWith('{id}/redeliver') ? { from, to } : undefined
}

let made = 0

/** The record that the last id of the path is of, where one can be made. */
function recordIn({ path }: Operation): (typeof resources)[number] | undefined {
  const last = [...path.matchAll(/([^/]+)\/\{(\w+)\}/g)].at(-1)
  const found = resources.find(({ name, singular }) =>
    last?.[2] === 'id' ? name === last[1] : `${singular}_id` === last?.[2],
  )
  return found?.operations.includes('create') ? found : undefined
}

/** A new record, in the state in which the write changes something. */
async function prepared(
  server: ApiServer,
  { method, path }: Operation,
  { name }: (typeof resources)[number],
): Promise<string> {
  const { api } = server.acme
  const required = await requiredFields(server, { name })
  const answerable = name === 'conversations' ? { participant: '(555) 010-4477' } : {}
  // An account has few of them.
  if (name === 'webhook_subscriptions') await deleteLast(api)
  const { id } = await api.made(`/${name}`, { ...required, ...answerable })
  if (path.endsWith('/restore')) await api.delete(`/${name}/${id}`)
  if (path.endsWith('/reopen')) await api.post(`/${name}/${id}/complete`)
  if (path.endsWith('/tags') && method === 'DELETE') await api.post(`/${name}/${id}/tags`, { tags: ['vip'] })
  return id
}

async function deleteLast(api: Client): Promise<void> {
  const all = await api.all('/webhook_subscriptions')
  if (all.length > 20) await api.delete(`/webhook_subscriptions/${all.at(-1)?.id}`)
}

const colleagues = new WeakMap<ApiServer, Promise<string>>()

function colleague(server: ApiServer): Promise<string> {
  const known = colleagues.get(server) ?? server.addMember('mia@example.com')
  colleagues.set(server, known)
  return known
}

function difference(before: Record<string, number>, after: Record<string, number>): Record<string, number> {
  const gained = Object.entries(after).map(
    ([table, count]) => [table, Number(count) - Number(before[table])] as const,
  )
  return Object.fromEntries(gained.filter(([, count]) => count !== 0))
}
