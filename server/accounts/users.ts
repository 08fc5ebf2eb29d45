import type { Transaction } from 'kysely'
import type { AccountWriter, Value } from '../storage/account-store.ts'
import { accountWriter } from '../storage/account-store.ts'
import type { Engine } from '../storage/engine.ts'
import type { Tables } from '../storage/tables.ts'
import { mirrorMembers } from './sandbox-people.ts'

/**
 * Brings the account's `users`, which the rest of Latchkey sees, in line with who belongs to it, and its
 * sandbox along with it. Rows of removed people stay, because records refer to them. Doing it again changes
 * nothing.
 */
export async function alignUsers(tx: Transaction<Tables>, writer: AccountWriter): Promise<void> {
  await alignAccount(tx, writer)
  const sandbox = await mirrorMembers(tx, writer)
  if (sandbox) await alignAccount(tx, sandbox)
}

async function alignAccount(tx: Transaction<Tables>, writer: AccountWriter): Promise<void> {
  const people = await tx
    .selectFrom('members')
    .innerJoin('identities', 'identities.id', 'members.identity_id')
    .select(['identities.id', 'identities.name', 'identities.email', 'members.role'])
    .where('members.account_id', '=', writer.accountId)
    .execute()
  const rows = await tx.selectFrom('users').selectAll().where('account_id', '=', writer.accountId).execute()
  const known = new Map(rows.map((row) => [row.id, row]))
  for (const person of people) await alignOne(writer, person, known.get(person.id))
  const belonging = new Set(people.map((person) => person.id))
  for (const row of rows) {
    if (row.deleted_at !== null || belonging.has(row.id)) continue
    await writer.update(
      'users',
      { id: row.id },
      {
        deleted_at: writer.at,
        updated_at: writer.at,
        version: row.version + 1,
      },
    )
    await log(writer, row.id, 'deleted', { deleted_at: [null, writer.at] })
  }
}

/** The same for all accounts, at the start: after a crash or a change made in the database by hand. */
export async function alignAllUsers(engine: Engine): Promise<void> {
  for (const accountId of await accountsOutOfLine(engine)) {
    await engine.transaction((tx) => {
      const actor = { kind: 'system', id: null } as const
      return alignUsers(tx, accountWriter(tx, accountId, { at: Date.now(), actor, requestId: null }))
    })
  }
}

interface Person {
  id: string
  name: string
  email: string
  role: string
}

async function alignOne(
  writer: AccountWriter,
  person: Person,
  row: Tables['users'] | undefined,
): Promise<void> {
  const { id, name, email, role } = person
  const search_text = `${name} ${email}`.toLowerCase()
  if (!row) {
    const times = { created_at: writer.at, updated_at: writer.at, deleted_at: null, version: 1 }
    await writer.insert('users', { id, name, email, role, search_text, ...times })
    await log(writer, id, 'created', { name: [null, name], email: [null, email], role: [null, role] })
    return
  }
  const changed: Record<string, [Value, Value]> = {}
  if (row.name !== name) changed.name = [row.name, name]
  if (row.email !== email) changed.email = [row.email, email]
  if (row.role !== role) changed.role = [row.role, role]
  if (row.deleted_at !== null) changed.deleted_at = [row.deleted_at, null]
  if (Object.keys(changed).length === 0) return
  await writer.update(
    'users',
    { id },
    {
      name,
      email,
      role,
      search_text,
      deleted_at: null,
      updated_at: writer.at,
      version: row.version + 1,
    },
  )
  await log(writer, id, row.deleted_at === null ? 'updated' : 'restored', changed)
}

function log(
  writer: AccountWriter,
  recordId: string,
  action: string,
  changed: Record<string, [Value, Value]>,
): Promise<void> {
  return writer.log({ resource: 'users', recordId, action, changed })
}

async function accountsOutOfLine(engine: Engine): Promise<Set<string>> {
  const missing = await engine.reader
    .selectFrom('members')
    .innerJoin('identities', 'identities.id', 'members.identity_id')
    .leftJoin('users', (join) =>
      join.onRef('users.account_id', '=', 'members.account_id').onRef('users.id', '=', 'members.identity_id'),
    )
    .select('members.account_id')
    .distinct()
    .where((row) =>
      row.or([
        row('users.id', 'is', null),
        row('users.deleted_at', 'is not', null),
        row('users.name', '!=', row.ref('identities.name')),
        row('users.email', '!=', row.ref('identities.email')),
        row('users.role', '!=', row.ref('members.role')),
      ]),
    )
    .execute()
  const left = await engine.reader
    .selectFrom('users')
    .leftJoin('members', (join) =>
      join.onRef('members.account_id', '=', 'users.account_id').onRef('members.identity_id', '=', 'users.id'),
    )
    .select('users.account_id')
    .distinct()
    .where('users.deleted_at', 'is', null)
    .where('members.id', 'is', null)
    .execute()
  return new Set([...missing, ...left].map((row) => row.account_id))
}
