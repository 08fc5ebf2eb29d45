import { sql } from 'kysely'
import { emailKey, phoneKey } from '../../server/resource-layer/fields/contact-points.ts'
import { searchTextOf } from '../../server/resource-layer/write.ts'
import { resources } from '../../server/resources/operations.ts'
import { accountStore } from '../../server/storage/account-store.ts'
import { type Account, accountRows, changesOf, differences, type Row } from './rows.ts'

/** What a list tells as its total is how many there are. */
export async function countsAgree(account: Account): Promise<string[]> {
  const store = accountStore(account.engine.reader, account.accountId)
  const found: string[] = []
  for (const { name } of resources.filter(({ isLogged }) => isLogged)) {
    const live = (await accountRows(account, name)).filter(({ deleted_at }) => deleted_at === null).length
    const kept = await store.countOf(name)
    if (kept !== live) found.push(`count of ${name}: ${kept} are kept, and there are ${live}`)
  }
  return found
}

/** They are written elsewhere, with a text of another form. */
const ownForm = new Set(['users', 'audit_entries', 'captured_messages'])

/** What every row is found by follows from the row, and the index holds it and nothing else. */
export async function searchAgrees(account: Account): Promise<string[]> {
  const found: string[] = []
  const expected: string[] = []
  for (const resource of resources) {
    for (const row of await accountRows(account, resource.name)) {
      const text = String(row.search_text)
      if (!ownForm.has(resource.name) && text !== searchTextOf(resource, row))
        found.push(`search_text of ${resource.name} ${row.id} is out of date`)
      expected.push(`${resource.name} ${row.id} ${text}`)
    }
  }
  return account.engine.dialect === 'sqlite' ? [...found, ...(await indexAgrees(account, expected))] : found
}

/** An index that is made anew from the rows has the same trigrams in the same rows. */
async function indexAgrees({ engine, accountId }: Account, expected: readonly string[]): Promise<string[]> {
  const run = (text: string) => sql.raw(text).execute(engine.writer)
  const names = await sql<{ id: number; name: string }>`
    select id, resource || ' ' || record_id as name from search_rows where account_id = ${accountId}`.execute(
    engine.reader,
  )
  const texts = new Map(expected.map((line) => [nameIn(line), line.slice(nameIn(line).length + 1)]))
  // A resource that nobody searches has rows without a text, and may be without its place in the index.
  const missing = [...texts].filter(
    ([name, text]) => text !== '' && !names.rows.some((row) => row.name === name),
  )
  const found = missing.map(([name]) => `search: ${name} is not in the index`)
  await run(`create virtual table temp.anew using fts5 (search_text, tokenize = 'trigram')`)
  await run(`create virtual table temp.old_words using fts5vocab (main, search_index, instance)`)
  await run(`create virtual table temp.new_words using fts5vocab (temp, anew, instance)`)
  for (const { id, name } of names.rows) {
    const text = texts.get(name)
    if (text === undefined) found.push(`search: the index has ${name}, which is not there`)
    await sql`insert into temp.anew (rowid, search_text) values (${id}, ${text ?? ''})`.execute(engine.writer)
  }
  const own = `doc in (select id from main.search_rows where account_id = '${accountId}')`
  const of = (table: string) => `select term, doc, offset from temp.${table} where ${own}`
  for (const [what, first, second] of [
    ['too much', 'old_words', 'new_words'],
    ['missing', 'new_words', 'old_words'],
  ] as const) {
    const { rows } = await sql
      .raw<{ term: string; doc: number }>(`${of(first)} except ${of(second)} limit 5`)
      .execute(engine.writer)
    found.push(...rows.map(({ term, doc }) => `search: "${term}" of row ${doc} is ${what} in the index`))
  }
  for (const table of ['old_words', 'new_words', 'anew']) await run(`drop table temp.${table}`)
  return found
}

function nameIn(line: string): string {
  return line.split(' ', 2).join(' ')
}

/** What contacts are looked up by follows from the documents on their rows. */
export async function lookupsAgree(account: Account): Promise<string[]> {
  const expected: string[] = []
  for (const row of await accountRows(account, 'contacts')) {
    const emails: string[] = JSON.parse(String(row.emails))
    const phones: { phone: string }[] = JSON.parse(String(row.phone_numbers))
    const keys = { email: emails.map(emailKey), phone: phones.map(({ phone }) => phoneKey(phone)) }
    for (const [name, words] of Object.entries(keys))
      expected.push(...[...new Set(words)].map((word, at) => `${row.id} ${name} ${at} ${word}`))
    for (const [field, kept] of Object.entries<{ value: unknown }>(JSON.parse(String(row.custom_values))))
      expected.push(`${row.id} custom ${field} ${kept.value === null ? 'none' : 'one'}`)
  }
  const lookups = (await accountRows(account, 'lookups')).filter(({ resource }) => resource === 'contacts')
  const actual = lookups.map(({ record_id, name, position, words }) => {
    const isPlain = name === 'email' || name === 'phone'
    return isPlain
      ? `${record_id} ${name} ${position} ${words}`
      : `${record_id} custom ${String(name).replace(/^.*[.:]/, '')} one`
  })
  return differences('lookups', expected, actual)
}

/** Rows that only join two records join records that are there, in places without a gap. */
export async function linksAgree(account: Account): Promise<string[]> {
  const found: string[] = []
  for (const [table, owner] of [
    ['taggings', 'record_id'],
    ['deal_contacts', 'deal_id'],
    ['deal_properties', 'deal_id'],
    ['process_properties', 'process_id'],
  ] as const) {
    const rows = await accountRows(account, table)
    for (const [id, own] of Map.groupBy(rows, (row) => row[owner])) {
      const places = own.map(({ position }) => Number(position)).sort((a, b) => a - b)
      if (places.some((place, at) => place !== at))
        found.push(`${table} of ${id}: places ${places.join(', ')}`)
    }
  }
  for (const table of ['taggings', 'external_ids', 'lookups']) {
    for (const row of await accountRows(account, table)) {
      const record = await account.engine.reader
        .selectFrom(sql.table<{ id: string }>(String(row.resource)).as('records'))
        .select('id')
        .where('id', '=', String(row.record_id))
        .executeTakeFirst()
      if (!record) found.push(`${table}: ${row.resource} ${row.record_id} is not there`)
    }
  }
  return found
}

/** The stays of a deal or process are those that its change log tells, one after the other. */
export async function staysAgree(account: Account): Promise<string[]> {
  const changes = await changesOf(account)
  const stays = await accountRows(account, 'stage_stays')
  const found: string[] = []
  for (const [table, owner] of [
    ['deals', 'deal_id'],
    ['processes', 'process_id'],
  ] as const) {
    for (const record of await accountRows(account, table)) {
      const told = changes.filter(({ resource, record_id }) => resource === table && record_id === record.id)
      const stages = told.flatMap(({ changed }) => (changed.stage_id ? [String(changed.stage_id[1])] : []))
      const own = stays.filter((stay) => stay[owner] === record.id).toSorted(byTurn)
      const rows = own.map(({ stage_id }) => String(stage_id))
      if (account.hasHistory && rows.join() !== stages.join())
        found.push(`stays of ${table} ${record.id}: ${rows} for ${stages}`)
      found.push(...brokenLine(own, record).map((problem) => `stays of ${table} ${record.id}: ${problem}`))
    }
  }
  return found
}

function byTurn(one: Row, other: Row): number {
  return Number(one.entered_at) - Number(other.entered_at) || (String(one.id) < String(other.id) ? -1 : 1)
}

function brokenLine(stays: readonly Row[], record: Row): string[] {
  return stays.flatMap((stay, at) => {
    const next = stays[at + 1]
    return [
      ...(stay.left_at === (next?.entered_at ?? null) ? [] : [`stay ${at} ends when no next begins`]),
      ...(stay.deleted_at === record.deleted_at ? [] : [`stay ${at} is not deleted as its record is`]),
    ]
  })
}
