import type { Plan, Reading } from './plan.ts'

/** Tables that are asked across accounts, by an index, and what bounds how much of them is read. */
const across: Readonly<Record<string, string>> = {
  accounts: 'one by its id',
  api_key_days: 'those of days long past',
  api_key_hashes: 'one by its hash',
  api_keys: 'those that end soon',
  idempotency_keys: 'those that have run out',
  identities: 'one by its id',
  loose_contents: 'those whose time has come',
  outgoing_messages: 'those whose turn it is',
  search_rows: 'those that a search of one account has found',
  server_runs: 'the last ones',
  sessions: 'one by its token',
  sign_in_attempts: 'those that have run out',
  verifications: 'those that have run out',
}

/**
 * Tables that a server reads from their beginning to their end when it starts or looks what is left to do: there are
 * as many rows as accounts, people or subscriptions, and no more the more records there are.
 */
export const readWhole: ReadonlySet<string> = new Set([
  ...[
    'accounts',
    'account_settings',
    'members',
    'identities',
    'users',
    'sandboxes',
    'api_keys',
    'webhook_subscriptions',
  ],
  ...['server_runs', 'schema_migrations', 'schema_migrations_lock', 'sqlite_stat1', 'outgoing_mails'],
])

/** Indexes of what still waits, which are read whole as well. */
const waiting: ReadonlySet<string> = new Set(['webhook_deliveries_by_turn'])

/**
 * What of a plan reads more than it should: rows in number as there are, or those of other accounts.
 * @param exempt tables that may be read whole
 */
export function readingTooMuch(plan: Plan, exempt: ReadonlySet<string>): Reading[] {
  return plan.readings.filter(({ table, index, condition }) => {
    if (exempt.has(table) || /account_id/.test(condition)) return false
    // The numbers of one resource of an account: SQLite tells of a word, a lower and an upper end.
    if (table === 'search_index') return !condition.endsWith('M1><')
    if (index !== null && waiting.has(index)) return false
    return index === null || condition === '' || !(table in across)
  })
}

/** Whether the rows of a table are gone to by more than their account. */
export function goesTo(plan: Plan, table: string): boolean {
  const own = plan.readings.filter((reading) => reading.table === table)
  return own.some(({ condition }) => / AND /.test(condition))
}
