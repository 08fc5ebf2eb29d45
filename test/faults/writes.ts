import { exampleId } from '../../server/reference/example-ids.ts'
import { exampleRequest, resourceOf } from '../../server/reference/example-requests.ts'
import { resources } from '../../server/resources/operations.ts'
import type { Operation } from '../../server/rest/operation.ts'
import type { Fields } from '../api/client.ts'
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

/** Writes that the change log does not tell of. */
export const unlogged = new Set<string>([])

/** Gives a function that makes such a write anew each time, on a record of its own. */
export async function writesOf(
  server: ApiServer,
  operation: Operation,
): Promise<(sending?: () => void) => Promise<Outcome>> {
  const records = await oneOfEach(server)
  return async (sending = () => {}) => {
    const request = await requestFor(server, operation, records)
    const before = await server.rowCounts()
    const logged = (await server.changesOf(server.acme)).length
    sending()
    const { status, text, headers } = await server.acme.api.send(operation.method, request.path, request.body)
    const after = await server.rowCounts()
    const changes = (await server.changesOf(server.acme, logged))
      .filter(({ request_id }) => request_id === headers.get('x-request-id'))
      .map(({ resource, action }) => `${resource} ${action}`)
    return { status, text, rows: difference(before, after), changes: changes.sort() }
  }
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
  if (operation.path === '/batch') {
    const inner = { method: 'POST', path: '/contacts', body: { contact: { full_name: 'Rosa Field' } } }
    return { path, body: { operations: [inner, inner], atomic: true } }
  }
  if (example.file !== null) return { path, body: { [example.file]: textFile() } }
  if (operation.method === 'POST' && resource && !about)
    return { path, body: await requiredFields(server, resource) }
  if (example.body === null) return { path, body: undefined }
  const name = `Something ${++made}`
  const body = JSON.parse(real(JSON.stringify(example.body)), (key, value) => (key === 'name' ? name : value))
  return { path, body }
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
  const { id } = await api.made(`/${name}`, await requiredFields(server, { name }))
  if (path.endsWith('/restore')) await api.delete(`/${name}/${id}`)
  if (path.endsWith('/reopen')) await api.post(`/${name}/${id}/complete`)
  if (path.endsWith('/tags') && method === 'DELETE') await api.post(`/${name}/${id}/tags`, { tags: ['vip'] })
  return id
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
