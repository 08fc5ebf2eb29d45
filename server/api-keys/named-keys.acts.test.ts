import assert from 'node:assert/strict'
import { it } from 'node:test'
import { forEachEngine } from '../../test/support/engines.ts'
import { findKey } from './key.lookup.ts'
import { type KeyView, serveKeys, serveOneKey } from './testing.routes.ts'
import { auditOf, newPerson, openGround } from './testing.ts'

const hour = 60 * 60 * 1_000

forEachEngine((under) => {
  const ground = openGround(under)
  const serve = () => serveKeys(ground.engine)
  const serveWithKey = () => serveOneKey(ground.engine)

  it('rotates with an overlap, which the next rotation ends', async () => {
    const { engine, admin, call, secret, path } = await serveWithKey()
    const before = Date.now()
    const first = await call('POST', `${path}/rotate`, { body: { previous_key_works_for: 3600 } })
    const until = Date.parse((first.body.key as KeyView).previous_works_until ?? '')
    assert.ok(until >= before + hour && until <= Date.now() + hour)
    assert.ok(await findKey(engine, secret))
    const second = await call('POST', `${path}/rotate`, { body: { previous_key_works_for: 86_400 } })
    assert.equal(await findKey(engine, secret), null)
    assert.ok(await findKey(engine, String(first.body.secret)))
    const third = await call('POST', `${path}/rotate`)
    assert.equal((third.body.key as KeyView).previous_works_until, null)
    for (const old of [first, second]) assert.equal(await findKey(engine, String(old.body.secret)), null)
    assert.ok(await findKey(engine, String(third.body.secret)))
    const [, noted] = await auditOf(engine, admin)
    assert.equal(JSON.parse(noted?.details ?? '').previous_works_until, new Date(until).toISOString())
    for (const body of [{ previous_key_works_for: 60 }, { overlap: 3600 }]) {
      assert.equal((await call('POST', `${path}/rotate`, { body })).body.code, 'invalid_field')
    }
  })

  it('rotates the main key with an overlap as well', async () => {
    const { engine, call } = await serve()
    const { secret } = (await call('POST', '/api/rest-access/enable')).body
    const { body } = await call('POST', '/api/rest-access/rotate', {
      body: { previous_key_works_for: 86_400 },
    })
    assert.ok((body.key as KeyView).previous_works_until)
    assert.ok((await findKey(engine, String(secret))) && (await findKey(engine, String(body.secret))))
    await call('POST', '/api/rest-access/revoke')
    assert.equal(await findKey(engine, String(secret)), null)
  })

  it('disables and enables a key, once each', async () => {
    const { engine, admin, call, key, secret, path, mails } = await serveWithKey()
    for (const _ of [1, 2]) {
      const { body } = await call('POST', `${path}/disable`)
      assert.equal((body.key as KeyView).status, 'disabled')
    }
    assert.ok((await findKey(engine, secret))?.disabledAt)
    for (const _ of [1, 2]) assert.deepEqual((await call('POST', `${path}/enable`)).body.key, key)
    assert.deepEqual(
      (await auditOf(engine, admin)).map(({ action }) => action),
      ['api_key.created', 'api_key.disabled', 'api_key.resumed'],
    )
    assert.equal(mails.length, 2)
  })

  it('mails every admin what happened to which key', async () => {
    const { server, create, call, mails } = await serveWithKey()
    await newPerson(server.engine, server.admin, 'admin', 'Bea Boss')
    const { key, secret } = await create({ name: 'Reports', scopes: ['tasks:read'] })
    const path = `/api/rest-access/keys/${key.id}`
    await call('POST', `${path}/reveal`)
    await call('POST', `${path}/rotate`, { body: { previous_key_works_for: 3600 } })
    await call('POST', `${path}/disable`)
    await call('POST', `${path}/enable`)
    await call('POST', `${path}/revoke`)
    assert.deepEqual(
      mails.map(({ to, subject }) => `${to} ${subject}`),
      ['created', 'rotated', 'disabled', 'enabled again', 'revoked'].flatMap((what) => [
        `ada.admin@example.com The API key "Reports" was ${what} (Fir Street Homes)`,
        `bea.boss@example.com The API key "Reports" was ${what} (Fir Street Homes)`,
      ]),
    )
    assert.match(mails[0]?.text ?? '', /what it was given: tasks:read\./)
    assert.match(mails[2]?.text ?? '', /The old key works until \w+ \d+, \d{4} at .+\(America\/Denver\)/)
    for (const { text } of mails) {
      assert.match(text, /Key: Reports, ends in \w{4}\n/)
      assert.ok(!text.includes(secret.slice(8, 24)))
    }
  })
})
