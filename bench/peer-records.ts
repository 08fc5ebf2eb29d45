import { DatabaseSync, type SQLInputValue } from 'node:sqlite'
import type { Peer } from './peer-server.ts'
import type { Get } from './reading.ts'

type Row = Record<string, unknown>

/** The peer's collections and the fields of each, as Latchkey's answers have them. */
const collections = {
  users_of_tasks: { name: 'text', email: 'text' },
  stages: { name: 'text', status: 'text' },
  processes: { name: 'text', process_type_name: 'text', began_at: 'date' },
  contacts: {
    name: 'text',
    first_name: 'text',
    last_name: 'text',
    company_name: 'text',
    emails: 'json',
    phone_numbers: 'json',
    address: 'text',
    tags: 'json',
  },
  tasks: {
    kind: 'text',
    description: 'text',
    name: 'text',
    skipped: 'bool',
    auto_send: 'bool',
    due_at: 'date',
    completed_at: 'date',
    process: 'processes',
    stage: 'stages',
    assignee: 'users_of_tasks',
  },
} as const

type Name = keyof typeof collections

/**
 * Gives the peer the same contacts and tasks, with the relations that are listed with a task. They are written
 * into its database by SQL, which is the one way that takes seconds.
 * @returns the id of one contact
 */
export async function copyRecords(get: Get, peer: Peer): Promise<string> {
  const ids = new Map<string, string>()
  for (const [name, fields] of Object.entries(collections)) {
    const schema = Object.entries(fields).map(([field, type]) => fieldOf(field, type, ids))
    const made = await peer.ask('POST', '/api/collections', { name, type: 'base', schema })
    ids.set(name, String(made.id))
  }
  const database = new DatabaseSync(peer.database, { timeout: 10_000 })
  const rows = rowsInto(database)
  database.exec('begin')
  for await (const contact of all(get, 'contacts')) rows.add('contacts', contact)
  for await (const { process, assignee, ...task } of all(get, 'tasks')) {
    const { stage, process_type: type, ...ofProcess } = (process ?? {}) as Row
    rows.add('tasks', {
      ...task,
      process: rows.once('processes', {
        ...ofProcess,
        process_type_name: (type as Row | null)?.name,
        began_at: ofProcess.created_at,
      }),
      stage: rows.once('stages', stage as Row | null),
      assignee: rows.once('users_of_tasks', assignee as Row | null),
    })
  }
  database.exec('commit')
  database.close()
  return rows.firstContact()
}

function fieldOf(name: string, type: string, ids: ReadonlyMap<string, string>): object {
  if (ids.has(type))
    return {
      name,
      type: 'relation',
      options: { collectionId: ids.get(type), maxSelect: 1, cascadeDelete: false },
    }
  return { name, type, options: type === 'json' ? { maxSize: 100_000 } : {} }
}

async function* all(get: Get, resource: 'contacts' | 'tasks'): AsyncGenerator<Row> {
  for (let page = 1, pages = 1; page <= pages; page++) {
    const response = await get(`/rest/${resource}?per_page=200&page=${page}`)
    const { data, meta } = (await response.json()) as { data: Row[]; meta: { total_pages: number } }
    yield* data
    pages = meta.total_pages
  }
}

function rowsInto(database: DatabaseSync) {
  const inserts = new Map<Name, ReturnType<DatabaseSync['prepare']>>()
  const known = new Map<unknown, string>()
  let count = 0
  let firstContact = ''
  const add = (name: Name, record: Row): string => {
    const fields = Object.keys(collections[name])
    const columns = ['id', 'created', 'updated', ...fields]
    const insert =
      inserts.get(name) ??
      database.prepare(
        `insert into ${name} (${columns.map((column) => `"${column}"`)}) values (${columns.map(() => '?')})`,
      )
    inserts.set(name, insert)
    const id = (++count).toString(36).padStart(15, '0')
    const at = timeOf(record.created_at) || '2026-01-01 00:00:00.000Z'
    insert.run(id, at, at, ...fields.map((field) => stored(field, record[field])))
    if (name === 'contacts') firstContact ||= id
    return id
  }
  return {
    add,
    /** The id of a record that several others name; empty for none. */
    once(name: Name, record: Row | null): string {
      if (record === null || record === undefined || record.id === undefined) return ''
      const id = known.get(record.id) ?? add(name, record)
      known.set(record.id, id)
      return id
    },
    firstContact: () => firstContact,
  }
}

function stored(field: string, value: unknown): SQLInputValue {
  if (value === null || value === undefined) return ''
  if (typeof value === 'boolean') return value ? 1 : 0
  if (typeof value === 'object') return JSON.stringify(value)
  return field.endsWith('_at') ? timeOf(value) : String(value)
}

/** `2024-12-03 19:22:16.000Z`, as the peer writes times. */
function timeOf(value: unknown): string {
  return typeof value === 'string' && value !== '' ? new Date(value).toISOString().replace('T', ' ') : ''
}
