import assert from 'node:assert/strict'
import { it } from 'node:test'
import { forEachEngine } from '../../test/support/engines.ts'
import { recentSignInMs } from '../accounts/guards.ts'
import { accountWriter } from '../storage/account-store.ts'
import type { Engine } from '../storage/engine.ts'
import { newId } from '../storage/ids.ts'
import { findKey } from './key.lookup.ts'
import { newKey } from './key-format.ts'
import { type KeyView, serveKeys } from './testing.routes.ts'
import { auditOf, newPerson, openGround } from './testing.ts'

const hour = 60 * 60 * 1_000

forEachEngine((under) => {
  const ground = openGround(under)
  const serve = () => serveKeys(ground.engine)

  async function serveWithKey(fields: object = {}) {
    const server = await serve()
    const { key, secret } = await server.create({ name: 'Website', scopes: ['*:read'], ...fields })
    server.mails.length = 0
    return { ...server, server, key, secret, path: `/api/rest-access/keys/${key.id}` }
  }

  it('makes a key with its limits, which works at once and is listed without its secret', async () => {
    const { engine, admin, call, create } = await serve()
    const pipelineId = await newPlace(engine, admin.accountId, 'pipelines')
    const expires = new Date(Date.now() + 40 * 24 * hour).toISOString()
    const { key, secret } = await create({
      name: '  Website forms ',
      scopes: ['deals:read', 'deals:write', 'deals:read'],
      pipeline_ids: [pipelineId],
      expires_at: expires,
      allowed_addresses: ['10.1.2.3/8', '::ffff:203.0.113.7'],
      requests_per_minute: 60,
    })
    const { created_at, requests, ...shown } = key
    assert.deepEqual(shown, {
      id: key.id,
      name: 'Website forms',
      is_main: false,
      masked: `lk_live_••••••••${secret.slice(-4)}`,
      last_four: secret.slice(-4),
      status: 'active',
      created_by: { name: 'Ada Admin' },
      last_rotated_at: null,
      previous_works_until: null,
      last_used_at: null,
      last_used_from: null,
      expires_at: expires,
      disabled_at: null,
      exposed_at: null,
      scopes: ['deals:read', 'deals:write'],
      pipeline_ids: [pipelineId],
      process_type_ids: null,
      allowed_addresses: ['10.0.0.0/8', '203.0.113.7'],
      requests_per_minute: 60,
    })
    assert.equal(requests.length, 30)
    assert.ok(requests.every(({ count }) => count === 0))
    const known = await findKey(engine, secret)
    assert.deepEqual(known?.grant, {
      scopes: ['deals:read', 'deals:write'],
      pipelineIds: [pipelineId],
      processTypeIds: null,
    })
    const { body } = await call('GET', '/api/rest-access')
    assert.deepEqual([body.keys, body.key], [[key], null])
    assert.deepEqual(body.pipelines, [{ id: pipelineId, name: 'Owners' }])
    assert.ok(!JSON.stringify(body).includes(secret.slice(8, 24)))
  })

  it('leaves the main key as it was', async () => {
    const { call, create } = await serve()
    const { secret } = (await call('POST', '/api/rest-access/enable')).body
    const named = await create({ name: 'Website', scopes: ['*:read'] })
    await call('POST', `/api/rest-access/keys/${named.key.id}/revoke`)
    const { body } = await call('GET', '/api/rest-access')
    assert.deepEqual([body.keys, body.enabled], [[], true])
    assert.equal((await call('POST', '/api/rest-access/reveal')).body.secret, secret)
    const main = body.key as KeyView
    assert.deepEqual(
      [main.is_main, main.name, main.scopes],
      [true, 'REST API key', ['*:read', '*:write', '*:delete']],
    )
    assert.equal((await call('POST', `/api/rest-access/keys/${main.id}/reveal`)).body.secret, secret)
  })

  it('names everything that is wrong in one answer, and makes nothing', async () => {
    const { engine, admin, call, create } = await serve()
    await create({ name: 'Website', scopes: ['*:read'] })
    const stranger = newId()
    const wrong = await call('POST', '/api/rest-access/keys', {
      body: {
        name: 'WEBSITE',
        scopes: ['deals:write'],
        pipeline_ids: [stranger],
        process_type_ids: ['x'],
        expires_at: '2020-01-01T00:00:00Z',
        allowed_addresses: ['10.0.0.1', '10.0.0.300'],
        requests_per_minute: 0,
        admin: true,
      },
    })
    assert.equal(wrong.status, 400)
    const problems = wrong.body.errors as { code: string; param: string; message: string }[]
    assert.deepEqual(
      problems.map(({ code, param, message }) => [code, param, message]),
      [
        ['invalid_field', 'scopes', 'scopes holds deals:write without deals:read'],
        ['invalid_field', 'process_type_ids', 'process_type_ids holds "x", which is no id'],
        ['invalid_field', 'expires_at', 'expires_at must lie in the future'],
        [
          'invalid_field',
          'allowed_addresses',
          'allowed_addresses holds "10.0.0.300"; an address looks like 203.0.113.7, 10.0.0.0/8 or 2001:db8::/32',
        ],
        [
          'invalid_field',
          'requests_per_minute',
          'requests_per_minute must be null, or a whole number from 1 to 1,000,000',
        ],
        ['invalid_field', 'admin', 'admin is no field of a key'],
        ['already_exists', 'name', `name "WEBSITE" is another key's`],
        ['unknown_pipeline', 'pipeline_ids', `pipeline_ids holds ${stranger}, which is not in this account`],
      ],
    )
    const empty = (await call('POST', '/api/rest-access/keys')).body.errors as {
      code: string
      param: string
    }[]
    assert.deepEqual(
      empty.map(({ code, param }) => [code, param]),
      [
        ['missing_field', 'name'],
        ['missing_field', 'scopes'],
      ],
    )
    assert.equal((await auditOf(engine, admin)).length, 1)
  })

  it('takes the pipelines of no other account', async () => {
    const [one, other] = [await serve(), await serve()]
    const theirs = await newPlace(other.engine, other.admin.accountId, 'process_types')
    const { status, body } = await one.call('POST', '/api/rest-access/keys', {
      body: { name: 'Website', scopes: ['*:read'], process_type_ids: [theirs] },
    })
    assert.deepEqual([status, body.code], [400, 'unknown_process_type'])
  })

  it('changes what is named, and keeps what it was in the audit log', async () => {
    const { engine, admin, call, key, secret, path, mails } = await serveWithKey()
    const { status, body } = await call('PATCH', path, {
      body: { name: 'Site', scopes: ['*:read', '*:write'], allowed_addresses: ['203.0.113.7'] },
    })
    assert.equal(status, 200)
    const changed = body.key as KeyView
    assert.deepEqual(changed, {
      ...key,
      name: 'Site',
      scopes: ['*:read', '*:write'],
      allowed_addresses: ['203.0.113.7'],
    })
    assert.deepEqual((await findKey(engine, secret))?.allowedAddresses, ['203.0.113.7'])
    assert.deepEqual((await call('PATCH', path, { body: { name: 'Site' } })).body.key, changed)
    const entries = await auditOf(engine, admin)
    assert.deepEqual(
      entries.map(({ action, subject }) => [action, subject]),
      [
        ['api_key.created', key.id],
        ['api_key.changed', key.id],
      ],
    )
    assert.deepEqual(JSON.parse(entries[1]?.details ?? ''), {
      name: 'Site',
      previous_name: 'Website',
      last_four: key.last_four,
      scopes: '["*:read","*:write"]',
      previous_scopes: '["*:read"]',
      allowed_addresses: '["203.0.113.7"]',
      previous_allowed_addresses: '[]',
    })
    assert.equal(mails.length, 0)
  })

  it('keeps a name to one living key, whatever its letters, and sets it free with its revocation', async () => {
    const { call, create, path } = await serveWithKey()
    const other = await create({ name: 'Reports', scopes: ['*:read'] })
    const taken = await call('PATCH', path, { body: { name: 'rePORTS' } })
    assert.deepEqual([taken.status, taken.body.code], [409, 'already_exists'])
    assert.equal((await call('PATCH', path, { body: { name: 'WEBSITE' } })).status, 200)
    await call('POST', `/api/rest-access/keys/${other.key.id}/revoke`)
    assert.equal((await call('PATCH', path, { body: { name: 'Reports' } })).status, 200)
  })

  it('keeps the name of the main key', async () => {
    const { call } = await serve()
    const { key } = (await call('POST', '/api/rest-access/enable')).body as { key: KeyView }
    const path = `/api/rest-access/keys/${key.id}`
    assert.equal((await call('PATCH', path, { body: { name: 'Mine' } })).body.code, 'invalid_field')
    const { body } = await call('PATCH', path, { body: { name: key.name, requests_per_minute: 10 } })
    assert.equal((body.key as KeyView).requests_per_minute, 10)
  })

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

  it('answers 404 for a key that is revoked, of another account, or none', async () => {
    const { call, key, path } = await serveWithKey()
    const other = await serveWithKey()
    await call('POST', `${path}/revoke`)
    for (const id of [key.id, other.key.id, newId(), 'x']) {
      for (const [method, rest] of acts) {
        const { status, body } = await call(method, `/api/rest-access/keys/${id}${rest}`)
        assert.deepEqual([status, body.code], [404, 'not_found'], `${id}${rest}`)
      }
    }
    assert.ok(await findKey(other.engine, other.secret))
  })

  it('takes no more than a hundred keys', async () => {
    const { engine, admin, call } = await serveWithKey()
    await engine.transaction(async (tx) => {
      const row = await tx
        .selectFrom('api_keys')
        .selectAll()
        .where('account_id', '=', admin.accountId)
        .executeTakeFirstOrThrow()
      const copies = Array.from({ length: 99 }, (_, at) => ({ ...row, id: newId(), name: `Key ${at}` }))
      await tx.insertInto('api_keys').values(copies).execute()
    })
    const { status, body } = await call('POST', '/api/rest-access/keys', {
      body: { name: 'One more', scopes: ['*:read'] },
    })
    assert.deepEqual([status, body.code], [409, 'too_many_keys'])
  })

  it('is for admins with a recent sign-in, and never for a key', async () => {
    const { server, key, secret } = await serveWithKey()
    const paths = [
      ['POST', ''] as const,
      ...acts.map(([method, rest]) => [method, `/${key.id}${rest}`] as const),
    ]
    const { admin } = server
    const member = await newPerson(server.engine, admin, 'member', 'Max Member')
    const authorization = `Bearer ${secret}`
    for (const [visitor, headers, code] of [
      [null, {}, 'sign_in_required'],
      [member, {}, 'admin_required'],
      [{ ...admin, signedInAt: Date.now() - recentSignInMs - 1 }, {}, 'recent_sign_in_required'],
      [admin, { authorization }, 'session_required'],
      [admin, { authorization: newKey('live') }, 'session_required'],
      [admin, { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }, 'cross_site_request'],
    ] as const) {
      server.visitor = visitor
      for (const [method, path] of paths) {
        const answer = await server.call(method, `/api/rest-access/keys${path}`, { headers })
        assert.equal(answer.body.code, code, path)
        assert.equal(answer.headers['cache-control'], 'no-store')
      }
    }
  })
})

const acts = [
  ['PATCH', ''],
  ['POST', '/reveal'],
  ['POST', '/rotate'],
  ['POST', '/disable'],
  ['POST', '/enable'],
  ['POST', '/revoke'],
] as const

async function newPlace(
  engine: Engine,
  accountId: string,
  table: 'pipelines' | 'process_types',
): Promise<string> {
  const id = newId()
  await engine.transaction((tx) =>
    accountWriter(tx, accountId, { at: 1, actor: { kind: 'system', id: null }, requestId: null }).insert(
      table,
      {
        id,
        created_at: 1,
        updated_at: 1,
        deleted_at: null,
        version: 1,
        search_text: '',
        name: 'Owners',
      },
    ),
  )
  return id
}
