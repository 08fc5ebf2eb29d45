import assert from 'node:assert/strict'
import { afterEach, it } from 'node:test'
import { forEachEngine } from '../../test/support/engines.ts'
import { company, startServer, type TestServer, type Visitor } from './test-server.ts'

const password = company.password

forEachEngine((kind) => {
  let server: TestServer
  const start = async () => {
    server = await startServer(await kind.open())
    const first = await open('Oak Street Homes', 'ada')
    return { ...server, ...first }
  }
  const open = (name: string, admin: string) =>
    server.accounts.openAccount({
      name,
      timeZone: 'America/New_York',
      admin: { name: admin, email: `${admin}@example.com`, password },
    })
  const add = async (accountId: string, name: string, role: 'admin' | 'member') => {
    const person = { name, email: `${name}@example.com`, password, role }
    return (await server.accounts.addPerson(accountId, person)).userId
  }
  const signedIn = async (name: string): Promise<Visitor> => {
    const visitor = server.visitor()
    const body = { email: `${name}@example.com`, password }
    assert.equal((await visitor.post('/api/auth/sign-in/email', body)).status, 200)
    return visitor
  }
  const user = (accountId: string, id: string) =>
    server.engine.reader
      .selectFrom('users')
      .selectAll()
      .where('account_id', '=', accountId)
      .where('id', '=', id)
      .executeTakeFirstOrThrow()
  afterEach(async () => {
    assert.deepEqual(server.errors, [])
    await server.close()
  })

  it('lists the people of the account to each of them', async () => {
    const { accountId } = await start()
    await open('Elm Estates', 'eve')
    await add(accountId, 'bob', 'member')
    const { body } = await (await signedIn('bob')).get('/api/people')
    const shown = body.data.map(({ name, role, you }: Record<string, unknown>) => ({ name, role, you }))
    assert.deepEqual(shown, [
      { name: 'ada', role: 'admin', you: false },
      { name: 'bob', role: 'member', you: true },
    ])
    assert.match(body.data[0].joined_at, /^\d{4}-\d\d-\d\dT.*Z$/)
    assert.deepEqual(Object.keys(body.data[0]), ['id', 'name', 'email', 'role', 'joined_at', 'you'])
  })

  it('lets admins rename the company and nobody else', async () => {
    const { accountId } = await start()
    await add(accountId, 'bob', 'member')
    const [ada, bob] = [await signedIn('ada'), await signedIn('bob')]
    assert.equal((await bob.patch('/api/company', { name: 'Mine' })).body.code, 'admin_required')
    const change = { name: 'Oak & Elm', time_zone: 'America/Chicago' }
    const renamed = await ada.patch('/api/company', change)
    assert.deepEqual(renamed.body, { id: accountId, ...change })
    assert.deepEqual((await bob.get('/api/company')).body, renamed.body)
    assert.equal((await ada.patch('/api/company', { time_zone: '+01:00' })).status, 400)
    assert.equal((await ada.patch('/api/company', {})).status, 200)
  })

  it('changes a role at once, for the person and for the rest of Latchkey', async () => {
    const { accountId } = await start()
    const id = await add(accountId, 'bob', 'member')
    const [ada, bob] = [await signedIn('ada'), await signedIn('bob')]
    assert.equal((await bob.get('/api/invitations')).body.code, 'admin_required')
    const changed = await ada.patch(`/api/people/${id}`, { role: 'admin' })
    assert.equal(changed.status, 200, changed.text)
    assert.equal(changed.body.role, 'admin')
    assert.equal((await bob.get('/api/invitations')).status, 200)
    const row = await user(accountId, id)
    assert.deepEqual([row.role, row.version], ['admin', 2])
    assert.equal((await ada.patch(`/api/people/${id}`, { role: 'owner' })).status, 400)
    const entry = await server.engine.reader
      .selectFrom('audit_entries')
      .selectAll()
      .where('action', '=', 'user.role_changed')
      .executeTakeFirstOrThrow()
    assert.deepEqual(JSON.parse(entry.details), { role: 'admin', previous_role: 'member' })
    assert.equal(entry.subject, id)
  })

  it('refuses a removed person at the next request, and knows them again when they return', async () => {
    const { accountId } = await start()
    const id = await add(accountId, 'bob', 'member')
    const [ada, bob] = [await signedIn('ada'), await signedIn('bob')]
    assert.equal((await bob.get('/api/people')).status, 200)
    assert.equal((await ada.delete(`/api/people/${id}`)).status, 204)
    assert.equal((await bob.get('/api/people')).status, 401)
    const session = (await bob.get('/api/session')).body.signed_in
    assert.deepEqual([session.account, session.role, session.accounts], [null, null, []])
    assert.equal((await ada.get('/api/people')).body.data.length, 1)
    const gone = await user(accountId, id)
    assert.ok(gone.deleted_at)
    assert.equal((await ada.delete(`/api/people/${id}`)).status, 404)

    await add(accountId, 'bob', 'member')
    const back = await user(accountId, id)
    assert.deepEqual([back.deleted_at, back.version], [null, gone.version + 1])
    assert.equal((await bob.get('/api/session')).body.signed_in.account.id, accountId)
    assert.equal((await bob.get('/api/people')).status, 200)
    const changes = await server.engine.reader
      .selectFrom('changes')
      .select('action')
      .where('record_id', '=', id)
      .orderBy('id')
      .execute()
    assert.deepEqual(
      changes.map(({ action }) => action),
      ['created', 'deleted', 'restored'],
    )
  })

  it('lets nobody change or remove themselves', async () => {
    const { userId } = await start()
    const ada = await signedIn('ada')
    const role = await ada.patch(`/api/people/${userId}`, { role: 'member' })
    assert.deepEqual([role.status, role.body.code], [409, 'cannot_change_self'])
    const removal = await ada.delete(`/api/people/${userId}`)
    assert.deepEqual([removal.status, removal.body.code], [409, 'cannot_change_self'])
  })

  it('keeps an admin when two demote or remove each other at the same time', async () => {
    const { accountId, userId: adaId, accounts } = await start()
    const bobId = await add(accountId, 'bob', 'admin')
    const [ada, bob] = [await signedIn('ada'), await signedIn('bob')]
    const answers = await Promise.all([
      ada.patch(`/api/people/${bobId}`, { role: 'member' }),
      bob.delete(`/api/people/${adaId}`),
    ])
    assert.equal(answers.filter(({ status }) => status < 300).length, 1)
    const loser = answers.find(({ status }) => status >= 300)
    assert.ok(['last_admin', 'admin_required', 'not_found', 'sign_in_required'].includes(loser?.body.code))
    assert.equal((await accounts.admins(accountId)).length, 1)
  })

  it('keeps an admin when two demote each other at the same time, and the account goes on', async () => {
    const { accountId, userId: adaId, accounts } = await start()
    const bobId = await add(accountId, 'bob', 'admin')
    const [ada, bob] = [await signedIn('ada'), await signedIn('bob')]
    const answers = await Promise.all([
      ada.patch(`/api/people/${bobId}`, { role: 'member' }),
      bob.patch(`/api/people/${adaId}`, { role: 'member' }),
    ])
    assert.deepEqual(answers.map(({ status }) => status < 300).sort(), [false, true])
    const [left, ...more] = await accounts.admins(accountId)
    assert.deepEqual(more, [])
    const [winner, loser] = left?.id === adaId ? [ada, bobId] : [bob, adaId]
    assert.equal((await winner.patch(`/api/people/${loser}`, { role: 'admin' })).status, 200)
  })

  it('keeps the people of one account from the admins of another', async () => {
    const { accountId } = await start()
    const bobId = await add(accountId, 'bob', 'member')
    await open('Elm Estates', 'eve')
    const eve = await signedIn('eve')
    assert.equal((await eve.patch(`/api/people/${bobId}`, { role: 'admin' })).status, 404)
    assert.equal((await eve.delete(`/api/people/${bobId}`)).status, 404)
    assert.equal((await eve.delete('/api/people/nonsense')).status, 404)
    const switched = await eve.post('/api/session/account', { account_id: accountId })
    assert.deepEqual([switched.status, switched.body.code], [404, 'not_found'])
    assert.equal((await eve.get('/api/company')).body.name, 'Elm Estates')
  })

  it('lets a person of several accounts switch, and opens the last one at the next sign-in', async () => {
    const { accountId } = await start()
    const elm = await open('Elm Estates', 'eve')
    await add(accountId, 'eve', 'member')
    const eve = await signedIn('eve')
    const before = (await eve.get('/api/session')).body.signed_in
    assert.equal(before.accounts.length, 2)
    const switched = await eve.post('/api/session/account', { account_id: elm.accountId })
    assert.equal(switched.body.signed_in.account.id, elm.accountId)
    assert.equal(switched.body.signed_in.role, 'admin')
    assert.equal((await eve.get('/api/company')).body.name, 'Elm Estates')
    assert.equal((await (await signedIn('eve')).get('/api/company')).body.name, 'Elm Estates')
    await eve.post('/api/session/account', { account_id: accountId })
    assert.equal((await eve.get('/api/invitations')).body.code, 'admin_required')
    assert.equal((await (await signedIn('eve')).get('/api/company')).body.name, 'Oak Street Homes')
  })

  it('brings the users in line at the start', async () => {
    const { accountId, userId, engine } = await start()
    await engine.writer.updateTable('identities').set({ name: 'Ada L' }).where('id', '=', userId).execute()
    const { alignAllUsers } = await import('./users.ts')
    await alignAllUsers(engine)
    await alignAllUsers(engine)
    const row = await user(accountId, userId)
    assert.deepEqual([row.name, row.version, row.search_text], ['Ada L', 2, 'ada l ada@example.com'])
  })
})
