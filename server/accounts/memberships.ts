import { sql, type Transaction } from 'kysely'
import { type Origin, recordAudit } from '../audit/audit.ts'
import { ApiError } from '../errors/api-error.ts'
import { type AccountWriter, accountWriter } from '../storage/account-store.ts'
import { newId } from '../storage/ids.ts'
import type { Tables } from '../storage/tables.ts'
import type { Context } from './context.ts'
import type { Role } from './session.ts'
import { alignUsers } from './users.ts'

export interface NewPerson {
  name: string
  email: string
  password: string
}

export interface NewAccount {
  name: string
  timeZone: string
  admin: NewPerson
}

type Hashing = Pick<Context, 'engine' | 'passwords'>

/**
 * Opens an account with its first admin. Somebody who already signs in elsewhere keeps their password.
 * @param options.onlyFirst refuse when there is an account already; of two at the same time one gets through
 * @throws ApiError already_set_up
 */
export async function openAccount(
  { engine, passwords }: Hashing,
  account: NewAccount,
  options: { origin: Origin; onlyFirst?: true },
): Promise<{ accountId: string; userId: string }> {
  const password = await passwords.hash(account.admin.password)
  const accountId = newId()
  return engine.transaction(async (tx) => {
    if (options.onlyFirst && (await hasAccounts(tx))) {
      throw new ApiError('already_set_up', 'This Latchkey already has its company.')
    }
    const at = Date.now()
    await tx
      .insertInto('accounts')
      .values({ id: accountId, name: account.name, slug: accountId, created_at: iso(at) })
      .execute()
    await tx
      .insertInto('account_settings')
      .values({ account_id: accountId, time_zone: account.timeZone, cors_origins: '["*"]', updated_at: at })
      .execute()
    const found = await identityOf(tx, account.admin.email)
    const userId = found ?? (await addIdentity(tx, { ...account.admin, password }, at))
    const writer = writerFor(tx, accountId, userId, options.origin, at)
    await addMember(tx, writer, { userId, role: 'admin' })
    await recordAudit(writer, {
      action: 'account.created',
      userId,
      subject: accountId,
      details: { name: account.name },
      origin: options.origin,
    })
    return { accountId, userId }
  })
}

/**
 * Makes a person part of an account without an invitation.
 * @throws ApiError already_member
 */
export async function addPerson(
  { engine, passwords }: Hashing,
  accountId: string,
  person: NewPerson & { role: Role },
  origin: Origin,
): Promise<{ userId: string }> {
  const password = await passwords.hash(person.password)
  return engine.transaction(async (tx) => {
    const at = Date.now()
    const found = await identityOf(tx, person.email)
    if (found && (await membershipOf(tx, accountId, found))) {
      throw new ApiError('already_member', 'This person already belongs to the account.')
    }
    const userId = found ?? (await addIdentity(tx, { ...person, password }, at))
    const writer = writerFor(tx, accountId, null, origin, at)
    await addMember(tx, writer, { userId, role: person.role })
    await recordAudit(writer, { action: 'user.joined', userId, subject: userId, origin })
    return { userId }
  })
}

/** A person who can sign in from now on; the e-mail address counts as proven. Returns the id. */
export async function addIdentity(
  tx: Transaction<Tables>,
  person: { name: string; email: string /** Hashed. */; password: string },
  at: number,
): Promise<string> {
  const id = newId()
  const times = { created_at: iso(at), updated_at: iso(at) }
  await tx
    .insertInto('identities')
    .values({
      id,
      name: person.name,
      email: person.email.toLowerCase(),
      // Both engines know the word; node:sqlite does not take the value.
      email_verified: sql<boolean>`true`,
      ...times,
    })
    .execute()
  await tx
    .insertInto('credentials')
    .values({
      id: newId(),
      identity_id: id,
      provider_id: 'credential',
      provider_account_id: id,
      password: person.password,
      ...times,
    })
    .execute()
  return id
}

export async function addMember(
  tx: Transaction<Tables>,
  writer: AccountWriter,
  member: { userId: string; role: string },
): Promise<void> {
  const { accountId, at } = writer
  await tx
    .insertInto('members')
    .values({
      id: newId(),
      account_id: accountId,
      identity_id: member.userId,
      role: member.role,
      created_at: iso(at),
    })
    .execute()
  await tx
    .updateTable('identities')
    .set({ last_account_id: accountId })
    .where('id', '=', member.userId)
    .execute()
  await alignUsers(tx, writer)
}

/** The id of who signs in with that address, or null. */
export async function identityOf(tx: Transaction<Tables>, email: string): Promise<string | null> {
  const row = await tx
    .selectFrom('identities')
    .select('id')
    .where('email', '=', email.toLowerCase())
    .executeTakeFirst()
  return row?.id ?? null
}

export async function membershipOf(
  tx: Transaction<Tables>,
  accountId: string,
  userId: string,
): Promise<Tables['members'] | null> {
  const row = await tx
    .selectFrom('members')
    .selectAll()
    .where('account_id', '=', accountId)
    .where('identity_id', '=', userId)
    .executeTakeFirst()
  return row ?? null
}

/** The account's rows for a transaction that also touches the tables of who can sign in. */
export function writerFor(
  tx: Transaction<Tables>,
  accountId: string,
  userId: string | null,
  origin: Origin,
  at: number,
): AccountWriter {
  const actor =
    userId === null ? ({ kind: 'system', id: null } as const) : { kind: 'user' as const, id: userId }
  return accountWriter(tx, accountId, { at, actor, requestId: origin.requestId })
}

export function iso(at: number): string {
  return new Date(at).toISOString()
}

async function hasAccounts(tx: Transaction<Tables>): Promise<boolean> {
  return (await tx.selectFrom('accounts').select('id').limit(1).executeTakeFirst()) !== undefined
}
