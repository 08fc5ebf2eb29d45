import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { it } from 'node:test'
import { flagsOf } from '../../server/resource-layer/fields-of.ts'
import { create } from '../../server/resource-layer/write.ts'
import { contacts } from '../../server/resources/contacts/contacts.schema.ts'
import { resources } from '../../server/resources/operations.ts'
import type { Row } from '../../server/storage/account-store.ts'
import { newId } from '../../server/storage/ids.ts'
import { openEngine } from '../../server/storage/open.ts'
import { writeAccount } from '../../server/storage/write.ts'
import { forEachEngine, type OpenEngine } from '../support/engines.ts'
import { type ServerProcess, startServerProcess } from '../support/server-process.ts'
import { type Fields, ids, problemOf } from './client.ts'
import { oneOfEach, requiredFields } from './records.ts'
import { type ApiServer, type Company, startApi } from './server.ts'
import { stoppedCompany } from './stopped-company.ts'

forEachEngine((engine) => {
  const server = startApi(engine)

  const ask = (path: string, company: Company = server.acme) =>
    fetch(`${server.url}/rest/export/${path}`, { headers: { authorization: company.key } })
  const lines = async (path: string, company?: Company): Promise<Fields[]> => {
    const response = await ask(path, company)
    const text = await response.text()
    assert.equal(response.status, 200, text)
    return text
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line))
  }

  it('gives of every resource what its list gives, with custom fields', async () => {
    const { api } = server.acme
    await oneOfEach(server)
    for (const resource of resources.filter(({ operations }) => operations.includes('list'))) {
      const { name } = resource
      if (resource.operations.includes('create')) {
        await api.made(`/${name}`, await requiredFields(server, resource))
        const { id } = await api.made(`/${name}`, await requiredFields(server, resource))
        await api.delete(`/${name}/${id}`)
      }
      const flags = flagsOf(resource).filter((flag) => flag !== 'include_deleted')
      const inOrder = ['order_field=created_at', ...flags.map((flag) => `${flag}=true`)].join('&')
      assert.deepEqual(await lines(`${name}.ndjson`), await api.all(`/${name}?${inOrder}`), name)
      const deleted = await api.all(`/${name}?${inOrder}&include_deleted=true`)
      assert.deepEqual(await lines(`${name}.ndjson?include_deleted=true`), deleted, name)
      const csv = await ask(`${name}.csv?include_deleted=true`)
      assert.match(csv.headers.get('content-type') ?? '', /^text\/csv/)
      const [header = '', ...rows] = records(await csv.text())
      assert.ok(header.includes('deleted_at'), name)
      assert.deepEqual(
        rows.map((row) => row[header.indexOf('id')]),
        ids(deleted),
      )
      for (const row of rows) assert.equal(row.length, header.length, name)
    }
  })

  it('takes the filters, search and updated_since of the list, and names what it ignores', async () => {
    const { api } = server.acme
    await api.made('/custom_fields', { label: 'Shoe size', category: 'contact', data_type: 'number' })
    await api.made('/contacts', { full_name: 'Filtered In', custom_fields: { shoe_size: 44 } })
    await api.made('/contacts', { full_name: 'Filtered Out', custom_fields: { shoe_size: 38 } })
    const names = async (query: string) => (await lines(`contacts.ndjson?${query}`)).map(({ name }) => name)
    assert.deepEqual(await names('custom_fields[shoe_size][gte]=40'), ['Filtered In'])
    assert.deepEqual(await names('search=filtered'), ['Filtered In', 'Filtered Out'])
    assert.deepEqual(await names('updated_since=2100-01-01T00:00:00Z'), [])
    const response = await ask('contacts.ndjson?search=filtered&colour=red&per_page=1')
    assert.equal((await response.text()).trim().split('\n').length, 2)
    assert.deepEqual(response.headers.get('x-ignored-params')?.split(', ').sort(), ['colour', 'per_page'])
    problemOf(await api.get('/export/contacts.ndjson?updated_since=never'), 400, 'invalid_parameter')
    problemOf(await api.get('/export/nothing.ndjson'), 404, 'not_found')
  })

  it('quotes a table properly, and lets no value be a formula', async () => {
    const { api } = server.other
    await api.made('/custom_fields', { label: 'Note', category: 'contact', data_type: 'text' })
    await api.made('/contacts', {
      full_name: '=HYPERLINK("http://x")',
      company_name: 'Moss, "Fern"\nand Co',
      phone_numbers: [{ kind: 'mobile', phone: '+1 555 010 4477' }],
      custom_fields: { note: '@SUM(A1)' },
    })
    const response = await ask('contacts.csv', server.other)
    assert.match(
      response.headers.get('content-disposition') ?? '',
      /^attachment; filename="contacts-\d{4}-\d\d-\d\d\.csv"$/,
    )
    const [header = [], row = []] = records(await response.text())
    const at = (name: string) => row[header.indexOf(name)]
    assert.equal(at('name'), '\'=HYPERLINK("http://x")')
    assert.equal(at('company_name'), 'Moss, "Fern"\nand Co')
    assert.equal(at('custom_fields.note'), "'@SUM(A1)")
    assert.equal(JSON.parse(at('phone_numbers') ?? '')[0].kind, 'mobile')
  })

  it('counts one request and the records it sent, and does not start without records left', async () => {
    const { api } = server.other
    await api.made('/tags', { name: 'counted' })
    const count = (headers: Pick<Headers, 'get'>, name: string) =>
      Number(headers.get(`x-ratelimit-metric-${name}-count`))
    await server.setBudgets(server.other, 1_000_000, 1_000_000)
    const before = await api.get('/contacts?page=9')
    const sent = (await lines('tags.ndjson', server.other)).length
    assert.ok(sent > 0)
    const after = await api.get('/contacts?page=9')
    assert.equal(count(after.headers, 'requests'), count(before.headers, 'requests') + 2)
    assert.equal(count(after.headers, 'records'), count(before.headers, 'records') + sent)
    await server.setBudgets(server.other, 1_000_000, 1)
    problemOf(await api.get('/export/tags.ndjson'), 429, 'rate_limited')
    await server.setBudgets(server.other, 1_000_000, null)
  })

  it('shows nothing of another account, and only its name to HEAD', async () => {
    const mine = new Set(ids(await lines('contacts.ndjson')))
    for (const { id } of await lines('contacts.ndjson', server.other)) assert.ok(!mine.has(id))
    const head = await server.acme.api.send('HEAD', '/tags')
    assert.equal(head.status, 200)
    const response = await fetch(`${server.url}/rest/export/contacts.csv`, {
      method: 'HEAD',
      headers: { authorization: server.acme.key },
    })
    assert.deepEqual([response.status, await response.text()], [200, ''])
  })

  it('gives 5,000 contacts as the list gives them, and misses or doubles none while others write', async () => {
    await copyContact(server, server.acme, 5_000)
    const flags = 'order_field=created_at&include_custom_fields=true&include_external_ids=true'
    const listed = await server.acme.api.all(`/contacts?${flags}`)
    assert.ok(listed.length >= 5_000)
    assert.deepEqual(await lines('contacts.ndjson'), listed)

    const response = await ask('contacts.ndjson')
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
    let text = ''
    for (let turn = 0; ; turn++) {
      const piece = await reader?.read()
      if (!piece || piece.done) break
      text += piece.value
      if (turn > 5) continue
      const { id } = await server.acme.api.made('/contacts', { full_name: `Meanwhile ${turn}` })
      await server.acme.api.patch(`/contacts/${listed.at(-1 - turn)?.id}`, { tags: ['moved'] })
      await server.acme.api.delete(`/contacts/${id}`)
    }
    const seen = text
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line).id as string)
    const throughout = new Set(ids(listed))
    assert.deepEqual(
      seen.filter((id) => throughout.has(id)),
      ids(listed),
    )
    assert.equal(new Set(seen).size, seen.length)
  })

  it('streams 50,000 rows at constant memory, and stops when the client goes away', async () => {
    const storage = await engine.open()
    const { accountId, key } = await stoppedCompany(storage)
    await fill(storage, accountId, 50_000)
    const node = await startServerProcess(
      { ...storage, close: async () => {} },
      { LOG_LEVEL: 'silent', NODE_OPTIONS: '--max-semi-space-size=4' },
    )
    try {
      await read(node, key, { until: 2_000_000 })
      const recordsSent = async () => {
        const response = await fetch(`${node.url}/rest/info/account`, { headers: { authorization: key } })
        return Number(response.headers.get('x-ratelimit-metric-records-count'))
      }
      // What was on its way is counted; after that, only the questions are.
      const sent = await recordsSent()
      assert.ok(sent < 40_000, `${sent} records were sent to nobody`)
      for (let turn = 1; turn <= 20; turn++) assert.ok((await recordsSent()) < 40_000)
      await read(node, key, { until: 10_000_000 })
      const before = residentMiB(node)
      const { bytes, highest } = await read(node, key, { until: Number.POSITIVE_INFINITY })
      assert.ok(bytes > 15_000_000, `only ${bytes} bytes came`)
      assert.ok(highest - before < 48, `grew from ${before} to ${highest} MiB`)
    } finally {
      await node.stop()
    }
  })
})

/** Reads the export of contacts, and goes away after so many bytes. */
async function read(node: ServerProcess, key: string, { until }: { until: number }) {
  const leaving = new AbortController()
  const response = await fetch(`${node.url}/rest/export/contacts.ndjson`, {
    headers: { authorization: key, 'accept-encoding': 'identity' },
    signal: leaving.signal,
  })
  assert.equal(response.status, 200)
  let bytes = 0
  let highest = 0
  for await (const piece of response.body ?? []) {
    bytes += piece.byteLength
    highest = Math.max(highest, residentMiB(node))
    if (bytes > until) break
  }
  leaving.abort()
  return { bytes, highest }
}

function residentMiB({ pid }: ServerProcess): number {
  const kib = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  return Math.round(Number(kib) / 1024)
}

/** Contacts in a storage that no server uses, and a budget of records that counts them. */
async function fill(storage: OpenEngine, accountId: string, times: number): Promise<void> {
  const engine = await openEngine({ dataDirectory: storage.directory, databaseUrl: storage.url })
  try {
    const settings = { timeZone: 'UTC', ownerId: null, ignored: new Set<string>() }
    const fields = { full_name: 'Copied Often', address: '18 Alder Court, Ashford' }
    const context = { actor: { kind: 'system', id: null }, requestId: null } as const
    await writeAccount(engine, accountId, context, async (writer, tx) => {
      const row = await create(writer, contacts, { fields, wrapper: null }, settings)
      await writer.insert('contacts', copies({ ...row }, times))
      await tx
        .updateTable('account_settings')
        .set({ records_per_minute: 1_000_000_000 })
        .where('account_id', '=', accountId)
        .execute()
    })
  } finally {
    await engine.close()
  }
}

/** Many of one time: the order within it is that of the ids. */
function copies(row: Row, times: number): Row[] {
  return Array.from({ length: times }, (_, turn) => ({
    ...row,
    id: newId(),
    created_at: Number(row.created_at) + Math.floor(turn / 700),
  }))
}

/** As many contacts as one that is made by the API. */
async function copyContact(server: ApiServer, company: Company, times: number): Promise<void> {
  const { id } = await company.api.made('/contacts', {
    full_name: 'Copied Often',
    email_addresses: ['copied@example.com'],
    address: '18 Alder Court, Ashford',
  })
  const context = { actor: { kind: 'system', id: null }, requestId: null } as const
  await writeAccount(server.running.engine, company.accountId, context, async (writer) => {
    const row = await writer.find('contacts', id)
    await writer.insert('contacts', copies({ ...row }, times))
  })
}

/** The records of a CSV text, by RFC 4180. */
function records(text: string): string[][] {
  const found: string[][] = []
  let row: string[] = []
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\n]*))(,|\n)/g)) {
    row.push(quoted === undefined ? (plain ?? '') : quoted.replaceAll('""', '"'))
    if (end === ',') continue
    found.push(row)
    row = []
  }
  return found
}
