import type { JsonObject } from '../../server/reference/openapi.types.ts'
import type { Problem } from '../api/client.ts'
import { makeOneOfEach, oneOfEach } from '../api/records.ts'
import type { ApiServer } from '../api/server.ts'
import { readTemplate, type Template } from './copies.ts'
import type { Api } from './document.ts'
import { wordOf } from './words.ts'

/**
 * What every account of the test has: one record of each kind without a word, so that names, addresses and
 * numbers are the same in all of them, and two with words, in a pipeline and a process type of their own.
 */
export interface Contents {
  rows: Template
  /** By set and kind. */
  records: Readonly<Record<SetName, Readonly<Record<string, string>>>>
  /** Who belongs to it. */
  people: { admin: string; member: string }
}

/** The deal of `own` is the member's; those of the others are the admin's. */
export const setNames = ['plain', 'own', 'other'] as const
export type SetName = (typeof setNames)[number]

export const memberEmail = 'mia@example.com'

/** Fills the server's account through the API, and reads it. */
export async function makeContents(server: ApiServer, api: Api): Promise<Contents> {
  const { acme } = server
  const member = await server.addMember(memberEmail)
  const plain = idsOf(await oneOfEach(server))
  const of = async (set: SetName, userId: string) => {
    const marked = (text: string, kind: string) => `${text} ${wordOf(0, kind, set)}`
    const records = idsOf(await makeOneOfEach(server, { ...acme, adminId: userId }, marked))
    for (const kind of Object.keys(records)) await mark(server, api, { kind, id: records[kind] ?? '', set })
    return records
  }
  const records = { plain, own: await of('own', member), other: await of('other', acme.adminId) }
  // Its past tells of a deal that some do not see, who see what it belongs to now.
  const task = { kind: 'todo', name: 'Moved', deal_id: records.other.deals }
  const moved = await acme.api.made('/tasks', task)
  await acme.api.patch(`/tasks/${moved.id}`, { deal_id: records.plain.deals })
  const rows = await readTemplate(server, acme.accountId)
  return { rows, records, people: { admin: acme.adminId, member } }
}

function idsOf(records: Record<string, { id: string }>): Record<string, string> {
  return Object.fromEntries(Object.entries(records).map(([kind, { id }]) => [kind, id]))
}

/** Writes its word into every text of a record that takes it. */
async function mark(
  { acme }: ApiServer,
  api: Api,
  { kind, id, set }: { kind: string; id: string; set: SetName },
): Promise<void> {
  const patch = api.operations.find(({ method, path }) => method === 'PATCH' && path === `/${kind}/{id}`)
  const properties = (patch?.body?.fields.properties ?? {}) as Record<string, JsonObject>
  let names = Object.keys(properties).filter((name) => {
    const { type, format, enum: options } = api.resolve(properties[name] ?? {})
    return [type].flat().includes('string') && !format && !options
  })
  while (names.length > 0) {
    const word = wordOf(0, kind, set)
    const body = Object.fromEntries(names.map((name) => [name, `${name} ${word}`]))
    const { status, body: answer } = await acme.api.patch(`/${kind}/${id}`, body)
    if (status < 400) return
    const refused = new Set(
      (answer as Problem).errors.map(({ param }) => param?.replace(/^\w+\[(\w+)\]$/, '$1')),
    )
    const taken = names.filter((name) => !refused.has(name))
    if (taken.length === names.length) throw new Error(`${kind} takes no marks: ${JSON.stringify(answer)}`)
    names = taken
  }
}
