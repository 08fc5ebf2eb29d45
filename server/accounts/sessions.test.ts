import assert from 'node:assert/strict'
import { afterEach, it } from 'node:test'
import { forEachEngine } from '../../test/support/engines.ts'
import { type Answer, company, startServer, type TestServer, type Visitor } from './test-server.ts'

const { email, password } = company
const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0'

forEachEngine((kind) => {
  let server: TestServer
  const start = async () => {
    server = await startServer(await kind.open())
    const { accountId, userId } = await server.accounts.openAccount({
      name: company.company_name,
      timeZone: company.time_zone,
      admin: { name: company.name, email, password },
    })
    return { ...server, accountId, userId }
  }
  const signedIn = async (address = email, userAgent = firefox): Promise<Visitor> => {
    const visitor = server.visitor()
    const headers = { 'user-agent': userAgent }
    const answer = await visitor.post('/api/auth/sign-in/email', { email: address, password }, headers)
    assert.equal(answer.status, 200, answer.text)
    return visitor
  }
  const addBob = async (accountId: string) => {
    const bob = { name: 'Bob', email: 'bob@example.com', password, role: 'member' as const }
    return (await server.accounts.addPerson(accountId, bob)).userId
  }
  const isIn = async (visitor: Visitor) => (await visitor.get('/api/company')).status === 200
  const audit = async () => {
    const rows = await server.engine.reader
      .selectFrom('audit_entries')
      .select(['action', 'subject', 'details'])
      .where('action', 'like', '%session%')
      .orderBy('id')
      .execute()
    return rows.map(({ action, details }) => [action, JSON.parse(details)])
  }
  const shown = ({ body }: Answer) =>
    body.data.map((row: Record<string, unknown>) => [row.user_agent, row.this_one])
  afterEach(async () => {
    assert.deepEqual(server.errors, [])
    await server.close()
  })

  it('lists where a person is signed in, and nobody else', async () => {
    const { accountId } = await start()
    await addBob(accountId)
    await signedIn('bob@example.com')
    const old = await signedIn(email, 'Old phone')
    const visitor = await signedIn()
    const answer = await visitor.get('/api/sessions')
    assert.deepEqual(shown(answer), [
      [firefox, true],
      ['Old phone', false],
    ])
    const [own] = answer.body.data
    const names = ['id', 'user_agent', 'address', 'signed_in_at', 'last_seen_at', 'this_one']
    assert.deepEqual(Object.keys(own), names)
    assert.equal(own.address, '127.0.0.1')
    assert.deepEqual(shown(await old.get('/api/sessions')), [
      ['Old phone', true],
      [firefox, false],
    ])
    assert.equal((await server.visitor().get('/api/sessions')).body.code, 'sign_in_required')
  })

  it('tells when a session was last used', async () => {
    const { engine } = await start()
    const visitor = await signedIn()
    const then = '2026-01-01T00:00:00.000Z'
    await engine.writer.updateTable('sessions').set({ created_at: then, last_seen_at: then }).execute()
    const seen = async () => (await visitor.get('/api/sessions')).body.data[0].last_seen_at
    assert.equal(await seen(), then)
    assert.ok(await isIn(visitor))
    const noted = await seen()
    assert.ok(noted > then)
    assert.ok(await isIn(visitor))
    assert.equal(await seen(), noted)
  })

  it('ends one session, at its next request, and none of another person', async () => {
    const { accountId } = await start()
    await addBob(accountId)
    const [bob, old, visitor] = [await signedIn('bob@example.com'), await signedIn(), await signedIn()]
    const theirs = (await bob.get('/api/sessions')).body.data[0].id
    assert.equal((await visitor.delete(`/api/sessions/${theirs}`)).status, 404)
    assert.equal((await visitor.delete('/api/sessions/nonsense')).status, 404)
    const other = (await visitor.get('/api/sessions')).body.data[1].id
    assert.equal((await visitor.delete(`/api/sessions/${other}`)).status, 204)
    assert.equal((await visitor.delete(`/api/sessions/${other}`)).status, 404)
    assert.deepEqual([await isIn(old), await isIn(visitor), await isIn(bob)], [false, true, true])
    assert.deepEqual(await audit(), [['user.session_ended', {}]])
  })

  it('ends all other sessions', async () => {
    await start()
    const [one, two, visitor] = [await signedIn(), await signedIn(), await signedIn()]
    assert.deepEqual((await visitor.post('/api/sessions/end-others')).body, { ended: 2 })
    assert.deepEqual((await visitor.post('/api/sessions/end-others')).body, { ended: 0 })
    assert.deepEqual([await isIn(one), await isIn(two), await isIn(visitor)], [false, false, true])
    assert.deepEqual(await audit(), [['user.other_sessions_ended', {}]])
  })

  it('lets an admin sign another person of the account out everywhere', async () => {
    const { accountId, userId } = await start()
    const bobId = await addBob(accountId)
    const [ada, one, two] = [
      await signedIn(),
      await signedIn('bob@example.com'),
      await signedIn('bob@example.com'),
    ]
    assert.equal((await one.post(`/api/people/${userId}/end-sessions`)).body.code, 'admin_required')
    assert.equal((await ada.post(`/api/people/${userId}/end-sessions`)).body.code, 'cannot_change_self')
    assert.deepEqual((await ada.post(`/api/people/${bobId}/end-sessions`)).body, { ended: 2 })
    assert.deepEqual([await isIn(one), await isIn(two), await isIn(ada)], [false, false, true])
    assert.deepEqual(await audit(), [['user.sessions_ended', { sessions: 2 }]])
    const eve = { name: 'Eve', email: 'eve@example.com', password }
    const elm = await server.accounts.openAccount({ name: 'Elm', timeZone: 'America/New_York', admin: eve })
    assert.equal((await ada.post(`/api/people/${elm.userId}/end-sessions`)).status, 404)
  })
})
