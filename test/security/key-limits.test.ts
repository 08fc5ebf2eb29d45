import assert from 'node:assert/strict'
import { it } from 'node:test'
import type { KeyFields } from '../../server/api-keys/key.body.ts'
import { revokeKey } from '../../server/api-keys/key.store.ts'
import { newKey as newSecret } from '../../server/api-keys/key-format.ts'
import { changeKey, createKey, disableKey, resumeKey } from '../../server/api-keys/named-keys.store.ts'
import { startApi } from '../api/server.ts'
import { forEachEngine } from '../support/engines.ts'

const origin = { address: null, userAgent: null, requestId: null }

forEachEngine((engine) => {
  const server = startApi(engine)
  const behindProxy = startApi(engine, async () => ({ PUBLIC_URL: 'https://latchkey.example' }))
  let made = 0

  async function newKey(fields: KeyFields = {}, at: typeof server = server) {
    const { accountId, adminId, email } = at.acme
    const { engine, secrets } = at.running
    const context = { engine, secrets, announce: async () => {} }
    const by = { userId: adminId, name: 'Ann Ash', email, accountId, accountName: 'Acme Homes' }
    const act = { by, origin }
    const named: KeyFields = { name: `Key ${++made}`, scopes: ['*:read', '*:write'], ...fields }
    const { key, secret } = await createKey(context, act, { fields: named, problems: [] })
    const which = { id: key.id }
    return {
      key,
      secret,
      change: (set: KeyFields) => changeKey(context, act, which, { fields: set, problems: [] }),
      disable: () => disableKey(context, act, which),
      resume: () => resumeKey(context, act, which),
      revoke: () => revokeKey(context, act, which),
    }
  }

  async function ask(secret: string, { from = '127.0.0.1', to = server, headers = {} } = {}) {
    const response = await to.running.app.inject({
      url: '/rest/info/account',
      headers: { authorization: `Bearer ${secret}`, ...headers },
      remoteAddress: from,
    })
    const body = response.json()
    return {
      status: response.statusCode,
      code: body.code ?? null,
      error: body.error ?? '',
      headers: response.headers,
    }
  }

  it('refuses a disabled key until it is enabled, and says so', async () => {
    const { secret, disable, resume } = await newKey()
    await disable()
    const { status, code, error, headers } = await ask(secret)
    assert.deepEqual([status, code], [401, 'key_disabled'])
    assert.match(error, /^Invalid Access Token: an admin switched this key off$/)
    assert.equal(headers['www-authenticate'], 'Bearer realm="Latchkey REST API"')
    await resume()
    assert.equal((await ask(secret)).status, 200)
  })

  it('refuses a key from its end on, and takes it again when an admin gives it a later one', async () => {
    const { secret, change } = await newKey({ expiresAt: Date.now() + 60_000 })
    assert.equal((await ask(secret)).status, 200)
    await change({ expiresAt: Date.now() - 1 })
    const { status, code, error } = await ask(secret)
    assert.deepEqual([status, code], [401, 'key_expired'])
    assert.match(error, /^Invalid Access Token: this key expired at \d{4}-.+Z; ask an admin for another$/)
    await change({ expiresAt: null })
    assert.equal((await ask(secret)).status, 200)
  })

  it('takes a key only from the addresses that are allowed for it', async () => {
    const { secret } = await newKey({ allowedAddresses: ['203.0.113.0/24', '2001:db8::/32'] })
    for (const from of ['203.0.113.7', '::ffff:203.0.113.7', '2001:db8::7']) {
      assert.equal((await ask(secret, { from })).status, 200, from)
    }
    for (const from of ['203.0.114.7', '::ffff:203.0.114.7', '2001:db9::7', '::1']) {
      const { status, code, error } = await ask(secret, { from })
      assert.deepEqual([status, code], [403, 'address_not_allowed'], from)
      assert.ok(error.includes(from), error)
    }
  })

  it('believes no address that a client says of itself', async () => {
    const { secret } = await newKey({ allowedAddresses: ['203.0.113.7'] })
    const headers = { 'x-forwarded-for': '203.0.113.7' }
    assert.equal((await ask(secret, { headers })).code, 'address_not_allowed')
  })

  it('takes the address that the proxy in front tells, and no other', async () => {
    const { secret } = await newKey({ allowedAddresses: ['203.0.113.7'] }, behindProxy)
    const from = (address: string, forwarded: string) =>
      ask(secret, { to: behindProxy, from: address, headers: { 'x-forwarded-for': forwarded } })
    assert.equal((await from('127.0.0.1', '203.0.113.7')).status, 200)
    assert.equal((await from('127.0.0.1', '203.0.113.7, 198.51.100.9')).code, 'address_not_allowed')
    assert.equal((await from('198.51.100.9', '203.0.113.7')).code, 'address_not_allowed')
  })

  it('says nothing of a key to whoever only guesses', async () => {
    const { secret, disable, revoke } = await newKey()
    await disable()
    const guess = secret.slice(0, -1) + (secret.endsWith('A') ? 'B' : 'A')
    assert.equal((await ask(guess)).code, 'invalid_access_token')
    await revoke()
    assert.equal((await ask(secret)).code, 'invalid_access_token')
  })

  it('counts wrong keys of an address wherever they stand, and goes on to take the right one', async () => {
    const { secret } = await newKey()
    const remoteAddress = '198.51.100.7'
    const wrong = () => `Bearer ${newSecret('live')}`
    const send = (request: { method?: 'GET' | 'OPTIONS'; url?: string; headers?: Record<string, string> }) =>
      server.running.app.inject({ url: '/rest/info/account', remoteAddress, ...request })
    const ways = [
      () => send({ headers: { authorization: wrong() } }),
      () => send({ headers: { authorization: `${wrong()}x` } }),
      () => send({ method: 'OPTIONS', headers: { authorization: wrong() } }),
      () => send({ url: `/rest/info/account?token=${newSecret('live')}` }),
    ]
    const answers = await Promise.all(Array.from({ length: 50 }, (_, turn) => ways[turn % 4]?.()))
    assert.deepEqual([...new Set(answers.map((answer) => answer?.statusCode))].sort(), [204, 400, 401])
    const late = await Promise.all(ways.map((way) => way()))
    assert.deepEqual(new Set(late.map((answer) => answer.json().code)), new Set(['too_many_wrong_keys']))
    assert.equal((await ask(secret, { from: remoteAddress })).status, 200)
  })

  it('ends a stream whose key is disabled, expired or not allowed any more', async () => {
    type Key = Awaited<ReturnType<typeof newKey>>
    const ends: Record<string, (key: Key) => Promise<unknown>> = {
      disabled: (key) => key.disable(),
      expired: (key) => key.change({ expiresAt: Date.now() - 1 }),
      'not allowed': (key) => key.change({ allowedAddresses: ['203.0.113.7'] }),
    }
    for (const [end, act] of Object.entries(ends)) {
      const key = await newKey()
      const response = await fetch(`${server.url}/rest/events/stream`, {
        headers: { authorization: `Bearer ${key.secret}` },
      })
      assert.equal(response.status, 200)
      await act(key)
      const { id } = await server.acme.api.made('/contacts', { full_name: 'Rosa Field' })
      assert.ok(!(await response.text()).includes(id), end)
    }
  })

  it('tells who a key was after it is gone', async () => {
    const { key, secret, revoke } = await newKey({ name: 'Website forms' })
    const response = await fetch(`${server.url}/rest/contacts`, {
      method: 'POST',
      headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
      body: '{"full_name":"Rosa Field"}',
    })
    const { data } = (await response.json()) as { data: { id: string } }
    await revoke()
    await server.running.publisher.publishAll()
    const { body } = await server.acme.api.get(`/contacts/${data.id}/history`)
    const [event] = (body as { data: { actor: object }[] }).data
    assert.deepEqual(event?.actor, { kind: 'key', id: key.id, name: 'Website forms' })
  })
})
