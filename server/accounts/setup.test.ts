import assert from 'node:assert/strict'
import { afterEach, it } from 'node:test'
import { forEachEngine } from '../../test/support/engines.ts'
import { company, startServer, type TestServer } from './test-server.ts'

forEachEngine((kind) => {
  let server: TestServer
  const start = async (options: { publicUrl?: string } = {}) => {
    server = await startServer({ ...(await kind.open()), ...options })
    return server
  }
  afterEach(async () => {
    assert.deepEqual(server.errors, [])
    await server.close()
  })

  it('opens the company at the first visit and signs its admin in', async () => {
    const visitor = (await start()).visitor()
    const before = await visitor.get('/api/session')
    assert.deepEqual(before.body, {
      setup_required: true,
      setup_code_required: false,
      mail_enabled: false,
      support: 'support@example.com',
      sign_in: { password: true, passkey: true, company: null },
      signed_in: null,
    })
    const answer = await visitor.post('/api/setup', company)
    assert.equal(answer.status, 201, answer.text)
    assert.equal(answer.body.setup_required, false)
    assert.equal(answer.body.signed_in.role, 'admin')
    assert.equal(answer.body.signed_in.recent_sign_in, true)
    assert.equal(answer.body.signed_in.account.name, 'Oak Street Homes')
    assert.equal(answer.body.signed_in.account.time_zone, 'America/New_York')
    assert.deepEqual((await visitor.get('/api/session')).body, answer.body)
    const cookie = String(answer.headers['set-cookie'])
    assert.match(cookie, /HttpOnly/)
    assert.match(cookie, /SameSite=Lax/)
    assert.match(cookie, /Max-Age=2592000/)
    assert.doesNotMatch(cookie, /Secure/)
  })

  it('gives the rest of Latchkey the admin as a user, with history and audit', async () => {
    const { engine } = await start()
    const { body } = await server.visitor().post('/api/setup', company)
    const users = await engine.reader.selectFrom('users').selectAll().execute()
    assert.equal(users.length, 1)
    const [user] = users
    assert.equal(user?.id, body.signed_in.user.id)
    assert.equal(user?.role, 'admin')
    assert.equal(user?.version, 1)
    assert.equal(user?.search_text, 'ada admin ada@example.com')
    const changes = await engine.reader.selectFrom('changes').select(['resource', 'action']).execute()
    assert.deepEqual(
      changes.map((change) => ({ ...change })),
      [{ resource: 'users', action: 'created' }],
    )
    const audit = await engine.reader.selectFrom('audit_entries').select(['action', 'address']).execute()
    assert.deepEqual(
      audit.map((entry) => ({ ...entry })),
      [{ action: 'account.created', address: '127.0.0.1' }],
    )
  })

  it('names every field that is wrong, at its field', async () => {
    const visitor = (await start()).visitor()
    const answer = await visitor.post('/api/setup', {
      company_name: ' ',
      time_zone: 'Mars/Base',
      name: 'Ada\nBcc: x@example.com',
      email: 'nobody',
      password: 'short',
    })
    assert.equal(answer.status, 400)
    const params = answer.body.errors.map((problem: { param: string }) => problem.param)
    assert.deepEqual(params, ['company_name', 'time_zone', 'name', 'email', 'password'])
    assert.equal((await visitor.post('/api/setup', { ...company, password: 'x'.repeat(129) })).status, 400)
    assert.equal((await visitor.get('/api/session')).body.setup_required, true)
  })

  it('is possible once', async () => {
    await start()
    await server.visitor().post('/api/setup', company)
    const second = await server.visitor().post('/api/setup', { ...company, email: 'eve@example.com' })
    assert.equal(second.status, 409)
    assert.equal(second.body.code, 'already_set_up')
  })

  it('lets one of several at the same time through', async () => {
    const { engine } = await start()
    const answers = await Promise.all(
      ['a', 'b', 'c', 'd', 'd'].map((name) =>
        server.visitor().post('/api/setup', { ...company, email: `${name}@example.com` }),
      ),
    )
    assert.deepEqual(answers.map(({ status }) => status).sort(), [201, 409, 409, 409, 409])
    assert.equal((await engine.reader.selectFrom('accounts').select('id').execute()).length, 1)
    assert.equal((await engine.reader.selectFrom('identities').select('id').execute()).length, 1)
  })

  it('asks strangers for the code of the terminal', async () => {
    const { app, accounts } = await start()
    const strangers = [
      { remoteAddress: '192.0.2.7' },
      { headers: { 'x-forwarded-for': '192.0.2.7' } },
      { headers: { forwarded: 'for=192.0.2.7' } },
      { headers: { host: 'evil.example:3000' } },
    ]
    for (const stranger of strangers) {
      const { headers, ...rest } = { headers: {}, ...stranger }
      const session = await app.inject({ url: '/api/session', headers, ...rest })
      assert.equal(session.json().setup_code_required, true)
      const post = (body: object) =>
        app.inject({ method: 'POST', url: '/api/setup', payload: body, headers, ...rest })
      const without = await post(company)
      assert.equal(without.statusCode, 403)
      assert.equal(without.json().code, 'setup_code_required')
      const wrong = await post({ ...company, code: 'AAAAAAA1' })
      assert.equal(wrong.statusCode, 403)
      assert.equal(wrong.json().code, 'invalid_setup_code')
    }
    assert.match(accounts.setupCode, /^[2-9A-HJKMNP-Z]{8}$/)
    const right = await app.inject({
      method: 'POST',
      url: '/api/setup',
      payload: { ...company, code: accounts.setupCode.toLowerCase() },
      remoteAddress: '192.0.2.7',
    })
    assert.equal(right.statusCode, 201, right.body)
  })

  it('asks for the code when the server has a public address', async () => {
    const visitor = (await start({ publicUrl: 'https://latchkey.example.com' })).visitor()
    assert.equal((await visitor.get('/api/session')).body.setup_code_required, true)
    const answer = await visitor.post('/api/setup', { ...company, code: server.accounts.setupCode })
    assert.equal(answer.status, 201)
    assert.match(String(answer.headers['set-cookie']), /; Secure/)
    assert.equal((await visitor.get('/api/session')).body.signed_in.user.email, company.email)
  })

  it('takes no more than ten codes a minute', async () => {
    const { app, accounts } = await start()
    const attempt = (code: string) =>
      app.inject({
        method: 'POST',
        url: '/api/setup',
        payload: { ...company, code },
        remoteAddress: '192.0.2.7',
      })
    for (let count = 0; count < 10; count++) assert.equal((await attempt('wrong')).statusCode, 403)
    const late = await attempt(accounts.setupCode)
    assert.equal(late.statusCode, 429)
    assert.equal(late.json().code, 'sign_in_throttled')
    assert.ok(Number(late.headers['retry-after']) > 0)
  })
})
