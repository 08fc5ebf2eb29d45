import assert from 'node:assert/strict'
import { afterEach, it } from 'node:test'
import { resetLink } from '../../bin/reset-link.ts'
import { appCode, appCodes } from '../../test/support/authenticator-app.ts'
import { forEachEngine } from '../../test/support/engines.ts'
import { openMailbox } from '../../test/support/mailbox.ts'
import { readConfig } from '../config.ts'
import { company, startServer, type TestServer, testSecret, type Visitor } from './test-server.ts'

const { email, password } = company

forEachEngine((kind) => {
  let server: TestServer
  const start = async (options: { smtpUrl?: string } = {}) => {
    const storage = await kind.open()
    server = await startServer({ ...storage, ...options })
    const { accountId, userId } = await server.accounts.openAccount({
      name: company.company_name,
      timeZone: company.time_zone,
      admin: { name: company.name, email, password },
    })
    return { ...server, storage, accountId, userId }
  }
  const signIn = (visitor: Visitor, address = email, word = password) =>
    visitor.post('/api/auth/sign-in/email', { email: address, password: word })
  const secondStep = (visitor: Visitor, code: string) =>
    visitor.post('/api/auth/sign-in/second-step', { code })
  const signedIn = async (address = email) => {
    const visitor = server.visitor()
    assert.equal((await signIn(visitor, address)).status, 200)
    return visitor
  }
  const isIn = async (visitor: Visitor) => (await visitor.get('/api/company')).status === 200
  /** Turns it on with the code before the present one, so that two more are unused. */
  const turnOn = async (visitor: Visitor) => {
    const begun = await visitor.post('/api/two-factor/begin', { password })
    assert.equal(begun.status, 200, begun.text)
    const secret: string = begun.body.secret
    const confirmed = await visitor.post('/api/two-factor/confirm', { code: appCodes(secret)[0] })
    assert.equal(confirmed.status, 200, confirmed.text)
    return { secret, codes: confirmed.body.recovery_codes as string[] }
  }
  const audit = async () => {
    const rows = await server.engine.reader
      .selectFrom('audit_entries')
      .select('action')
      .where('action', '!=', 'account.created')
      .orderBy('id')
      .execute()
    return rows.map(({ action }) => action)
  }
  afterEach(async () => {
    assert.deepEqual(server.errors, [])
    await server.close()
  })

  it('asks for a code of the app after the password once it is on', async () => {
    await start()
    const visitor = await signedIn()
    assert.deepEqual((await visitor.get('/api/two-factor')).body, {
      enabled: false,
      recovery_codes_left: null,
      has_password: true,
    })
    const { secret } = await turnOn(visitor)
    assert.ok(await isIn(visitor), 'whoever turns it on stays signed in')
    assert.deepEqual((await visitor.get('/api/two-factor')).body, {
      enabled: true,
      recovery_codes_left: 10,
      has_password: true,
    })
    const again = server.visitor()
    const half = await signIn(again)
    assert.deepEqual([half.status, half.body], [200, { second_step: true }])
    assert.equal(await isIn(again), false)
    const whole = await secondStep(again, appCode(secret))
    assert.equal(whole.status, 200, whole.text)
    assert.deepEqual(Object.keys(whole.body.user), ['id', 'name', 'email'])
    assert.ok(await isIn(again))
    assert.deepEqual(await audit(), ['user.signed_in', 'user.two_factor_enabled', 'user.signed_in'])
  })

  it('is not on before a code has confirmed it, and wants the password first', async () => {
    await start()
    const visitor = await signedIn()
    const wrong = await visitor.post('/api/two-factor/begin', { password: 'not the password' })
    assert.deepEqual([wrong.status, wrong.body.code], [400, 'invalid_password'])
    assert.equal((await visitor.post('/api/two-factor/begin')).body.code, 'missing_field')
    await visitor.post('/api/two-factor/begin', { password })
    const refused = await visitor.post('/api/two-factor/confirm', { code: '000000' })
    assert.deepEqual([refused.status, refused.body.code], [400, 'invalid_code'])
    assert.deepEqual((await signIn(server.visitor())).body.second_step, undefined)
    await turnOn(visitor)
    for (const path of ['begin', 'confirm']) {
      const twice = await visitor.post(`/api/two-factor/${path}`, { password, code: '123456' })
      assert.deepEqual([twice.status, twice.body.code], [409, 'two_factor_already_on'])
    }
    assert.equal((await server.visitor().get('/api/two-factor')).status, 401)
  })

  it('keeps neither the secret nor a recovery code in the clear', async () => {
    await start()
    const { secret, codes } = await turnOn(await signedIn())
    const rows = JSON.stringify(await server.engine.reader.selectFrom('second_factors').selectAll().execute())
    const plain = Buffer.from(secret, 'utf8').toString()
    for (const text of [plain, ...codes, ...codes.map((code) => code.replace('-', ''))]) {
      assert.ok(!rows.includes(text))
    }
    assert.equal(new Set(codes).size, 10)
    for (const code of codes) assert.match(code, /^[a-z2-9]{5}-[a-z2-9]{5}$/)
  })

  it('takes every code once', async () => {
    await start()
    const { secret, codes } = await turnOn(await signedIn())
    const [first = '', second = ''] = codes
    const used = appCode(secret)
    const tries: [code: string, status: number][] = [
      [used, 200],
      [used, 400],
      [first.toUpperCase().replace('-', ' '), 200],
      [first, 400],
      [second, 200],
    ]
    for (const [code, status] of tries) {
      const visitor = server.visitor()
      await signIn(visitor)
      const answer = await secondStep(visitor, code)
      assert.equal(answer.status, status, answer.text)
      assert.equal(await isIn(visitor), status === 200)
    }
    const left = await server.engine.reader.selectFrom('second_factors').select('failed_count').execute()
    assert.equal(left.length, 1)
    assert.equal((await audit()).filter((action) => action === 'user.recovery_code_used').length, 2)
    assert.equal((await audit()).filter((action) => action === 'user.second_step_failed').length, 2)
  })

  it('lets one of two get in with the same code at the same time', async () => {
    await start()
    const { secret, codes } = await turnOn(await signedIn())
    for (const code of [appCode(secret), codes[0] ?? '']) {
      const visitors = [server.visitor(), server.visitor()]
      for (const visitor of visitors) await signIn(visitor)
      const answers = await Promise.all(visitors.map((visitor) => secondStep(visitor, code)))
      assert.deepEqual(answers.map(({ status }) => status === 200).sort(), [false, true])
    }
  })

  it('wants the password first, and again after five wrong codes', async () => {
    await start()
    const { secret } = await turnOn(await signedIn())
    const early = await secondStep(server.visitor(), appCode(secret))
    assert.deepEqual([early.status, early.body.code], [409, 'second_step_over'])
    const visitor = server.visitor()
    await signIn(visitor)
    for (let count = 0; count < 5; count++) {
      assert.equal((await secondStep(visitor, `00000${count}`)).body.code, 'invalid_code')
    }
    const over = await secondStep(visitor, appCode(secret))
    assert.deepEqual([over.status, over.body.code], [409, 'second_step_over'])
    assert.equal(await isIn(visitor), false)
  })

  it('stops guessing from many addresses, and by many sign-ins', async () => {
    const { app } = await start()
    const { secret } = await turnOn(await signedIn())
    const send = (url: string, payload: object, count: number, cookie = '') =>
      app.inject({ method: 'POST', url, payload, remoteAddress: `192.0.2.${count}`, headers: { cookie } })
    const step = async (code: string, count: number) => {
      const half = await send('/api/auth/sign-in/email', { email, password }, count)
      assert.equal(half.statusCode, 200)
      const cookie = half.cookies.map(({ name, value }) => `${name}=${encodeURIComponent(value)}`).join('; ')
      return send('/api/auth/sign-in/second-step', { code }, count, cookie)
    }
    for (let count = 0; count < 10; count++) {
      assert.equal((await step(`11111${count}`, count)).json().code, 'invalid_code')
    }
    const locked = await step(appCode(secret), 99)
    assert.deepEqual([locked.statusCode, locked.json().code], [429, 'sign_in_throttled'])
    assert.equal(locked.headers['retry-after'], '900')
  })

  it('keeps the session of somebody who confirms that it is them, until they have', async () => {
    await start()
    const visitor = await signedIn()
    const { secret } = await turnOn(visitor)
    const sessions = async () =>
      (await server.engine.reader.selectFrom('sessions').select('id').execute()).length
    assert.equal(await sessions(), 1)
    await signIn(visitor)
    assert.ok(await isIn(visitor))
    assert.equal((await secondStep(visitor, '000000')).status, 400)
    assert.ok(await isIn(visitor))
    assert.equal((await secondStep(visitor, appCode(secret))).status, 200)
    assert.ok(await isIn(visitor))
    assert.equal(await sessions(), 1)
  })

  it('is turned off, and given new recovery codes, by password and code together', async () => {
    await start()
    const visitor = await signedIn()
    const { secret, codes } = await turnOn(visitor)
    const [first = '', second = ''] = codes
    for (const act of ['disable', 'recovery-codes']) {
      const path = `/api/two-factor/${act}`
      assert.equal((await visitor.post(path, { password })).body.code, 'missing_field')
      const without = await visitor.post(path, { password: 'not the password', code: second })
      assert.equal(without.body.code, 'invalid_password')
      assert.equal((await visitor.post(path, { password, code: '000000' })).body.code, 'invalid_code')
    }
    const renewed = await visitor.post('/api/two-factor/recovery-codes', { password, code: appCode(secret) })
    assert.equal(renewed.body.recovery_codes.length, 10)
    const old = await visitor.post('/api/two-factor/disable', { password, code: first })
    assert.equal(old.body.code, 'invalid_code')
    const [fresh] = renewed.body.recovery_codes
    const off = await visitor.post('/api/two-factor/disable', { password, code: fresh })
    assert.equal(off.status, 200, off.text)
    assert.deepEqual(off.body, {})
    assert.ok(await isIn(visitor))
    assert.equal((await signIn(server.visitor())).body.second_step, undefined)
    assert.equal((await visitor.post('/api/two-factor/disable', { password, code: fresh })).status, 409)
    assert.ok((await audit()).includes('user.two_factor_disabled'))
  })

  it('stays on when the password is changed or chosen anew', async () => {
    await start()
    const visitor = await signedIn()
    await turnOn(visitor)
    const newPassword = 'a wholly new password'
    const change = { currentPassword: password, newPassword }
    assert.equal((await visitor.post('/api/auth/change-password', change)).status, 200)
    assert.deepEqual((await signIn(server.visitor(), email, newPassword)).body, { second_step: true })
    const link = await server.accounts.resetLink(email)
    const token = new URL(link ?? '').searchParams.get('token')
    await visitor.post('/api/auth/reset-password', { newPassword: password, token })
    assert.deepEqual((await signIn(server.visitor())).body, { second_step: true })
  })

  it('tells the person by mail when it is on and off', async () => {
    const mailbox = await openMailbox()
    await start({ smtpUrl: mailbox.url })
    server.mail.start()
    const visitor = await signedIn()
    const { codes } = await turnOn(visitor)
    await mailbox.waitFor(({ subject }) => subject === 'Two-factor sign-in for Latchkey is on')
    await visitor.post('/api/two-factor/disable', { password, code: codes[0] })
    const off = await mailbox.waitFor(({ subject }) => subject === 'Two-factor sign-in for Latchkey is off')
    assert.match(off.text, /was turned off for you just now/)
    await mailbox.close()
  })

  it('is shown to admins, who turn it off for others and never for themselves', async () => {
    const { accountId, userId } = await start()
    const bob = { name: 'Bob', email: 'bob@example.com', password, role: 'member' as const }
    const { userId: bobId } = await server.accounts.addPerson(accountId, bob)
    const [ada, visitor] = [await signedIn(), await signedIn(bob.email)]
    await turnOn(visitor)
    await turnOn(ada)
    const shown = (await ada.get('/api/people')).body.data
    assert.deepEqual(
      shown.map(({ two_factor }: { two_factor: boolean }) => two_factor),
      [true, true],
    )
    assert.equal((await visitor.get('/api/people')).body.data[0].two_factor, undefined)
    const reset = (by: Visitor, id: string) => by.post(`/api/people/${id}/reset-two-factor`)
    assert.equal((await reset(visitor, userId)).body.code, 'admin_required')
    assert.equal((await reset(ada, userId)).body.code, 'cannot_change_self')

    const eve = { name: 'Eve', email: 'eve@example.com', password }
    const elm = await server.accounts.openAccount({ name: 'Elm', timeZone: 'America/New_York', admin: eve })
    await server.accounts.addPerson(elm.accountId, bob)
    const elsewhere = await reset(ada, bobId)
    assert.deepEqual([elsewhere.status, elsewhere.body.code], [409, 'two_factor_elsewhere'])
    const theirs = await signedIn(eve.email)
    assert.equal((await theirs.delete(`/api/people/${bobId}`)).status, 204)

    assert.equal((await reset(ada, bobId)).status, 204)
    assert.deepEqual((await reset(ada, bobId)).body.code, 'two_factor_not_on')
    assert.equal((await signIn(server.visitor(), bob.email)).body.second_step, undefined)
    assert.ok((await audit()).includes('user.two_factor_reset'))
  })

  it('goes by the command line for somebody who lost both', async () => {
    const { storage } = await start()
    await turnOn(await signedIn())
    const config = readConfig({
      LATCHKEY_DATA: storage.directory,
      LATCHKEY_SECRET: testSecret,
      ...(storage.url && { DATABASE_URL: storage.url }),
    })
    const lines: string[] = []
    const who = { email, withoutSecondFactor: true }
    assert.ok(await resetLink(config, who, (line) => void lines.push(line)))
    assert.match(lines[0] ?? '', /is off for them now/)
    assert.equal((await signIn(server.visitor())).body.second_step, undefined)
  })
})
