import assert from 'node:assert/strict'
import { it } from 'node:test'
import { forEachEngine } from '../../test/support/engines.ts'
import { createFiles } from '../files/files.ts'
import { secretsFrom } from '../secrets.ts'
import type { Engine } from '../storage/engine.ts'
import { openEngine } from '../storage/open.ts'
import type { Tables } from '../storage/tables.ts'
import { makeCompany } from './company.ts'

const today = '2026-11-23'
const startOfToday = Date.parse(`${today}T00:00:00Z`)

const tables = [
  ...['pipelines', 'stages', 'sources', 'contacts', 'properties', 'units', 'deals', 'notes', 'tags'],
  ...['process_types', 'process_stages', 'steps', 'contact_roles', 'assignee_roles', 'processes', 'tasks'],
  ...['process_properties', 'process_contacts', 'process_users', 'property_groups', 'stage_stays'],
  ...['conversations', 'conversation_contacts', 'text_messages', 'emails', 'calls', 'outgoing_messages'],
  ...[
    'custom_fields',
    'deal_contacts',
    'deal_properties',
    'taggings',
    'lookups',
    'changes',
    'leases',
    'uploaded_files',
  ],
]

type Dump = Record<string, Record<string, unknown>[]>

forEachEngine((engine) => {
  async function company(seed: number, tasks = 100): Promise<Dump> {
    const { directory, url } = await engine.open()
    const opened = await openEngine({ dataDirectory: directory, databaseUrl: url })
    const secrets = secretsFrom('only for this test, and long enough')
    const config = { dataDirectory: directory, bucket: null, largestFile: 1_000_000 }
    const files = createFiles({ engine: opened, config, secrets, log: console })
    try {
      await makeCompany({
        engine: opened,
        secrets,
        files,
        seed,
        tasks,
        today,
        admin: { email: 'admin@example.com', password: 'a-long-pass-phrase-1' },
        member: { email: 'member@example.com', password: 'a-long-pass-phrase-2' },
      })
      // Every content belongs to a record, and every record has its content.
      assert.equal((await opened.reader.selectFrom('loose_contents').selectAll().execute()).length, 0)
      return await dumpOf(opened)
    } finally {
      await opened.close()
    }
  }

  /** The one that most is asked of: it takes a while to make. */
  let large: Promise<Dump> | undefined
  const largeCompany = () => {
    large ??= company(8, 500)
    return large
  }

  it('makes the same records from the same seed on the same day, and others from another', async () => {
    const one = await company(7)
    assert.deepEqual(one, await company(7))
    const known = new Set(names(one))
    const others = names(await largeCompany()).filter((name) => !known.has(name))
    assert.ok(others.length > known.size / 2, `${others.length} other names`)
  })

  it('names nobody: numbers and addresses are from the ranges set aside for examples', async () => {
    const dump = await largeCompany()
    const text = JSON.stringify(dump).replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'id')
    const emails = text.match(/[\w.+-]+@[\w-]+(\.[\w-]+)+/g) ?? []
    assert.ok(emails.length > 50)
    for (const email of emails) assert.match(email, /@example\.(com|org|net)$/)
    const phones = dump.contacts?.flatMap((row) => JSON.parse(String(row.phone_numbers))) ?? []
    assert.ok(phones.length > 50)
    for (const { phone } of phones) assert.match(phone, /^\([2-9]\d\d\) 555-01\d\d$/)
    for (const written of text.match(/\d{3}[^\d"]{1,2}\d{3}-\d{4}(?!\d)/g) ?? [])
      assert.match(written, /555-01\d\d$/)
    for (const address of text.match(/https?:\/\/[^"\\ ]+/g) ?? [])
      assert.match(address, /^https:\/\/example\.com\//)
    for (const property of dump.properties ?? []) assert.match(String(property.zip_code), /^9799\d$/)
  })

  it('happens in the two years up to yesterday, as changes at the time of the records', async () => {
    const dump = await largeCompany()
    for (const table of [
      'contacts',
      'properties',
      'units',
      'leases',
      'deals',
      'notes',
      'processes',
      'tasks',
      'uploaded_files',
    ]) {
      for (const row of dump[table] ?? []) {
        const [created, updated] = [Number(row.created_at), Number(row.updated_at)]
        assert.ok(created > startOfToday - 731 * 86_400_000 && created <= updated && updated < startOfToday)
        const made = dump.changes?.find(
          (change) => change.record_id === row.id && change.action === 'created',
        )
        assert.equal(made?.occurred_at, created)
      }
    }
    const deals = dump.deals ?? []
    const stages = new Map(dump.stages?.map((stage) => [stage.id, stage.status]))
    const statuses = new Set(deals.map((deal) => stages.get(deal.stage_id)))
    for (const status of ['lead', 'won', 'lost', 'past']) assert.ok(statuses.has(status), `no ${status} deal`)
    const moved = dump.changes?.filter((change) => String(change.changed).includes('"stage_id":["'))
    assert.ok((moved?.length ?? 0) > deals.length / 2)
  })

  it('has about as many tasks as were asked for, most done in time and some open', async () => {
    const { tasks = [], processes = [], process_stages: stages = [] } = await largeCompany()
    assert.ok(Math.abs(tasks.length - 500) <= 6, `${tasks.length} tasks`)
    assert.ok(tasks.some((task) => task.completed_at === null))
    assert.ok(tasks.some((task) => task.skipped === 1))
    assert.ok(tasks.some((task) => task.deal_id !== null))
    const statuses = new Map(stages.map(({ id, status }) => [id, status]))
    for (const process of processes) {
      const isClosed = ['completed', 'canceled'].includes(String(statuses.get(process.stage_id)))
      assert.equal(process.closed_at !== null, isClosed)
    }
    for (const status of ['backlog', 'working', 'completed', 'canceled'])
      assert.ok(
        processes.some(({ stage_id: id }) => statuses.get(id) === status),
        `no ${status} process`,
      )
  })

  it('has texts, e-mails and calls in conversations, all of them done with', async () => {
    const dump = await largeCompany()
    const { text_messages: texts = [], emails = [], calls = [], conversations = [] } = dump
    const statuses = (rows: Record<string, unknown>[]) =>
      [...new Set(rows.map(({ status }) => status))].sort()
    assert.deepEqual(statuses(texts), ['delivered', 'received', 'recorded'])
    assert.deepEqual(statuses(emails), ['received', 'recorded', 'sent'])
    assert.deepEqual(dump.outgoing_messages, [])
    const known = new Set(conversations.map(({ id }) => id))
    assert.ok(calls.length > 0)
    for (const row of [...texts, ...emails, ...calls]) {
      assert.ok(known.has(row.conversation_id))
      for (const end of [row.from, row.to])
        assert.match(String(end), /^\+1[2-9]\d\d55501\d\d$|@example\.(com|org|net)/)
    }
  })

  it('lets an occupied unit have a lease, a rent and a tenant, and a vacant one none', async () => {
    const dump = await largeCompany()
    const { units = [], leases = [], deals = [], deal_properties: places = [], stages = [] } = dump
    const current = new Set(stages.filter(({ name }) => name === 'Current tenant').map(({ id }) => id))
    const leaving = new Set(stages.filter(({ name }) => name === 'Notice given').map(({ id }) => id))
    const tenants = deals.filter(({ stage_id: id }) => current.has(id) || leaving.has(id)).map(({ id }) => id)
    const lived = new Set(
      places.filter(({ deal_id: id }) => tenants.includes(id)).map((pair) => pair.property_id),
    )
    assert.ok(units.some(({ occupancy }) => occupancy === 'Vacant'))
    for (const unit of units) {
      const isLet = unit.occupancy === 'Tenant Occupied'
      assert.equal(unit.current_rent !== null, isLet)
      assert.equal(unit.lease_end_date !== null, isLet)
      const its = leases.filter(({ unit_id: id, deleted_at: gone }) => id === unit.id && gone === null)
      const shown = its.filter(({ start_date: start }) => start === unit.lease_start_date)
      assert.equal(shown.length, isLet ? 1 : 0)
      for (const lease of its) assert.ok(String(lease.start_date) <= String(lease.end_date))
      if (!isLet) continue
      assert.equal(shown[0]?.rent, unit.current_rent)
      assert.ok(String(unit.lease_end_date) >= '2026-11-22', String(unit.lease_end_date))
      assert.ok(lived.has(unit.property_id))
    }
    assert.ok(leases.length > units.length)
    assert.ok(leases.some(({ end_date: end }) => String(end) < '2026-01-01'))
  })
})

/** Everything but who belongs to the account: those ids are random, so people are named here. */
async function dumpOf(engine: Engine): Promise<Dump> {
  const users = await engine.reader.selectFrom('users').selectAll().orderBy('email').execute()
  const dump: Dump = { users: users.map(({ name, email, role }) => ({ name, email, role })) }
  const random = new Map(users.map(({ id, email }) => [id, email]))
  const [account] = users
  if (account) random.set(account.account_id, 'account')
  for (const table of tables) {
    const rows = await engine.reader
      .selectFrom(table as keyof Tables)
      .selectAll()
      .execute()
    const own = rows.filter((row) => !('resource' in row && row.resource === 'users'))
    const text = own.map((row) => JSON.stringify(Object.fromEntries(Object.entries(row).sort())))
    const named = text.map((line) => line.replace(/[0-9a-f-]{36}/g, (id) => random.get(id) ?? id))
    dump[table] = named.sort().map((line) => JSON.parse(line))
  }
  return dump
}

function names(dump: Dump): unknown[] {
  return dump.contacts?.map(({ name }) => name) ?? []
}
