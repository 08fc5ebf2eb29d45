import { type Kysely, sql } from 'kysely'
import type { Tables } from '../tables.ts'

/**
 * Where a table of a distributed database has its rows. `reference`: whole on every node. `coordinator`: on the
 * coordinator alone. `column`: spread over the workers by it; all tables spread by `account_id` lie together,
 * so that what belongs to one account is on one worker.
 */
export type Placement = { kind: 'reference' } | { kind: 'coordinator' } | { kind: 'column'; column: string }

/**
 * The tables that are not one account's. What is read with an account's rows, is pointed to by them, or is
 * looked up by what is no account, and is seldom written, is whole on every node: a write to it is one to all
 * nodes.
 */
const shared: Readonly<Record<string, Placement>> = {
  accounts: { kind: 'reference' },
  identities: { kind: 'reference' },
  members: { kind: 'reference' },
  invitations: { kind: 'reference' },
  sandboxes: { kind: 'reference' },
  api_key_hashes: { kind: 'reference' },
  // Written with every sign-in or mail, found by more than one column, and of no use to a worker.
  sessions: { kind: 'coordinator' },
  credentials: { kind: 'coordinator' },
  verifications: { kind: 'coordinator' },
  sign_in_attempts: { kind: 'coordinator' },
  second_factors: { kind: 'coordinator' },
  passkeys: { kind: 'coordinator' },
  outgoing_mails: { kind: 'coordinator' },
  server_runs: { kind: 'coordinator' },
  schema_migrations: { kind: 'coordinator' },
  schema_migrations_lock: { kind: 'coordinator' },
  // Written with every request, always by its key.
  rate_budgets: { kind: 'column', column: 'key' },
}

const byAccount: Placement = { kind: 'column', column: 'account_id' }

export interface Table {
  name: string
  /** The columns of the primary key. */
  primaryKey: readonly string[]
}

/** Where a table belongs; null when that is not known: it is no account's, and not listed here. */
export function placementOf({ name, primaryKey }: Table): Placement | null {
  if (Object.hasOwn(shared, name)) return shared[name] ?? null
  return primaryKey.includes('account_id') ? byAccount : null
}

/** The tables of a PostgreSQL database, by name. */
export async function tablesOf(database: Kysely<Tables>): Promise<Table[]> {
  const { rows } = await sql<{ name: string; primary_key: string[] }>`
    select class.relname as name, array(
      select attribute.attname::text from pg_index
      join pg_attribute as attribute on attribute.attrelid = class.oid and attribute.attnum = any(pg_index.indkey)
      where pg_index.indrelid = class.oid and pg_index.indisprimary
    ) as primary_key
    from pg_class as class
    where class.relkind = 'r' and class.relnamespace = current_schema()::regnamespace
      and not exists (select 1 from pg_depend where objid = class.oid and deptype = 'e')
    order by class.relname`.execute(database)
  return rows.map(({ name, primary_key }) => ({ name, primaryKey: primary_key }))
}

export function isSame(one: Placement, other: Placement): boolean {
  return one.kind === 'column' && other.kind === 'column'
    ? one.column === other.column
    : one.kind === other.kind
}
