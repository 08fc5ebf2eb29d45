import assert from 'node:assert/strict'
import { it } from 'node:test'
import { forEachEngine } from '../../test/support/engines.ts'
import { areas } from '../access/scopes.ts'
import { recentSignInMs } from '../accounts/guards.ts'
import { findKey } from './key.lookup.ts'
import { newKey } from './key-format.ts'
import { serveKeys } from './testing.routes.ts'
import { auditOf, newAccount, newPerson, openGround, wholeDatabase } from './testing.ts'

const routes = [
  ['GET', '/api/rest-access'],
  ['POST', '/api/rest-access/enable'],
  ['POST', '/api/rest-access/reveal'],
  ['POST', '/api/rest-access/rotate'],
  ['POST', '/api/rest-access/revoke'],
  ['PATCH', '/api/rest-access/settings'],
] as const

forEachEngine((under) => {
  const ground = openGround(under)

  const serve = () => serveKeys(ground.engine)

  it('lets an admin enable, show, rotate and revoke the key', async () => {
    const { engine, admin, call } = await serve()
    const off = await call('GET', '/api/rest-access')
    assert.equal(off.status, 200)
    assert.deepEqual(off.body, {
      may_manage: true,
      enabled: false,
      base_url: 'https://latchkey.example/rest',
      reference_url: '/api_docs',
      support: 'help@example.com',
      key: null,
      keys: [],
      areas: Object.entries(areas).map(([name, [title, description]]) => ({
        name,
        title,
        description,
        actions: ['users', 'reports', 'audit'].includes(name) ? ['read'] : ['read', 'write', 'delete'],
      })),
      pipelines: [],
      process_types: [],
      settings: {
        cors_origins: [],
        requests_per_minute: 6000,
        records_per_minute: null,
        strict_emulation: false,
        revoke_exposed_keys: false,
      },
      admins: [{ name: 'Ada Admin', email: 'ada.admin@example.com' }],
      your_address: '127.0.0.1',
    })

    const enabled = await call('POST', '/api/rest-access/enable')
    assert.equal(enabled.status, 201)
    const { secret, ...shown } = enabled.body
    const lastFour = String(secret).slice(-4)
    const key = shown.key as Record<string, unknown>
    assert.deepEqual(shown, { ...off.body, enabled: true, key })
    assert.equal(key.masked, `lk_live_••••••••${lastFour}`)
    assert.equal(key.last_four, lastFour)
    assert.deepEqual(key.created_by, { name: 'Ada Admin' })
    assert.match(String(key.created_at), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
    assert.equal(key.last_rotated_at, null)
    assert.equal(key.last_used_at, null)
    assert.deepEqual((await call('GET', '/api/rest-access')).body, shown)
    assert.deepEqual((await call('POST', '/api/rest-access/reveal')).body, { secret })

    const rotated = await call('POST', '/api/rest-access/rotate')
    assert.equal(rotated.status, 200)
    assert.notEqual(rotated.body.secret, secret)
    const rotatedKey = rotated.body.key as Record<string, unknown>
    assert.equal(rotatedKey.created_at, key.created_at)
    assert.ok(rotatedKey.last_rotated_at)
    assert.equal(await findKey(engine, String(secret)), null)
    assert.equal((await findKey(engine, String(rotated.body.secret)))?.accountId, admin.accountId)

    const revoked = await call('POST', '/api/rest-access/revoke')
    assert.equal(revoked.status, 200)
    assert.deepEqual(revoked.body, off.body)
    assert.equal(await findKey(engine, String(rotated.body.secret)), null)
  })

  it('answers 409 to what the state of the access does not allow', async () => {
    const { call } = await serve()
    for (const act of ['reveal', 'rotate', 'revoke']) {
      const { status, body } = await call('POST', `/api/rest-access/${act}`)
      assert.deepEqual([status, body.code], [409, 'access_not_enabled'], act)
    }
    await call('POST', '/api/rest-access/enable')
    const { status, body } = await call('POST', '/api/rest-access/enable')
    assert.deepEqual([status, body.code], [409, 'access_already_enabled'])
  })

  it('shows a member whom to ask, and nothing of the key', async () => {
    const server = await serve()
    await server.call('POST', '/api/rest-access/enable')
    const second = await newPerson(server.engine, server.admin, 'admin', 'Bea Boss')
    server.visitor = await newPerson(server.engine, server.admin, 'member', 'Max Member')
    const { status, body } = await server.call('GET', '/api/rest-access')
    assert.equal(status, 200)
    assert.deepEqual(body, {
      may_manage: false,
      enabled: true,
      reference_url: '/api_docs',
      support: 'help@example.com',
      admins: [
        { name: 'Ada Admin', email: 'ada.admin@example.com' },
        { name: 'Bea Boss', email: second.email },
      ],
    })
  })

  it('calls access on as long as any key opens it', async () => {
    const server = await serve()
    await server.call('POST', '/api/rest-access/enable')
    const named = { name: 'Accounting', scopes: ['*:read'] }
    const { status, body } = await server.call('POST', '/api/rest-access/keys', { body: named })
    assert.equal(status, 201)
    const left = await server.call('POST', '/api/rest-access/revoke')
    assert.deepEqual([left.body.enabled, left.body.key], [true, null])
    const id = (body.key as { id: string }).id
    await server.call('POST', `/api/rest-access/keys/${id}/revoke`)
    const member = await newPerson(server.engine, server.admin, 'member', 'Max Member')
    for (const visitor of [server.admin, member]) {
      server.visitor = visitor
      assert.equal((await server.call('GET', '/api/rest-access')).body.enabled, false)
    }
  })

  it('names no admin who has left the account', async () => {
    const server = await serve()
    const left = await newPerson(server.engine, server.admin, 'admin', 'Gil Gone')
    await server.engine.transaction((tx) =>
      tx.updateTable('users').set({ deleted_at: 1 }).where('id', '=', left.userId).execute(),
    )
    const { body } = await server.call('POST', '/api/rest-access/enable')
    assert.deepEqual(body.admins, [{ name: 'Ada Admin', email: 'ada.admin@example.com' }])
    assert.deepEqual(
      server.mails.map((mail) => mail.to),
      ['ada.admin@example.com'],
    )
  })

  it('refuses a member everything but looking', async () => {
    const server = await serve()
    const { secret } = (await server.call('POST', '/api/rest-access/enable')).body
    server.visitor = await newPerson(server.engine, server.admin, 'member', 'Max Member')
    for (const [method, path] of routes.slice(1)) {
      const { status, body } = await server.call(method, path)
      assert.deepEqual([status, body.code], [403, 'admin_required'], path)
    }
    assert.ok(await findKey(server.engine, String(secret)))
    assert.equal((await auditOf(server.engine, server.admin)).length, 1)
  })

  it('refuses whoever is not signed in', async () => {
    const server = await serve()
    server.visitor = null
    for (const [method, path] of routes) {
      const { status, body } = await server.call(method, path)
      assert.deepEqual([status, body.code], [401, 'sign_in_required'], path)
    }
  })

  it('asks for the password again before the key or a setting is touched, when the sign-in is older than twelve hours', async () => {
    const server = await serve()
    server.visitor = { ...server.admin, signedInAt: Date.now() - recentSignInMs - 1 }
    for (const [method, path] of routes) {
      const { status, body } = await server.call(method, path)
      if (path.endsWith('rest-access')) assert.equal(status, 200, path)
      else assert.deepEqual([status, body.code], [403, 'recent_sign_in_required'], path)
    }
  })

  it('refuses an API key on every route, even together with a session', async () => {
    const server = await serve()
    const { secret } = (await server.call('POST', '/api/rest-access/enable')).body
    for (const visitor of [server.admin, null]) {
      server.visitor = visitor
      for (const [method, path] of routes) {
        for (const authorization of [`Bearer ${secret}`, `Bearer ${newKey('live')}`, 'Basic eDp5', '']) {
          const { status, body } = await server.call(method, path, { headers: { authorization } })
          assert.deepEqual([status, body.code], [403, 'session_required'], `${path} ${authorization}`)
        }
      }
    }
  })

  it('tells a program with a key that it may not, before anything about browsers', async () => {
    const { call } = await serve()
    const headers = { authorization: `Bearer ${newKey('live')}`, 'sec-fetch-site': 'cross-site' }
    const { status, body } = await call('POST', '/api/rest-access/rotate', { headers })
    assert.deepEqual([status, body.code], [403, 'session_required'])
  })

  it('refuses what a page of another site made the browser send', async () => {
    const { call } = await serve()
    for (const [method, path] of routes.slice(1)) {
      const headers = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }
      const { status, body } = await call(method, path, { headers })
      assert.deepEqual([status, body.code], [403, 'cross_site_request'], path)
    }
  })

  it('lets no cache keep an answer', async () => {
    const { call } = await serve()
    for (const [method, path] of routes) {
      assert.equal((await call(method, path)).headers['cache-control'], 'no-store', path)
    }
  })

  it('mails every admin when the key is enabled, rotated or revoked, and not when it is shown', async () => {
    const server = await serve()
    const second = await newPerson(server.engine, server.admin, 'admin', 'Bea Boss')
    await newPerson(server.engine, server.admin, 'member', 'Max Member')
    const secrets: unknown[] = []
    for (const [act, subject] of [
      ['enable', 'REST API access was enabled (Fir Street Homes)'],
      ['reveal', null],
      ['rotate', 'The REST API key was rotated (Fir Street Homes)'],
      ['revoke', 'The REST API key was revoked (Fir Street Homes)'],
    ]) {
      const delivered = server.delivered
      server.mails.length = 0
      const { body } = await server.call('POST', `/api/rest-access/${act}`)
      if (body.secret) secrets.push(body.secret)
      const mails = [...server.mails]
      if (subject === null) {
        assert.equal(mails.length, 0)
        continue
      }
      assert.equal(server.delivered, delivered + 1)
      assert.deepEqual(
        mails.map((mail) => mail.to),
        [server.admin.email, second.email],
      )
      for (const mail of mails) {
        assert.equal(mail.subject, subject)
        assert.match(mail.text, /By: Ada Admin <ada\.admin@example\.com>/)
        assert.match(mail.text, /When: \w+ \d+, \d{4} at \d+:\d\d\s[AP]M \(America\/Denver\)/)
        assert.match(mail.text, /From address: 127\.0\.0\.1/)
        assert.ok(mail.text.includes(`ends in ${String(secrets.at(-1)).slice(-4)}`))
        assert.match(mail.text, /If not: sign in at https:\/\/latchkey\.example/)
        for (const secret of secrets) assert.ok(!mail.text.includes(String(secret).slice(8, 24)))
      }
    }
  })

  it('changes the settings that are named and leaves the others', async () => {
    const { engine, admin, call } = await serve()
    const { body } = await call('PATCH', '/api/rest-access/settings', {
      body: { cors_origins: ['https://App.example/'], records_per_minute: 500 },
    })
    const settings = {
      cors_origins: ['https://app.example'],
      requests_per_minute: 6000,
      records_per_minute: 500,
      strict_emulation: false,
      revoke_exposed_keys: false,
    }
    assert.deepEqual(body.settings, settings)
    const again = await call('PATCH', '/api/rest-access/settings', {
      body: { requests_per_minute: 60, records_per_minute: null, cors_origins: ['https://app.example'] },
    })
    assert.deepEqual(again.body.settings, { ...settings, requests_per_minute: 60, records_per_minute: null })
    assert.deepEqual((await call('PATCH', '/api/rest-access/settings')).body, again.body)

    const entries = await auditOf(engine, admin)
    assert.deepEqual(
      entries.map((entry) => [entry.action, entry.user_id, JSON.parse(entry.details)]),
      [
        [
          'rest_access.settings_changed',
          admin.userId,
          {
            cors_origins: '["https://app.example"]',
            previous_cors_origins: '[]',
            records_per_minute: 500,
            previous_records_per_minute: null,
          },
        ],
        [
          'rest_access.settings_changed',
          admin.userId,
          {
            requests_per_minute: 60,
            previous_requests_per_minute: 6000,
            records_per_minute: null,
            previous_records_per_minute: 500,
          },
        ],
      ],
    )
  })

  it('says at which fields settings are wrong, and changes none of them', async () => {
    const { call } = await serve()
    const { status, body } = await call('PATCH', '/api/rest-access/settings', {
      body: { cors_origins: ['http://a.example'], requests_per_minute: 0, records_per_minute: 7 },
    })
    assert.deepEqual([status, body.code], [400, 'invalid_field'])
    assert.deepEqual(body.errors, [
      {
        code: 'invalid_field',
        param: 'cors_origins',
        message:
          'cors_origins holds "http://a.example"; an origin looks like https://app.example.com or http://localhost:5173',
      },
      {
        code: 'invalid_field',
        param: 'requests_per_minute',
        message: 'requests_per_minute must be a whole number from 1 to 1,000,000',
      },
    ])
    const { settings } = (await call('GET', '/api/rest-access')).body
    assert.deepEqual(settings, {
      cors_origins: [],
      requests_per_minute: 6000,
      records_per_minute: null,
      strict_emulation: false,
      revoke_exposed_keys: false,
    })
    assert.equal((await call('PATCH', '/api/rest-access/settings', { body: [] })).body.code, 'invalid_body')
  })

  it('shows only the account that the person works in', async () => {
    const server = await serve()
    const { secret } = (await server.call('POST', '/api/rest-access/enable')).body
    server.visitor = await newAccount(server.engine, 'Other Street Homes')
    assert.equal((await server.call('GET', '/api/rest-access')).body.enabled, false)
    assert.equal((await server.call('POST', '/api/rest-access/reveal')).status, 409)
    assert.equal((await server.call('POST', '/api/rest-access/revoke')).status, 409)
    assert.ok(await findKey(server.engine, String(secret)))
  })

  it('writes no key to a log line, the audit log or anywhere else', async () => {
    const { engine, call, logged } = await serve()
    const given: unknown[] = []
    for (const act of ['enable', 'reveal', 'rotate', 'reveal', 'enable', 'revoke']) {
      given.push((await call('POST', `/api/rest-access/${act}`)).body.secret)
    }
    const secretsGiven = given.filter((secret) => secret !== undefined).map(String)
    assert.equal(secretsGiven.length, 4)
    assert.ok(logged.length > 6)
    const kept = `${logged.join('')}${await wholeDatabase(engine)}`
    for (const secret of secretsGiven) assert.ok(!kept.includes(secret.slice(8, 24)))
  })
})
