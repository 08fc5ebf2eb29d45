import assert from 'node:assert/strict'
import { before, it } from 'node:test'
import { type Client, dataOf, type Fields, listOf, problemOf } from '../../test/api/client.ts'
import { oneOfEach } from '../../test/api/records.ts'
import { type Company, password, startApi } from '../../test/api/server.ts'
import { personAt } from '../../test/support/admin.ts'
import { forEachEngine } from '../../test/support/engines.ts'
import { hashKey } from '../api-keys/key-at-rest.ts'
import { newKey } from '../api-keys/key-format.ts'
import { ApiError } from '../errors/api-error.ts'
import { resources } from '../resources/operations.ts'
import { accountStore } from '../storage/account-store.ts'
import { resetSandbox } from './sandbox.ts'
import { setUpOf } from './set-up.ts'
import { clearedTables } from './tables.ts'
import { adminOf, openSandbox, type Sandbox } from './testing.ts'

forEachEngine((engine) => {
  const server = startApi(engine)
  let sandbox: Sandbox
  const open = (id: string) => ({ account_id: id })
  const codeOf = ({ body }: { body: Record<string, unknown> }) => body.code

  before(async () => {
    await oneOfEach(server)
    await server.acme.api.put('/pipelines/by_external_id/crm/7', { name: 'From elsewhere' })
    await server.addMember('mia@example.com')
    sandbox = await openSandbox(server, 'set_up')
  })

  it('begins with the set-up, the people and the settings of its company, and nothing else', async () => {
    for (const { name } of setUpOf(resources)) {
      const live = await setUpIn(server.acme.api, name)
      assert.ok(live.length > 0, name)
      assert.deepEqual(await setUpIn(sandbox.api, name), live, name)
    }
    const emails = async (api: Client) => (await api.all('/users')).map(({ email, role }) => [email, role])
    assert.deepEqual(await emails(sandbox.api), await emails(server.acme.api))
    const byId = dataOf(await sandbox.api.get('/pipelines/by_external_id/crm/7'))
    assert.equal(byId.name, 'From elsewhere')
    for (const name of ['deals', 'contacts', 'processes', 'tasks', 'webhook_subscriptions'])
      assert.deepEqual(listOf(await sandbox.api.get(`/${name}`)), [], name)
    const account = dataOf(await sandbox.api.get('/info/account'))
    assert.deepEqual([account.name, account.id], ['Acme Homes (sandbox)', sandbox.accountId])
    const found = await sandbox.api.get('/pipelines?search=owners')
    assert.equal(listOf(found).length, listOf(await server.acme.api.get('/pipelines?search=owners')).length)
    const { body } = await sandbox.admin.request('GET', '/api/sandbox')
    const { key, state, filled_with } = body.sandbox as Fields
    assert.match(String((key as Fields).masked), /^lk_test_•+\w{4}$/)
    assert.deepEqual([state, filled_with], ['ready', 'set_up'])
  })

  it('takes the ids of the set-up as the live account does', async () => {
    const [pipeline] = await server.acme.api.all('/pipelines')
    const deal = await sandbox.api.made('/deals', { name: 'A try', pipeline_id: pipeline?.id })
    problemOf(await server.acme.api.get(`/deals/${deal.id}`), 404, 'not_found')
  })

  it('is opened by a test key alone, and the live account by a live one', async () => {
    assert.match(sandbox.key, /^lk_test_/)
    assert.match(server.acme.key, /^lk_live_/)
    const rows = accountStore(server.running.engine.reader, sandbox.accountId).from('api_keys')
    const { id } = await rows.select('id').executeTakeFirstOrThrow()
    for (const [kind, account_id, key_id] of [
      ['live', sandbox.accountId, String(id)],
      ['test', server.acme.accountId, await idOfKey(server.acme)],
    ] as const) {
      const key = newKey(kind)
      const row = { hash: hashKey(key), account_id, key_id }
      await server.running.engine.transaction((tx) => tx.insertInto('api_key_hashes').values(row).execute())
      const client = server.client({ authorization: `Bearer ${key}` })
      problemOf(await client.get('/deals'), 401, 'invalid_access_token')
    }
    const { body } = await sandbox.admin.request('POST', '/api/session/account', open(sandbox.accountId))
    assert.ok(body.signed_in)
    const rotated = await sandbox.admin.request('POST', '/api/rest-access/rotate')
    assert.match(String(rotated.body.secret), /^lk_test_/)
    problemOf(await sandbox.api.get('/deals'), 401, 'invalid_access_token')
    sandbox = { ...sandbox, key: String(rotated.body.secret) }
    sandbox.api = server.client({ authorization: `Bearer ${sandbox.key}` })
    assert.equal((await sandbox.api.get('/deals')).status, 200)
    await sandbox.admin.request('POST', '/api/session/account', open(server.acme.accountId))
  })

  it('has the people of its company, as they come, change and go', async () => {
    const { running, acme } = server
    const person = { name: 'Nell New', email: 'nell@example.com', password, role: 'member' as const }
    const { userId } = await running.accounts.addPerson(acme.accountId, person)
    const nell = personAt(server.url)
    await nell.request('POST', '/api/auth/sign-in/email', { email: person.email, password })
    const first = (await nell.request('GET', '/api/session')).body.signed_in as Fields
    assert.equal((first.account as Fields).id, acme.accountId)
    const { body } = await nell.request('POST', '/api/session/account', open(sandbox.accountId))
    const { account, role } = body.signed_in as Fields
    assert.deepEqual((account as Fields).sandbox_of, { id: acme.accountId, name: 'Acme Homes' })
    assert.equal(role, 'member')

    await sandbox.admin.request('PATCH', `/api/people/${userId}`, { role: 'admin' })
    const user = async () => dataOf(await sandbox.api.get(`/users/${userId}?include_deleted=true`))
    assert.equal((await user()).role, 'admin')
    const gone = await sandbox.admin.request('DELETE', `/api/people/${userId}`)
    assert.equal(gone.status, 204, JSON.stringify(gone.body))
    problemOf(await sandbox.api.get(`/users/${userId}`), 404, 'not_found')
    const after = (await nell.request('GET', '/api/session')).body.signed_in as Fields
    assert.deepEqual([after.account, after.accounts], [null, []])
  })

  it('gives its members what they may do in the company', async () => {
    const people = (await sandbox.admin.request('GET', '/api/people')).body.data as Fields[]
    const mia = people.find(({ email }) => email === 'mia@example.com')
    const [pipeline] = await server.acme.api.all('/pipelines')
    const permissions = {
      pipelines: { others: [], named: { [String(pipeline?.id)]: null } },
      process_types: { others: [], named: {} },
      see_others_tasks: false,
    }
    const path = `/api/people/${mia?.id}/permissions`
    const set = await sandbox.admin.request('PUT', path, permissions)
    assert.equal(set.status, 200, JSON.stringify(set.body))
    await sandbox.admin.request('POST', '/api/session/account', open(sandbox.accountId))
    assert.deepEqual((await sandbox.admin.request('GET', path)).body.permissions, permissions)
    assert.equal(codeOf(await sandbox.admin.request('PUT', path, permissions)), 'refused_in_sandbox')
  })

  it('refuses in itself what belongs to the company', async () => {
    const { admin } = sandbox
    const people = (await admin.request('GET', '/api/people')).body.data as Fields[]
    const mia = people.find(({ you }) => !you)
    for (const [method, path, body] of [
      ['PATCH', `/api/people/${mia?.id}`, { role: 'admin' }],
      ['DELETE', `/api/people/${mia?.id}`, {}],
      ['POST', '/api/invitations', { email: 'new@example.com', role: 'member' }],
      ['PATCH', '/api/company', { name: 'Another name' }],
      ['POST', '/api/sandbox', { fill: 'empty' }],
    ] as const) {
      const refused = await admin.request(method, path, body)
      assert.deepEqual([refused.status, codeOf(refused)], [403, 'refused_in_sandbox'], path)
    }
    assert.equal((await admin.request('PATCH', '/api/company', { time_zone: 'UTC' })).status, 200)
    await admin.request('POST', '/api/session/account', open(server.acme.accountId))
    await admin.request('PATCH', '/api/company', { name: 'Acme Houses' })
    const account = dataOf(await sandbox.api.get('/info/account'))
    assert.deepEqual([account.name, account.time_zone], ['Acme Houses (sandbox)', 'UTC'])
  })

  it('shows a member that it is there, and lets only an admin who has signed in make or reset it', async () => {
    const mia = personAt(server.url)
    await mia.request('POST', '/api/auth/sign-in/email', { email: 'mia@example.com', password })
    const { body } = await mia.request('GET', '/api/sandbox')
    const { account_id, key } = body.sandbox as Fields
    assert.deepEqual([body.may_manage, account_id, key], [false, sandbox.accountId, null])
    for (const path of ['/api/sandbox', '/api/sandbox/reset', '/api/sandbox/reveal']) {
      assert.equal(codeOf(await mia.request('POST', path, { fill: 'empty' })), 'admin_required', path)
      const byKey = await fetch(`${server.url}${path}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${sandbox.key}`, 'content-type': 'application/json' },
        body: '{"fill":"empty"}',
      })
      assert.equal(
        codeOf({ body: (await byKey.json()) as Record<string, unknown> }),
        'session_required',
        path,
      )
    }
    const again = await sandbox.admin.request('POST', '/api/sandbox', { fill: 'empty' })
    assert.deepEqual([again.status, codeOf(again)], [409, 'sandbox_exists'])
    const wrong = await sandbox.admin.request('POST', '/api/sandbox/reset', { fill: 'all' })
    assert.deepEqual([wrong.status, codeOf(wrong)], [400, 'invalid_field'])
  })

  it('is emptied by a reset, while its keys go on and its files are tidied', async () => {
    const { running } = server
    await sandbox.admin.request('POST', '/api/sandbox/reset', { fill: 'empty' })
    const inSandbox: Company = { ...server.acme, accountId: sandbox.accountId, api: sandbox.api }
    const made = await oneOfEach(server, inSandbox)
    await sandbox.api.made('/emails', { to: ['rosa@example.com'], subject: 'Friday' })
    await running.publisher.publishAll()
    await running.messaging.deliverSoon()
    const store = accountStore(running.engine.reader, sandbox.accountId)
    const content = await store.from('uploaded_files').select('content_id').executeTakeFirstOrThrow()
    const { status, body } = await sandbox.admin.request('POST', '/api/sandbox/reset', { fill: 'empty' })
    assert.equal(status, 200, JSON.stringify(body))
    for (const table of clearedTables)
      assert.deepEqual(await store.from(table).selectAll().execute(), [], table)
    const loose = store.from('loose_contents').where('content_id', '=', content.content_id ?? null)
    assert.equal((await loose.selectAll().execute()).length, 1)
    assert.deepEqual(listOf(await sandbox.api.get('/contacts?search=rosa')), [])
    problemOf(await sandbox.api.get(`/deals/${made.deals?.id}`), 404, 'not_found')
    assert.equal((await server.acme.api.get('/deals')).status, 200)
    assert.ok(listOf(await server.acme.api.get('/deals')).length > 0)
    for (const api of [server.acme.api, sandbox.api]) {
      const [entry] = listOf(await api.get('/audit_entries?action=sandbox.reset&order_direction=desc'))
      assert.deepEqual(
        [(entry?.subject as Fields | undefined)?.id, entry?.details],
        [sandbox.accountId, { filled_with: 'empty' }],
      )
    }
    await sandbox.api.made('/contacts', { full_name: 'After it' })
    await running.publisher.publishAll()
    const [event] = listOf(await sandbox.api.get('/events'))
    assert.ok(Number(event?.position) > 1, 'positions go on')
  })

  it('is reset by one of two who do it at once, from the sandbox as well, and filled with demo data', async () => {
    const lone = await server.openCompany('Lone Homes', 'lone@example.com')
    const { admin, api, accountId } = await openSandbox(server, 'empty', lone)
    const other = await adminOf(server, lone)
    await other.request('POST', '/api/session/account', open(accountId))
    const both = await Promise.all(
      [admin, other].map((one) => one.request('POST', '/api/sandbox/reset', { fill: 'demo' })),
    )
    assert.deepEqual(both.map(({ status }) => status).sort(), [200, 409], JSON.stringify(both))
    assert.ok(both.some((answer) => codeOf(answer) === 'sandbox_busy'))
    const { sandbox: shown } = (await other.request('GET', '/api/sandbox')).body as { sandbox: Fields }
    assert.deepEqual([shown.filled_with, shown.state], ['demo', 'ready'])
    const { tasks, deals } = shown.counts as Record<string, number>
    assert.ok(Number(tasks) > 100 && Number(deals) > 10)
    const people = (await api.all('/tasks')).map(({ assignee }) => (assignee as Fields | null)?.email)
    assert.deepEqual(new Set(people), new Set([lone.email]))
  })

  it('is empty, and says what to do, where demo data could not be written', async () => {
    const { running, acme } = server
    const { engine } = running
    let transactions = 0
    const breaking: typeof engine = {
      ...engine,
      // The first two take the sandbox and empty it, the third makes the set-up.
      transaction: (work) =>
        ++transactions === 4 ? Promise.reject(new Error('the disk is full')) : engine.transaction(work),
    }
    const errors: string[] = []
    const { secrets, files } = running
    const log = { error: (_: object, message: string) => void errors.push(message) }
    const parts = { engine: breaking, secrets, files, resources, log }
    const by = { userId: acme.adminId, name: 'Ann Ash', email: acme.email, accountId: acme.accountId }
    const session = { ...by, accountName: 'Acme Houses', role: 'admin' as const, signedInAt: Date.now() }
    const origin = { address: null, userAgent: null, requestId: null }
    await assert.rejects(
      resetSandbox(parts, { by: session, origin }, 'demo'),
      (error) => error instanceof ApiError && error.code === 'sandbox_not_filled',
    )
    assert.deepEqual(errors, ['A sandbox could not be filled with demo data'])
    assert.deepEqual(listOf(await sandbox.api.get('/pipelines')), [])
    const { filled_with, state } = (await sandbox.admin.request('GET', '/api/sandbox')).body.sandbox as Fields
    assert.deepEqual([filled_with, state], ['empty', 'ready'])
  })

  it('says that it is unfinished where whoever filled it has died, and is mended by a reset', async () => {
    const set = { filling_until: Date.now() - 1 }
    await server.running.engine.transaction((tx) => tx.updateTable('sandboxes').set(set).execute())
    const shown = async () =>
      ((await sandbox.admin.request('GET', '/api/sandbox')).body.sandbox as Fields).state
    assert.equal(await shown(), 'unfinished')
    assert.equal((await sandbox.admin.request('POST', '/api/sandbox/reset', { fill: 'set_up' })).status, 200)
    assert.equal(await shown(), 'ready')
  })

  /** Apart from how many records have it, which is of the account. */
  async function setUpIn(api: Client, name: string): Promise<object[]> {
    const records = await api.all(`/${name}?include_external_ids=true`)
    return records.map(({ record_count: _, ...record }) => record)
  }

  async function idOfKey({ accountId }: Company): Promise<string> {
    const rows = accountStore(server.running.engine.reader, accountId).from('api_keys')
    return String((await rows.select('id').executeTakeFirstOrThrow()).id)
  }
})
