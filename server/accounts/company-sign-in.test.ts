import assert from 'node:assert/strict'
import { afterEach, it } from 'node:test'
import { forEachEngine } from '../../test/support/engines.ts'
import { type IdentityProvider, openIdentityProvider } from '../../test/support/identity-provider.ts'
import type { Oidc } from '../config.ts'
import { company, startServer, type TestServer, type Visitor } from './test-server.ts'

const { email, password } = company
const publicUrl = 'http://localhost:3000'
const callback = `${publicUrl}/api/auth/company/callback`
const ada = { sub: 'ada-1', email: 'Ada@example.com', email_verified: true, name: 'Ada L' }

forEachEngine((kind) => {
  let server: TestServer
  let provider: IdentityProvider
  const start = async (settings: Partial<Oidc> = {}) => {
    provider = await openIdentityProvider(callback)
    const { issuer, clientId, clientSecret } = provider
    const oidc = { issuer, clientId, clientSecret, name: 'Acme', trustEmail: false, only: false, ...settings }
    server = await startServer({ ...(await kind.open()), publicUrl, oidc })
    const { accountId, userId } = await server.accounts.openAccount({
      name: company.company_name,
      timeZone: company.time_zone,
      admin: { name: company.name, email, password },
    })
    return { ...server, accountId, userId }
  }
  /** To the provider; where it sends the browser back. */
  const goThere = async (visitor: Visitor, query = '') => {
    const begun = await visitor.get(`/api/auth/company/start${query}`)
    assert.equal(begun.status, 302, begun.text)
    return provider.visit(String(begun.headers.location))
  }
  /** There and back; where the browser ends. */
  const signIn = async (visitor: Visitor, query = '') => {
    const { pathname, search } = await goThere(visitor, query)
    const answer = await visitor.get(`${pathname}${search}`)
    assert.equal(answer.status, 302, answer.text)
    return String(answer.headers.location)
  }
  const problemOf = (location: string) => new URL(location, publicUrl).searchParams.get('problem')
  const userOf = async (visitor: Visitor) => (await visitor.get('/api/session')).body.signed_in?.user.id
  const audit = async () => {
    const rows = await server.engine.reader
      .selectFrom('audit_entries')
      .select(['action', 'details'])
      .where('action', '!=', 'account.created')
      .orderBy('id')
      .execute()
    return rows.map(({ action, details }) => [action, JSON.parse(details)])
  }
  afterEach(async () => {
    assert.deepEqual(server.errors, [])
    await provider.close()
    await server.close()
  })

  it('signs a member in by the proven address, and goes on to where they came from', async () => {
    const { userId } = await start()
    provider.setPerson(ada)
    const visitor = server.visitor()
    assert.deepEqual((await visitor.get('/api/session')).body.sign_in, {
      password: true,
      passkey: true,
      company: { name: 'Acme' },
    })
    assert.equal(await signIn(visitor, '?next=/settings/people'), '/settings/people')
    const { signed_in: session } = (await visitor.get('/api/session')).body
    assert.deepEqual([session.user.id, session.recent_sign_in], [userId, true])
    assert.deepEqual([...visitor.cookies.keys()], ['latchkey.session_token'])
    const [request] = provider.requests
    assert.equal(request?.get('code_challenge_method'), 'S256')
    assert.ok(request?.get('nonce') && request.get('state'))
    assert.deepEqual(await audit(), [
      ['user.company_identity_linked', {}],
      ['user.signed_in', { by: 'company identity' }],
    ])
  })

  it('goes on to no other site', async () => {
    await start()
    provider.setPerson(ada)
    for (const next of ['https://evil.example', '//evil.example', '/\\evil.example', 'javascript:1']) {
      assert.equal(await signIn(server.visitor(), `?next=${encodeURIComponent(next)}`), '/')
    }
  })

  it('knows a linked person by issuer and subject, whatever their address is now', async () => {
    const { userId } = await start()
    provider.setPerson(ada)
    await signIn(server.visitor())
    const visitor = server.visitor()
    provider.setPerson({ ...ada, email: 'ada.married@example.com' })
    await signIn(visitor)
    assert.equal(await userOf(visitor), userId)

    const newcomer = server.visitor()
    provider.setPerson({ sub: 'somebody-else', email, email_verified: true })
    assert.equal(problemOf(await signIn(newcomer)), 'other_identity')
    assert.equal(await userOf(newcomer), undefined)
  })

  it('lets in neither strangers nor those who were removed', async () => {
    const { accountId } = await start()
    provider.setPerson({ sub: 'eve', email: 'eve@example.com', email_verified: true })
    const eve = server.visitor()
    assert.equal(problemOf(await signIn(eve)), 'not_invited')
    assert.equal(await userOf(eve), undefined)
    const identities = await server.engine.reader.selectFrom('identities').select('email').execute()
    assert.deepEqual(
      identities.map((row) => row.email),
      [email],
    )

    const bob = { name: 'Bob', email: 'bob@example.com', password, role: 'member' as const }
    const { userId: bobId } = await server.accounts.addPerson(accountId, bob)
    provider.setPerson({ sub: 'bob', email: bob.email, email_verified: true })
    assert.equal(await signIn(server.visitor()), '/')
    const admin = server.visitor()
    await admin.post('/api/auth/sign-in/email', { email, password })
    assert.equal((await admin.delete(`/api/people/${bobId}`)).status, 204)
    assert.equal(problemOf(await signIn(server.visitor())), 'not_invited')
  })

  it('believes an address only when the provider says that it is proven, or the operator does', async () => {
    await start()
    for (const email_verified of [false, undefined]) {
      provider.setPerson({ sub: 'ada-1', email, ...(email_verified === false && { email_verified }) })
      assert.equal(problemOf(await signIn(server.visitor())), 'email_unproven')
    }
    provider.setPerson({ sub: 'ada-1' })
    assert.equal(problemOf(await signIn(server.visitor())), 'email_unproven')
    await provider.close()
    await server.close()
    await start({ trustEmail: true })
    provider.setPerson({ sub: 'ada-1', email })
    assert.equal(await signIn(server.visitor()), '/')
  })

  it('brings somebody who was invited to their invitation, which makes them a member', async () => {
    const { accountId } = await start()
    const admin = server.visitor()
    await admin.post('/api/auth/sign-in/email', { email, password })
    const invited = await admin.post('/api/invitations', { email: 'cleo@example.com', role: 'member' })
    const { id } = invited.body
    provider.setPerson({ sub: 'cleo', email: 'cleo@example.com', email_verified: true, name: 'Cleo C' })
    const cleo = server.visitor()
    assert.equal(await signIn(cleo), `/invitations/${id}`)
    const accepted = await cleo.post(`/api/invitations/${id}/accept`)
    assert.equal(accepted.status, 200, accepted.text)
    assert.equal(accepted.body.signed_in.account.id, accountId)
    assert.equal((await cleo.get('/api/two-factor')).body.has_password, false)
    assert.equal(await signIn(server.visitor()), '/')
  })

  it('refuses an answer of another journey, an altered one, and one that comes twice', async () => {
    await start()
    provider.setPerson(ada)
    const [one, two] = [server.visitor(), server.visitor()]
    const back = await goThere(one)
    await goThere(two)
    const failed = async (visitor: Visitor, url: URL) =>
      problemOf(String((await visitor.get(`${url.pathname}${url.search}`)).headers.location))
    assert.equal(await failed(two, back), 'company_sign_in_failed')
    assert.equal(await failed(server.visitor(), back), 'company_sign_in_failed')
    const altered = await goThere(two)
    altered.searchParams.set('state', 'another')
    assert.equal(await failed(two, altered), 'company_sign_in_failed')
    assert.equal(await userOf(two), undefined)
    assert.equal(await failed(one, back), null)
    const used = await goThere(one)
    assert.equal(await failed(one, used), null)
    assert.equal(await failed(one, used), 'company_sign_in_failed')
  })

  it('refuses a token that was made for another nonce', async () => {
    await start()
    provider.setPerson(ada)
    const visitor = server.visitor()
    const begun = await visitor.get('/api/auth/company/start')
    const there = new URL(String(begun.headers.location))
    there.searchParams.set('nonce', 'of-somebody-else')
    const back = await provider.visit(there.href)
    const answer = await visitor.get(`${back.pathname}${back.search}`)
    assert.equal(problemOf(String(answer.headers.location)), 'company_sign_in_failed')
    assert.equal(await userOf(visitor), undefined)
  })

  it('asks the provider to ask again, and takes nobody else then', async () => {
    const { accountId, userId } = await start()
    const bob = { name: 'Bob', email: 'bob@example.com', password, role: 'member' as const }
    await server.accounts.addPerson(accountId, bob)
    provider.setPerson(ada)
    const visitor = server.visitor()
    await signIn(visitor)
    await server.engine.writer
      .updateTable('sessions')
      .set({ created_at: '2026-01-01T00:00:00.000Z' })
      .execute()
    const isRecent = async () => (await visitor.get('/api/session')).body.signed_in.recent_sign_in
    assert.equal(await isRecent(), false)
    provider.setPerson({ sub: 'bob', email: bob.email, email_verified: true })
    assert.equal(problemOf(await signIn(visitor, '?again=true')), 'other_person')
    assert.equal(await isRecent(), false)
    provider.setPerson(ada)
    assert.equal(await signIn(visitor, '?again=true&next=/settings/people'), '/settings/people')
    assert.deepEqual([await isRecent(), await userOf(visitor)], [true, userId])
    const last = provider.requests.at(-1)
    assert.deepEqual([last?.get('prompt'), last?.get('max_age')], ['login', '0'])
  })

  it('says so when the provider is down, and works again once it is back', async () => {
    await start()
    provider.setPerson(ada)
    await provider.goDown()
    const answer = await server.visitor().get('/api/auth/company/start')
    assert.equal(problemOf(String(answer.headers.location)), 'provider_unreachable')
    assert.equal(server.errors.length, 1)
    server.errors.length = 0
    await provider.comeBack()
    assert.equal(await signIn(server.visitor()), '/')
  })

  it('refuses passwords and passkeys where the provider alone lets people in, but for the operator', async () => {
    await start({ only: true })
    const visitor = server.visitor()
    const refusals: [string, object][] = [
      ['/api/auth/sign-in/email', { email, password }],
      ['/api/auth/request-password-reset', { email }],
      ['/api/auth/change-password', { currentPassword: password, newPassword: `${password}2` }],
      ['/api/auth/passkey/begin', {}],
      ['/api/auth/passkey', { response: {} }],
      ['/api/passkeys/confirm/begin', {}],
      ['/api/passkeys/confirm', { response: {} }],
    ]
    for (const [path, body] of refusals) {
      const refused = await visitor.post(path, body)
      assert.deepEqual([refused.status, refused.body.code], [403, 'password_sign_in_off'], path)
    }
    const ways = (await visitor.get('/api/session')).body.sign_in
    assert.deepEqual(ways, { password: false, passkey: false, company: { name: 'Acme' } })
    const link = await server.accounts.resetLink(email)
    const token = new URL(link ?? '').searchParams.get('token')
    const newPassword = 'a wholly new password'
    const back = await visitor.post('/api/auth/reset-password', { newPassword, token })
    assert.deepEqual(back.body, { status: true, signed_in: true })
    assert.ok(await userOf(visitor))
    provider.setPerson(ada)
    assert.equal(await signIn(server.visitor()), '/')
  })
})
