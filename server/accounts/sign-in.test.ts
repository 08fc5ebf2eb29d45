import assert from 'node:assert/strict'
import { afterEach, it } from 'node:test'
import { forEachEngine } from '../../test/support/engines.ts'
import { openMailbox } from '../../test/support/mailbox.ts'
import { company, startServer, type TestServer } from './test-server.ts'

const { email, password } = company
const newPassword = 'a wholly new password'

forEachEngine((kind) => {
  let server: TestServer
  const start = async (options: { smtpUrl?: string; now?: () => number } = {}) => {
    server = await startServer({ ...(await kind.open()), ...options })
    const { accountId, userId } = await server.accounts.openAccount({
      name: company.company_name,
      timeZone: company.time_zone,
      admin: { name: company.name, email, password },
    })
    return { ...server, accountId, userId }
  }
  const signedIn = async (credentials = { email, password }) => {
    const visitor = server.visitor()
    const answer = await visitor.post('/api/auth/sign-in/email', credentials)
    assert.equal(answer.status, 200, answer.text)
    return visitor
  }
  const audit = async () => {
    const rows = await server.engine.reader
      .selectFrom('audit_entries')
      .select('action')
      .orderBy('created_at')
      .orderBy('id')
      .execute()
    return rows.map((row) => row.action)
  }
  afterEach(async () => {
    assert.deepEqual(server.errors, [])
    await server.close()
  })

  it('signs in, keeps the token in the cookie alone, and signs out', async () => {
    await start()
    const visitor = server.visitor()
    const answer = await visitor.post('/api/auth/sign-in/email', { email: 'ADA@example.com', password })
    assert.equal(answer.status, 200)
    const { token } = await server.engine.reader
      .selectFrom('sessions')
      .select('token')
      .executeTakeFirstOrThrow()
    assert.ok(!answer.text.includes(token))
    assert.deepEqual(Object.keys(answer.body), ['user'])
    assert.deepEqual(Object.keys(answer.body.user), ['id', 'name', 'email'])
    assert.equal((await visitor.get('/api/company')).status, 200)

    const stolen = { cookie: visitor.cookie() }
    assert.equal((await visitor.post('/api/auth/sign-out')).status, 200)
    assert.equal(visitor.cookies.size, 0)
    assert.equal((await visitor.get('/api/company')).body.code, 'sign_in_required')
    assert.equal((await server.visitor().get('/api/company', stolen)).status, 401)
    assert.deepEqual(await audit(), ['account.created', 'user.signed_in', 'user.signed_out'])
  })

  it('refuses a wrong password and an unknown person alike', async () => {
    await start()
    const visitor = server.visitor()
    const wrong = await visitor.post('/api/auth/sign-in/email', { email, password: 'not the password' })
    const unknown = await visitor.post('/api/auth/sign-in/email', { email: 'eve@example.com', password })
    assert.equal(wrong.status, 401)
    assert.equal(wrong.body.code, 'INVALID_EMAIL_OR_PASSWORD')
    assert.deepEqual(unknown.body, wrong.body)
    assert.equal(visitor.cookies.size, 0)
    assert.deepEqual(await audit(), ['account.created', 'user.sign_in_failed'])
    const entries = await server.engine.reader.selectFrom('audit_entries').selectAll().execute()
    assert.ok(!JSON.stringify(entries).includes('not the password'))
  })

  it('takes odd bodies for what they are', async () => {
    await start()
    const visitor = server.visitor()
    const bodies = [{}, [], { email }, { email: 7, password }, { email: { $ne: '' }, password: ['x'] }]
    for (const body of bodies) {
      assert.equal((await visitor.post('/api/auth/sign-in/email', body)).status, 400)
    }
    const odd = { email: 'a\u0000@example.com', password: '\ud800' }
    assert.equal((await visitor.post('/api/auth/sign-in/email', odd)).status, 400)
    for (const token of ['\u0000', '\ud800', 'x'.repeat(5_000), '../x']) {
      const reset = await visitor.post('/api/auth/reset-password', { newPassword, token })
      assert.deepEqual([reset.status, reset.body.code], [400, 'INVALID_TOKEN'])
    }
    const long = { email, password: 'x'.repeat(5_000) }
    assert.equal((await visitor.post('/api/auth/sign-in/email', long)).status, 400)
    for (const cookie of ['latchkey.session_token=x', 'latchkey.session_token=a.b%00', '%%%=;;;==']) {
      assert.equal((await visitor.get('/api/session', { cookie })).body.signed_in, null)
    }
  })

  it('slows down guessing from one address', async () => {
    await start()
    const visitor = server.visitor()
    const statuses: number[] = []
    for (let count = 0; count < 11; count++) {
      const guess = { email: `person${count}@example.com`, password: `guess number ${count}` }
      const answer = await visitor.post('/api/auth/sign-in/email', guess)
      statuses.push(answer.status)
      if (answer.status !== 429) continue
      assert.equal(answer.body.code, 'sign_in_throttled')
      assert.ok(Number(answer.headers['retry-after']) > 0)
      assert.equal(answer.headers['x-retry-after'], answer.headers['retry-after'])
    }
    assert.deepEqual(statuses, [...Array(10).fill(401), 429])
  })

  it('slows down guessing of one password from many addresses', async () => {
    const { app } = await start()
    const attempt = (count: number, guess: string) =>
      app.inject({
        method: 'POST',
        url: '/api/auth/sign-in/email',
        payload: { email, password: guess },
        remoteAddress: `192.0.2.${count}`,
      })
    const guesses = Array.from({ length: 10 }, (_, count) => attempt(count, 'wrong password'))
    for (const answer of await Promise.all(guesses)) assert.equal(answer.statusCode, 401)
    const late = await attempt(99, password)
    assert.equal(late.statusCode, 429)
    assert.equal(late.json().code, 'sign_in_throttled')
    assert.ok(Number(late.headers['retry-after']) > 60)
  })

  it('is open to a person from where they signed in before, however often strangers guess', async () => {
    const { app } = await start()
    const attempt = (remoteAddress: string, guess: string) =>
      app.inject({
        method: 'POST',
        url: '/api/auth/sign-in/email',
        payload: { email, password: guess },
        remoteAddress,
      })
    assert.equal((await attempt('198.51.100.7', password)).statusCode, 200)
    for (let count = 0; count < 12; count++) await attempt(`192.0.2.${count}`, 'wrong password')
    assert.equal((await attempt('192.0.2.99', password)).statusCode, 429)
    assert.equal((await attempt('198.51.100.7', password)).statusCode, 200)
    const own = Array.from({ length: 11 }, () => attempt('198.51.100.7', 'wrong password'))
    const statuses = (await Promise.all(own)).map(({ statusCode }) => statusCode)
    assert.ok(statuses.includes(429), 'guesses from there are counted as well')
  })

  it('cannot be told another address by the client', async () => {
    const { app } = await start()
    for (let count = 0; count < 11; count++) {
      const answer = await app.inject({
        method: 'POST',
        url: '/api/auth/sign-in/email',
        payload: { email: `p${count}@example.com`, password },
        headers: { 'x-forwarded-for': `192.0.2.${count}`, 'x-latchkey-address': `192.0.2.${count}` },
      })
      assert.equal(answer.statusCode, count < 10 ? 401 : 429)
    }
  })

  it('offers only the endpoints that the app uses', async () => {
    await start()
    const visitor = await signedIn()
    const closed = [
      '/api/auth/sign-up/email',
      '/api/auth/organization/create',
      '/api/auth/organization/invite-member',
      '/api/auth/update-user',
      '/api/auth/list-sessions',
      '/api/auth/get-session',
      '/api/auth/ok',
      '/api/auth/sign-in/email/',
    ]
    for (const url of closed) {
      assert.equal((await visitor.post(url, { email, password })).status, 404)
      assert.equal((await visitor.get(url)).status, 404)
    }
  })

  it('changes the password and ends the other sessions', async () => {
    await start()
    const here = await signedIn()
    const elsewhere = await signedIn()
    const wrong = await here.post('/api/auth/change-password', {
      currentPassword: 'not the password',
      newPassword,
    })
    assert.equal(wrong.status, 400)
    assert.equal(wrong.body.code, 'INVALID_PASSWORD')
    const short = await here.post('/api/auth/change-password', {
      currentPassword: password,
      newPassword: 'short',
    })
    assert.equal(short.body.code, 'PASSWORD_TOO_SHORT')
    const right = await here.post('/api/auth/change-password', { currentPassword: password, newPassword })
    assert.equal(right.status, 200, right.text)
    assert.deepEqual(Object.keys(right.body), ['user'])
    assert.equal((await here.get('/api/company')).status, 200)
    assert.equal((await elsewhere.get('/api/company')).status, 401)
    await signedIn({ email, password: newPassword })
    assert.ok((await audit()).includes('user.password_changed'))
    const body = { currentPassword: password, newPassword }
    assert.equal((await server.visitor().post('/api/auth/change-password', body)).status, 401)
  })

  it('sends a link to choose a new password, also when the mail server fails at first', async () => {
    const mailbox = await openMailbox()
    let hoursLater = 0
    const now = () => Date.now() + hoursLater
    try {
      await start({ smtpUrl: mailbox.url, now })
      const session = await signedIn()
      mailbox.refuse('disconnect')
      const visitor = server.visitor()
      const body = { email, redirectTo: '/reset-password' }
      const answer = await visitor.post('/api/auth/request-password-reset', body)
      assert.equal(answer.status, 200)
      const unknown = await visitor.post('/api/auth/request-password-reset', { email: 'eve@example.com' })
      assert.deepEqual([unknown.status, unknown.body], [answer.status, answer.body])
      await server.mail.deliverSoon()
      assert.equal(mailbox.messages.length, 0)

      mailbox.refuse('nothing')
      hoursLater = 61_000
      await server.mail.deliverSoon()
      const message = await mailbox.waitFor(({ to }) => to.includes(email))
      const [, token = ''] = /http:\/\/localhost:3000\/reset-password\?token=(\w+)/.exec(message.text) ?? []
      assert.ok(token.length >= 24)
      assert.equal(mailbox.messages.length, 1)
      const stored = await server.engine.reader.selectFrom('verifications').selectAll().execute()
      assert.ok(!JSON.stringify(stored).includes(token))

      const choose = (chosen: string) =>
        visitor.post('/api/auth/reset-password', { newPassword: chosen, token })
      assert.equal((await choose('short')).body.code, 'PASSWORD_TOO_SHORT')
      const chosen = await choose(newPassword)
      assert.equal(chosen.status, 200, chosen.text)
      assert.equal((await session.get('/api/company')).status, 401)
      assert.equal((await choose('yet another password')).body.code, 'INVALID_TOKEN')
      await signedIn({ email, password: newPassword })
      assert.ok((await audit()).includes('user.password_reset'))
      await mailbox.waitFor(({ subject }) => subject.includes('was changed'))
    } finally {
      await mailbox.close()
    }
  })

  it('lets a link set one password, however often it is used at once', async () => {
    const { accounts } = await start()
    const link = await accounts.resetLink(' Ada@Example.com ')
    const token = new URL(link ?? '').searchParams.get('token')
    const passwords = ['first new password', 'second new password', 'third new password']
    const answers = await Promise.all(
      passwords.map((chosen) =>
        server.visitor().post('/api/auth/reset-password', { newPassword: chosen, token }),
      ),
    )
    assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 400, 400])
    assert.equal(await accounts.resetLink('nobody@example.com'), null)
  })

  it('knows who signed in recently, and lets the session slide', async () => {
    const { engine } = await start()
    const visitor = await signedIn()
    const past = (hours: number) => new Date(Date.now() - hours * 3_600_000).toISOString()
    await engine.writer
      .updateTable('sessions')
      .set({ created_at: past(13) })
      .execute()
    assert.equal((await visitor.get('/api/session')).body.signed_in.recent_sign_in, false)

    const soon = new Date(Date.now() + 86_400_000).toISOString()
    await engine.writer.updateTable('sessions').set({ expires_at: soon }).execute()
    const slid = await visitor.get('/api/session')
    assert.match(String(slid.headers['set-cookie']), /Max-Age=2592000/)
    const { expires_at } = await engine.reader
      .selectFrom('sessions')
      .select('expires_at')
      .executeTakeFirstOrThrow()
    assert.ok(new Date(expires_at).getTime() > Date.now() + 29 * 86_400_000)

    await engine.writer
      .updateTable('sessions')
      .set({ expires_at: past(1) })
      .execute()
    assert.equal((await visitor.get('/api/company')).status, 401)
  })

  // An SQLite file belongs to one process.
  if (kind.name === 'postgres') {
    it('is one for all nodes of a database', async () => {
      const place = await kind.open()
      server = await startServer(place)
      await server.visitor().post('/api/setup', company)
      const other = await startServer(place)
      const visitor = await signedIn()
      const headers = { cookie: visitor.cookie() }
      assert.equal((await other.visitor().get('/api/company', headers)).status, 200)
      const attempt = ({ app }: TestServer, count: number) =>
        app.inject({
          method: 'POST',
          url: '/api/auth/sign-in/email',
          payload: { email, password: 'wrong password' },
          remoteAddress: `192.0.2.${count}`,
        })
      for (let count = 0; count < 10; count++) {
        assert.equal((await attempt(count % 2 ? server : other, count)).statusCode, 401)
      }
      assert.equal((await attempt(server, 10)).statusCode, 429)
      assert.equal((await attempt(other, 11)).statusCode, 429)
      await visitor.post('/api/auth/sign-out')
      assert.equal((await other.visitor().get('/api/company', headers)).status, 401)
      await other.close()
    })
  }

  it('ends the session that a new sign-in replaces', async () => {
    const { engine } = await start()
    const visitor = await signedIn()
    await visitor.post('/api/auth/sign-in/email', { email, password })
    assert.equal((await engine.reader.selectFrom('sessions').select('id').execute()).length, 1)
    assert.equal((await visitor.get('/api/company')).status, 200)
  })
})
