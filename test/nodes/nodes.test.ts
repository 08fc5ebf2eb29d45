/**
 * Two processes on one PostgreSQL, and a client that goes from one to the other: what must hold is that nobody can
 * tell them from one. Where PgBouncer is installed, the second reaches the database through it, in transaction mode.
 *
 * What a node does that another began (a claim that ran out, a mail or delivery of a process that died) needs a clock
 * that can be moved, and is tested where it is done: `server/webhooks/nodes.test.ts`, `server/mail/mail.test.ts`,
 * `server/api-keys/expiry/expiry.reminders.test.ts`, `server/rest/counting.test.ts`.
 */
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { setUp } from '../crash/storage.ts'
import { personAt } from '../support/admin.ts'
import { openEngine } from '../support/engines.ts'
import { noPgBouncer, startPgBouncer } from '../support/pgbouncer.ts'
import { openReceiver } from '../support/receiver.ts'
import { type ServerProcess, startServerProcess } from '../support/server-process.ts'
import { type Answer, clientOf, type Nodes, openStream } from './client.ts'

describe(noPgBouncer ? 'two nodes' : 'two nodes, one of them behind PgBouncer', () => {
  const closings: (() => unknown)[] = []
  let nodes: ServerProcess[] = []
  const receiver = openReceiver()
  let api: Nodes
  let key = ''

  before(async () => {
    const own = await openEngine('postgres')
    closings.push(own.close)
    const pooler = noPgBouncer ? null : await startPgBouncer(own.url ?? '')
    closings.push(async () => pooler?.stop())
    const pooled = { ...own, url: pooler?.through(own.url ?? '') ?? own.url }
    key = (await setUp(own, `${receiver.url}/hook`)).key
    const settings = { LOG_LEVEL: 'warn', WEBHOOKS_ALLOW_PRIVATE: 'true' }
    const starts = [own, pooled].map((storage) => startServerProcess(storage, settings))
    nodes = await Promise.all(starts)
    closings.push(() => Promise.all(nodes.map((node) => node.stop())))
    api = clientOf(
      nodes.map(({ url }) => url),
      key,
    )
  })
  after(async () => {
    for (const close of closings.toReversed()) await close()
  })
  const [one, two] = [() => nodes[0]?.url ?? '', () => nodes[1]?.url ?? '']

  it('shows on one what was just answered by the other, and its event', async () => {
    for (let round = 0; round < 10; round++) {
      const { id } = await api.made('/contacts', { full_name: `Rosa Field ${round}` })
      assert.equal((await api.send('GET', `/contacts/${id}`)).status, 200)
      await api.send('PATCH', `/contacts/${id}`, { body: { first_name: `Rosa ${round}` } })
      const { body } = await api.send('GET', `/events?record_id=${id}&per_page=50`)
      assert.deepEqual((body.data as { type: string }[]).map(({ type }) => type).toSorted(), [
        'contact.created',
        'contact.updated',
      ])
    }
  })

  it('makes one write of a key that reaches both at once', async () => {
    const name = 'Only Once'
    const answers = await Promise.all(
      Array.from({ length: 12 }, () =>
        api.send('POST', '/contacts', { body: { full_name: name }, headers: { 'idempotency-key': 'once' } }),
      ),
    )
    const statuses = new Set(answers.map(({ status }) => status))
    assert.ok(statuses.has(201) && [...statuses].every((status) => status === 201 || status === 409))
    const { body } = await api.send('GET', `/contacts?search=${encodeURIComponent(name)}`)
    assert.equal((body.data as unknown[]).length, 1)
  })

  it('loses no change of two writers of one record', async () => {
    const contact = await api.made('/contacts', { full_name: 'Shared' })
    const fields = [
      { first_name: 'Ada' },
      { last_name: 'Lind' },
      { company_name: 'Lind Homes' },
      { tags: ['hot'] },
    ]
    const answers = await Promise.all(
      fields.map((body) => api.send('PATCH', `/contacts/${contact.id}`, { body })),
    )
    assert.deepEqual(
      answers.map(({ status }) => status),
      [200, 200, 200, 200],
    )
    const found = (await api.send('GET', `/contacts/${contact.id}`)).body.data as Record<string, unknown>
    assert.deepEqual([found.first_name, found.last_name, found.company_name], ['Ada', 'Lind', 'Lind Homes'])
  })

  it('delivers each event once, and those of a record in order', async () => {
    const contacts = await Promise.all(
      [0, 1, 2].map((at) => api.made('/contacts', { full_name: `Hook ${at}` })),
    )
    for (let round = 0; round < 3; round++)
      for (const { id } of contacts)
        await api.send('PATCH', `/contacts/${id}`, { body: { full_name: `Turn ${round}` } })
    const idsOf = async (recordId: string) => {
      const { body } = await api.send('GET', `/events?record_id=${recordId}&per_page=50`)
      return (body.data as Event[]).toSorted((a, b) => a.position - b.position).map((event) => event.id)
    }
    const arrived = (recordId: string) =>
      receiver.received
        .map(({ body }) => JSON.parse(body))
        .filter(({ data }) => data.record_id === recordId)
        .map((event) => event.id)
    for (const { id } of contacts) {
      const ids = await idsOf(id)
      assert.equal(ids.length, 4)
      while (arrived(id).length < ids.length) await receiver.waitFor('/hook', receiver.received.length + 1)
      assert.deepEqual(arrived(id), ids)
    }
  })

  it('tells a stream at one of what the other writes', async () => {
    const stream = await openStream(one(), key)
    const sent: Answer = await api.send('POST', '/contacts', { body: { full_name: 'Live' }, at: two() })
    const { id } = sent.body.data as { id: string }
    await stream.has(id)
    await stream.close()
  })

  it('keeps a person signed in on both, until they sign out on either', async () => {
    const email = 'ann@example.com'
    const ann = personAt(one())
    const { status } = await ann.request('POST', '/api/auth/sign-in/email', {
      email,
      password: 'correct horse battery',
    })
    assert.equal(status, 200)
    const there = ann.at(two())
    assert.equal((await there.request('GET', '/api/company')).status, 200)
    const stolen = personAt(one(), new Map([...ann.cookie().split('; ')].map(pair)))
    assert.equal((await there.request('POST', '/api/auth/sign-out')).status, 200)
    assert.equal((await stolen.request('GET', '/api/company')).status, 401)
  })

  it('serves from one the file that the other took', async () => {
    const { id } = await api.made('/contacts', { full_name: 'With a file' })
    const form = new FormData()
    form.set('file', new File(['hello from one'], 'hello.txt'))
    const sent = await api.send('POST', `/contacts/${id}/uploaded_files`, { form, at: one() })
    assert.equal(sent.status, 201)
    const file = sent.body.data as { id: string }
    const got = await fetch(`${two()}/rest/uploaded_files/${file.id}/content`, {
      headers: { authorization: `Bearer ${key}` },
    })
    assert.equal(await got.text(), 'hello from one')
  })

  it('lets through what the budget of a key says, whichever they come to', async () => {
    const limit = 25
    const made = await personWithKey(one(), limit)
    const limited = clientOf([one(), two()], made)
    const answers = await Promise.all(
      Array.from({ length: 2 * limit }, () => limited.send('GET', '/contacts?per_page=1')),
    )
    const through = answers.filter(({ status }) => status === 200)
    assert.equal(through.length, limit)
    assert.ok(answers.every(({ status }) => status === 200 || status === 429))
  })
})

interface Event {
  id: string
  position: number
}

function pair(text: string): [string, string] {
  const at = text.indexOf('=')
  return [text.slice(0, at), text.slice(at + 1)]
}

/** A key of its own with a budget of its own. */
async function personWithKey(url: string, requests: number): Promise<string> {
  const ann = personAt(url)
  await ann.request('POST', '/api/auth/sign-in/email', {
    email: 'ann@example.com',
    password: 'correct horse battery',
  })
  const { status, body } = await ann.request('POST', '/api/rest-access/keys', {
    name: 'Limited',
    scopes: ['*:read'],
    requests_per_minute: requests,
  })
  assert.equal(status, 201, JSON.stringify(body))
  return String(body.secret)
}
