import assert from 'node:assert/strict'
import { afterEach, it } from 'node:test'
import { forEachEngine } from '../../test/support/engines.ts'
import { makePasskey } from '../../test/support/passkey.ts'
import { passkeysWorkAt } from './passkeys.ts'
import { company, startServer, type TestServer } from './test-server.ts'

it('knows the addresses at which browsers know passkeys', () => {
  const works = ['https://latchkey.example.com', 'http://localhost:3000', 'http://demo.localhost:3000']
  const fails = ['http://latchkey.example.com', 'http://127.0.0.1:3000', 'https://192.0.2.7', 'https://[::1]']
  for (const url of works) assert.equal(passkeysWorkAt(url), true, url)
  for (const url of fails) assert.equal(passkeysWorkAt(url), false, url)
})

/** What test/browser/profile.test.ts shows with a device is not shown again here. */
forEachEngine((kind) => {
  let server: TestServer
  const start = async (publicUrl: string) => {
    server = await startServer({ ...(await kind.open()), publicUrl })
    const { email, password, name } = company
    const admin = { name, email, password }
    await server.accounts.openAccount({ name: company.company_name, timeZone: company.time_zone, admin })
    const visitor = server.visitor()
    assert.equal((await visitor.post('/api/auth/sign-in/email', { email, password })).status, 200)
    return visitor
  }
  const row = (identity_id: string, id: string, credential_id: string, public_key = '') =>
    server.engine.writer
      .insertInto('passkeys')
      .values({
        id,
        identity_id,
        name: 'Laptop',
        credential_id,
        public_key,
        counter: 0,
        transports: '[]',
        created_at: Date.now(),
        last_used_at: null,
      })
      .execute()
  afterEach(async () => {
    assert.deepEqual(server.errors, [])
    await server.close()
  })

  it('offers none at an address where they cannot work', async () => {
    const visitor = await start('http://192.0.2.7:3000')
    assert.equal((await visitor.get('/api/passkeys')).body.available, false)
    assert.equal((await visitor.get('/api/session')).body.sign_in.passkey, false)
    for (const path of ['/api/passkeys/begin', '/api/auth/passkey/begin']) {
      const refused = await visitor.post(path)
      assert.deepEqual([refused.status, refused.body.code], [409, 'passkeys_unavailable'])
    }
  })

  it('wants a device that knows its owner, and a sign-in that is recent', async () => {
    const visitor = await start('http://localhost:3000')
    const { body } = await visitor.post('/api/passkeys/begin')
    assert.equal(body.rp.id, 'localhost')
    assert.equal(body.authenticatorSelection.userVerification, 'required')
    assert.equal((await visitor.post('/api/auth/passkey/begin')).body.userVerification, 'required')
    await server.engine.writer.updateTable('sessions').set({ created_at: '2026-01-01T00:00:00Z' }).execute()
    for (const path of ['/api/passkeys/begin', '/api/passkeys']) {
      assert.equal((await visitor.post(path)).body.code, 'recent_sign_in_required')
    }
    assert.equal((await server.visitor().post('/api/passkeys/begin')).body.code, 'sign_in_required')
  })

  it('refuses whatever is no passkey of this server in one way, and signs nobody in', async () => {
    const visitor = await start('http://localhost:3000')
    const responses = [null, {}, [], 'x', { id: 7 }, { id: 'a\u0000' }, { id: 'AAAA', rawId: 'AAAA' }]
    for (const response of responses) {
      const stranger = server.visitor()
      const refused = await stranger.post('/api/auth/passkey', { response })
      assert.deepEqual([refused.status, refused.body.code], [400, 'passkey_refused'])
      assert.equal(stranger.cookies.size, 0)
      const added = await visitor.post('/api/passkeys', { name: 'Odd', response })
      assert.deepEqual([added.status, added.body.code], [400, 'passkey_refused'])
    }
    assert.deepEqual((await visitor.get('/api/passkeys')).body.data, [])
  })

  it('renames and removes a person’s own, and no other', async () => {
    const ada = await start('http://localhost:3000')
    const { signed_in: session } = (await ada.get('/api/session')).body
    const eve = { name: 'Eve', email: 'eve@example.com', password: company.password, role: 'member' as const }
    const { userId: eveId } = await server.accounts.addPerson(session.account.id, eve)
    const [own, theirs] = ['01970000-0000-7000-8000-000000000001', '01970000-0000-7000-8000-000000000002']
    await row(session.user.id, own, 'AAAA')
    await row(eveId, theirs, 'BBBB')
    assert.equal((await ada.patch(`/api/passkeys/${theirs}`, { name: 'Mine' })).status, 404)
    assert.equal((await ada.delete(`/api/passkeys/${theirs}`)).status, 404)
    assert.equal((await ada.patch(`/api/passkeys/${own}`, { name: '' })).status, 400)
    assert.equal((await ada.patch(`/api/passkeys/${own}`, { name: 'Phone' })).body.name, 'Phone')
    const listed = (await ada.get('/api/passkeys')).body.data
    assert.deepEqual(Object.keys(listed[0]), ['id', 'name', 'created_at', 'last_used_at'])
    const forged = await server.visitor().post('/api/auth/passkey', { response: { id: 'AAAA' } })
    assert.equal(forged.body.code, 'passkey_refused')
    assert.equal((await ada.delete(`/api/passkeys/${own}`)).status, 204)
    assert.deepEqual((await ada.get('/api/passkeys')).body.data, [])
  })

  it('confirms by a passkey of one’s own that it is still oneself, and by nothing else', async () => {
    const origin = 'http://localhost:3000'
    const ada = await start(origin)
    const { signed_in: session } = (await ada.get('/api/session')).body
    const eve = { name: 'Eve', email: 'eve@example.com', password: company.password, role: 'member' as const }
    const { userId: eveId } = await server.accounts.addPerson(session.account.id, eve)
    const none = await ada.post('/api/passkeys/confirm/begin')
    assert.deepEqual([none.status, none.body.code], [400, 'passkey_refused'])
    const [own, theirs] = [makePasskey(origin), makePasskey(origin)]
    await row(session.user.id, '01970000-0000-7000-8000-000000000001', own.id, own.publicKey)
    await row(eveId, '01970000-0000-7000-8000-000000000002', theirs.id, theirs.publicKey)
    await server.engine.writer.updateTable('sessions').set({ created_at: '2026-01-01T00:00:00Z' }).execute()
    const isRecent = async () => (await ada.get('/api/session')).body.signed_in.recent_sign_in
    const begin = async () => {
      const { body } = await ada.post('/api/passkeys/confirm/begin')
      assert.deepEqual(
        body.allowCredentials.map(({ id }: { id: string }) => id),
        [own.id],
      )
      return body.challenge
    }
    const refused = async (response: object) => {
      const answer = await ada.post('/api/passkeys/confirm', { response })
      assert.deepEqual([answer.status, answer.body.code], [400, 'passkey_refused'])
      assert.equal(await isRecent(), false)
    }
    await refused(theirs.responseTo(await begin()))
    await refused(own.responseTo((await ada.post('/api/auth/passkey/begin')).body.challenge))
    await refused({ ...own.responseTo(await begin()), id: theirs.id })
    await refused(makePasskey(origin).responseTo(await begin()))
    const stranger = await server.visitor().post('/api/passkeys/confirm', {
      response: own.responseTo(await begin()),
    })
    assert.equal(stranger.body.code, 'sign_in_required')

    const response = own.responseTo(await begin())
    assert.equal((await ada.post('/api/passkeys/confirm', { response })).status, 200)
    assert.equal(await isRecent(), true)
    assert.equal((await ada.get('/api/sessions')).body.data.length, 1)
    assert.equal((await ada.post('/api/passkeys/confirm', { response })).body.code, 'passkey_refused')
  })
})
