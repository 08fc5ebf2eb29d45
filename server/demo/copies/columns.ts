/**
 * What makes a copy of an account. All its ids end in the same four digits, those within texts and documents as
 * well, so whatever points to something points to the copy of it. The rows of the original are kept with a mark in
 * the place of these digits, and a copy is one statement a table that puts its own there. They also tell apart the
 * addresses by which people sign in, for no two may have the same: `admin+0001@example.com`.
 */
export const mark = '\u0001'

/** Tables without an account that hold who signs in, by the rows of the members of the original. */
export const peopleTables: Readonly<Record<string, string>> = {
  accounts: 'id = :account',
  identities: 'id in (select identity_id from members where account_id = :account)',
  credentials: 'identity_id in (select identity_id from members where account_id = :account)',
}

/**
 * What happened to the original and how it became what it is, which a copy does without: it is a third of the bytes,
 * and nobody did any of it in the copy.
 */
export const history = [
  'changes',
  'unpublished_changes',
  'events',
  'event_positions',
  'webhook_deliveries',
  'webhook_attempts',
  'outgoing_messages',
  'captured_messages',
  'audit_entries',
] as const

/** Tables of an account that a copy does not have: its key is its own, and the search index is numbered anew. */
const notCopied = new Set<string>([
  ...history,
  'api_keys',
  'api_key_hashes',
  'api_key_days',
  'search_rows',
  'search_spaces',
  'idempotency_keys',
])

/** A table, its columns, and which rows of it belong to the original. */
export interface CopiedTable {
  name: string
  columns: readonly string[]
  where: string
}

/** @param tables all tables of the database with their columns */
export function copiedTables(tables: ReadonlyMap<string, readonly string[]>): CopiedTable[] {
  return [...tables].flatMap(([name, columns]) => {
    const isOwn = columns.includes('account_id') && !notCopied.has(name)
    const where = peopleTables[name] ?? (isOwn ? 'account_id = :account' : null)
    return where === null ? [] : [{ name, columns, where }]
  })
}

/** What the ids of a copy end in. Those of `taken` belong to rows of the original in tables that all accounts share. */
export function endingsOf(count: number, taken: ReadonlySet<string>): string[] {
  const endings: string[] = []
  for (let number = 1; endings.length < count; number++) {
    const ending = number.toString(16).padStart(4, '0')
    if (!taken.has(ending)) endings.push(ending)
  }
  return endings
}

/** An id in a text, the last four digits apart. */
export const idPattern = '([0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{8})[0-9a-f]{4}'

/** By what the people of the original sign in. */
export const addressesOfPeople =
  'select email from identities where id in (select identity_id from members where account_id = :account)'
