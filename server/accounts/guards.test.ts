import assert from 'node:assert/strict'
import { after, before, it } from 'node:test'
import type { FastifyRequest } from 'fastify'
import { forEachEngine } from '../../test/support/engines.ts'
import { recentSignInMs, requireRecentAdmin } from './guards.ts'
import { company, startServer, type TestServer, type Visitor } from './test-server.ts'

forEachEngine((kind) => {
  let server: TestServer
  let admin: Visitor
  before(async () => {
    server = await startServer(await kind.open())
    admin = server.visitor()
    assert.equal((await admin.post('/api/setup', company)).status, 201)
  })
  after(() => server.close())

  it('refuses a key everywhere, with a cookie or without', async () => {
    const authorization = 'Bearer lk_live_0123456789'
    for (const visitor of [admin, server.visitor()]) {
      for (const url of ['/api/session', '/api/company', '/api/people', '/api/invitations']) {
        const answer = await visitor.get(url, { authorization })
        assert.equal(answer.status, 403)
        assert.equal(answer.body.code, 'session_required')
        assert.match(answer.body.error, /An API key can never/)
      }
      const { email, password } = company
      const post = await visitor.post('/api/auth/sign-in/email', { email, password }, { authorization })
      assert.equal(post.body.code, 'session_required')
    }
  })

  it('refuses writes that come from a page of another site', async () => {
    const body = { email: 'new@example.com', role: 'member' }
    const foreign: Record<string, string>[] = [
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
      { 'sec-fetch-site': 'cross-site' },
      { 'content-type': 'text/plain' },
      { 'content-type': 'application/x-www-form-urlencoded' },
    ]
    for (const headers of foreign) {
      for (const url of ['/api/invitations', '/api/auth/sign-in/email', '/api/auth/sign-out']) {
        const answer = await admin.post(url, body, headers)
        assert.equal(answer.status, 403, JSON.stringify(headers))
        assert.equal(answer.body.code, 'cross_site_request')
      }
    }
    assert.equal((await admin.get('/api/invitations')).body.data.length, 0)
  })

  it('takes writes of its own pages and of programs that send JSON', async () => {
    const own: Record<string, string>[] = [
      {},
      { 'content-type': 'application/json; charset=utf-8' },
      { 'sec-fetch-site': 'same-origin', origin: 'http://localhost:80' },
      { origin: 'http://localhost' },
      { origin: 'https://oak.example', host: 'oak.example' },
      { origin: 'http://oak.example:8080', host: 'oak.example:8080' },
    ]
    for (const headers of own) {
      const { account } = (await admin.get('/api/session')).body.signed_in
      const answer = await admin.post('/api/session/account', { account_id: account.id }, headers)
      assert.equal(answer.status, 200, `${JSON.stringify(headers)} ${answer.text}`)
    }
  })

  it('knows its public address, and that the same name without encryption is not it', async () => {
    const publicUrl = 'https://latchkey.example.com'
    const other = await startServer({ ...(await kind.open()), publicUrl })
    const host = 'latchkey.example.com'
    const attempt = (origin: string) =>
      other.visitor().post('/api/session/account', { account_id: 'x' }, { origin, host })
    assert.equal((await attempt(publicUrl)).body.code, 'sign_in_required')
    assert.equal((await attempt('http://latchkey.example.com')).body.code, 'cross_site_request')
    await other.close()
  })

  it('lets an admin of a recent sign-in through the strictest guard', async () => {
    const requestOf = (cookie: string) => ({ headers: { cookie } }) as unknown as FastifyRequest
    const request = requestOf(admin.cookie())
    const session = await requireRecentAdmin(server.accounts, request)
    assert.equal(session.email, company.email)
    assert.equal(session.accountName, company.company_name)
    const old = new Date(Date.now() - recentSignInMs).toISOString()
    await server.engine.writer.updateTable('sessions').set({ created_at: old }).execute()
    await assert.rejects(requireRecentAdmin(server.accounts, request), { code: 'recent_sign_in_required' })
    await server.engine.writer.updateTable('members').set({ role: 'member' }).execute()
    await assert.rejects(requireRecentAdmin(server.accounts, request), { code: 'admin_required' })
    await assert.rejects(requireRecentAdmin(server.accounts, requestOf('')), { code: 'sign_in_required' })
  })

  it('keeps what is answered out of caches', async () => {
    assert.equal((await admin.get('/api/session')).headers['cache-control'], 'no-store')
  })

  it('tells nothing to who is not signed in', async () => {
    const visitor = server.visitor()
    for (const url of ['/api/company', '/api/people', '/api/invitations']) {
      const answer = await visitor.get(url)
      assert.equal(answer.status, 401)
      assert.equal(answer.body.code, 'sign_in_required')
    }
  })
})
