import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { sql } from 'kysely'
import { iso } from '../../server/accounts/memberships.ts'
import { keyOf } from '../../server/files/content-store.ts'
import { addSecret } from '../../server/resources/webhook-subscriptions/webhook-subscriptions.secrets.ts'
import { clearedTables } from '../../server/sandbox/tables.ts'
import { accountWriter, type Row } from '../../server/storage/account-store.ts'
import { newId } from '../../server/storage/ids.ts'
import type { ApiServer } from '../api/server.ts'

/** The rows of an account that others are made after, by table. Whatever a row names stands before it. */
export type Template = ReadonlyMap<string, readonly Row[]>

/** An account with the same data as its template, under other ids and with words of its own. */
export interface Copy {
  accountId: string
  number: number
  /** The id that it has for one of the template. */
  idOf(id: string): string
  /** Everything that it has an id for, but people, who may belong to several accounts. */
  ids: ReadonlySet<string>
}

export interface CopyOf {
  number: number
  name: string
  /** Who belongs to it instead; without it the same people. */
  people?: ReadonlyMap<string, string>
  /** What it is the sandbox of: then it has the ids of that account's set-up, as a sandbox has. */
  sandboxOf?: { live: Copy; setUp: readonly string[]; createdBy: string }
  /** Whether its webhooks are switched on, so that an event that reached them by mistake makes a delivery. */
  isSubscribed: boolean
}

/** Each account's own, and what waits. */
const left = ['idempotency_keys', 'outgoing_messages', 'unpublished_changes', 'webhook_secrets']

const tables = [
  'account_settings',
  'users',
  'members',
  ...clearedTables.toReversed().filter((name) => !left.includes(name)),
  'audit_entries',
  'event_positions',
  'record_counts',
]

export async function readTemplate({ running }: ApiServer, accountId: string): Promise<Template> {
  const { engine, publisher } = running
  await publisher.publishAll()
  const rows = new Map<string, Row[]>()
  for (const table of tables) {
    const query = sql<Row>`select * from ${sql.table(table)} where account_id = ${accountId}`
    const { rows: list } = await query.execute(engine.reader)
    rows.set(table, table === 'webhook_deliveries' ? list.map(delivered) : list)
  }
  return rows
}

/** So that nothing is sent for an account in which nothing happens. */
function delivered(row: Row): Row {
  return { ...row, status: 'delivered', next_attempt_at: null, closed_at: row.created_at ?? null }
}

export function createCopier({ running, storage }: ApiServer, template: Template) {
  const { engine, secrets } = running
  const people = new Set((template.get('users') ?? []).map(({ id }) => String(id)))
  // Every second piece is an id, or the number in a word.
  const pieces = JSON.stringify([...template]).split(
    /([0-9a-f]{8}-[0-9a-f]{4}-[47][0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}|(?<=zq)000000(?=x))/,
  )

  /** The rows under other ids, in the same order by id. */
  const renamed = ({ number, people: others, sandboxOf }: CopyOf) => {
    const ending = endingOf(number)
    const setUp = new Set(sandboxOf?.setUp)
    const ids = new Set<string>()
    const idOf = (id: string): string => {
      if (people.has(id)) return others?.get(id) ?? id
      if (setUp.has(id) && sandboxOf) return sandboxOf.live.idOf(id)
      return id.slice(0, -ending.length) + ending
    }
    const text = pieces.map((piece, at) => {
      if (at % 2 === 0) return piece
      if (piece === '000000') return ending
      const id = idOf(piece)
      if (!people.has(piece)) ids.add(id)
      return id
    })
    return { rows: JSON.parse(text.join('')) as [string, Row[]][], ids, idOf }
  }

  const contents = new Map<string, Promise<string>>()
  const pathOf = (row: Row | undefined) => join(storage.directory, 'files', keyOf(String(row?.content_id)))
  const textOf = (path: string) => {
    const text = contents.get(path) ?? readFile(path, 'utf8')
    contents.set(path, text)
    return text
  }
  const writeContents = async (rows: readonly Row[], number: number) => {
    for (const [at, row] of (template.get('uploaded_files') ?? []).entries()) {
      const path = pathOf(rows[at])
      await mkdir(dirname(path), { recursive: true })
      await writeFile(path, (await textOf(pathOf(row))).replaceAll('zq000000x', `zq${endingOf(number)}x`))
    }
  }

  return async (copy: CopyOf): Promise<Copy> => {
    const accountId = newId()
    const { rows, ids, idOf } = renamed(copy)
    const at = Date.now()
    const files = rows.find(([table]) => table === 'uploaded_files')?.[1] ?? []
    await writeContents(files, copy.number)
    await engine.transaction(async (tx) => {
      const writer = accountWriter(tx, accountId, {
        at,
        actor: { kind: 'system', id: null },
        requestId: null,
      })
      await tx
        .insertInto('accounts')
        .values({ id: accountId, name: copy.name, slug: accountId, created_at: iso(at) })
        .execute()
      for (const [table, list] of rows) if (list.length > 0) await writer.insert(table, list)
      for (const { id } of rows.find(([table]) => table === 'webhook_subscriptions')?.[1] ?? []) {
        await addSecret(writer, secrets, String(id))
        // No key of the template is one of the copy.
        const set = { key_id: null, ...(copy.isSubscribed ? { status: 'active', event_names: '["*"]' } : {}) }
        await writer.update('webhook_subscriptions', { id: id ?? null }, set)
      }
      const { sandboxOf } = copy
      if (!sandboxOf) return
      await writer.insert('sandboxes', {
        live_account_id: sandboxOf.live.accountId,
        created_at: at,
        created_by: sandboxOf.createdBy,
        reset_at: null,
        filled_with: 'set_up',
        filling_until: null,
      })
    })
    return { accountId, number: copy.number, ids: ids.add(accountId), idOf }
  }
}

function endingOf(number: number): string {
  return number.toString(16).padStart(6, '0')
}
