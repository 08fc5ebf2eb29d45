import assert from 'node:assert/strict'
import { it } from 'node:test'
import { sql } from 'kysely'
import { forEachEngine } from '../../test/support/engines.ts'
import { ApiError } from '../errors/api-error.ts'
import { secretsFrom } from '../secrets.ts'
import { accountStore } from '../storage/account-store.ts'
import type { Engine } from '../storage/engine.ts'
import type { KeyEvent } from './key.acts.ts'
import { findKey } from './key.lookup.ts'
import { readMainKey } from './key.reading.ts'
import { enableAccess, revealKey, revokeKey, rotateKey } from './key.store.ts'
import { auditOf, newAccount, openGround, origin, quietly } from './testing.ts'

const refusedWith = (code: string) => (error: unknown) => error instanceof ApiError && error.code === code

forEachEngine((under) => {
  const ground = openGround(under)

  async function begin() {
    const { engine } = ground
    const session = await newAccount(engine)
    return { engine, session, act: { by: session, origin }, context: quietly(engine) }
  }

  it('enables access with a key that works at once', async () => {
    const { engine, session, act, context } = await begin()
    assert.equal(await readMainKey(accountStore(engine.reader, session.accountId)), null)
    const before = Date.now()
    const { secret, key } = await enableAccess(context, act)
    assert.equal((await findKey(engine, secret))?.accountId, session.accountId)
    assert.deepEqual(await readMainKey(accountStore(engine.reader, session.accountId)), key)
    assert.equal(key.lastFour, secret.slice(-4))
    assert.deepEqual(key.createdBy, { name: 'Ada Admin' })
    assert.ok(key.createdAt >= before && key.createdAt <= Date.now())
    assert.equal(key.rotatedAt, null)
    assert.equal(key.lastUsedAt, null)
  })

  it('enables only once', async () => {
    const { engine, act, context } = await begin()
    const { secret } = await enableAccess(context, act)
    await assert.rejects(enableAccess(context, act), refusedWith('access_already_enabled'))
    assert.ok(await findKey(engine, secret))
  })

  it('reveals the same key as often as asked', async () => {
    const { act, context } = await begin()
    const { secret } = await enableAccess(context, act)
    assert.equal(await revealKey(context, act), secret)
    assert.equal(await revealKey(context, act), secret)
  })

  it('rotates: the old key ends, the new one works, and the rest of the key stays', async () => {
    const { engine, session, act, context } = await begin()
    const old = await enableAccess(context, act)
    const { secret, key } = await rotateKey(context, act)
    assert.notEqual(secret, old.secret)
    assert.equal(await findKey(engine, old.secret), null)
    assert.equal((await findKey(engine, secret))?.keyId, old.key.id)
    assert.equal(await revealKey(context, act), secret)
    assert.ok(key.rotatedAt !== null && key.rotatedAt >= old.key.createdAt)
    assert.deepEqual(key, { ...old.key, lastFour: secret.slice(-4), rotatedAt: key.rotatedAt })
    assert.deepEqual(await readMainKey(accountStore(engine.reader, session.accountId)), key)
  })

  it('revokes, after which nothing can be done but to enable again with another key', async () => {
    const { engine, act, context } = await begin()
    const old = await enableAccess(context, act)
    await revokeKey(context, act)
    assert.equal(await findKey(engine, old.secret), null)
    for (const attempt of [revealKey, rotateKey, revokeKey]) {
      await assert.rejects(attempt(context, act), refusedWith('access_not_enabled'))
    }
    const fresh = await enableAccess(context, act)
    assert.notEqual(fresh.key.id, old.key.id)
    assert.equal(await findKey(engine, old.secret), null)
    assert.ok(await findKey(engine, fresh.secret))
  })

  it('touches no other account', async () => {
    const [one, other] = [await begin(), await begin()]
    const kept = await enableAccess(one.context, one.act)
    await enableAccess(other.context, other.act)
    await rotateKey(other.context, other.act)
    await revokeKey(other.context, other.act)
    assert.equal((await findKey(one.engine, kept.secret))?.accountId, one.session.accountId)
    assert.equal(await revealKey(one.context, one.act), kept.secret)
  })

  it('writes who, when, from where and which key to the audit log, and tells of all but revealing', async () => {
    const { engine, session, act } = await begin()
    const told: KeyEvent[] = []
    const context = {
      ...quietly(engine),
      announce: async (_tx: unknown, _writer: unknown, event: KeyEvent) => {
        told.push(event)
      },
    }
    const { secret, key } = await enableAccess(context, act)
    await revealKey(context, act)
    const rotated = await rotateKey(context, act)
    await revokeKey(context, act)

    const [first, second] = [secret.slice(-4), rotated.secret.slice(-4)]
    const entries = await auditOf(engine, session)
    assert.deepEqual(
      entries.map((entry) => [entry.action, JSON.parse(entry.details)]),
      [
        ['api_key.enabled', { name: 'REST API key', last_four: first }],
        ['api_key.revealed', { name: 'REST API key', last_four: first }],
        ['api_key.rotated', { name: 'REST API key', last_four: second, previous_last_four: first }],
        ['api_key.revoked', { name: 'REST API key', last_four: second }],
      ],
    )
    for (const entry of entries) {
      assert.equal(entry.user_id, session.userId)
      assert.equal(entry.subject, key.id)
      assert.equal(entry.address, '203.0.113.7')
      assert.equal(entry.user_agent, 'Test browser')
      assert.equal(entry.request_id, 'request-1')
    }
    assert.deepEqual(
      told.map((event) => [event.action, event.key.lastFour]),
      [
        ['enabled', first],
        ['rotated', second],
        ['revoked', second],
      ],
    )
    assert.ok(![JSON.stringify(entries), JSON.stringify(told)].some((text) => text.includes(secret)))
  })

  it('lets one of many who enable at once win', async () => {
    const { engine, session, act, context } = await begin()
    const outcomes = await Promise.allSettled(Array.from({ length: 6 }, () => enableAccess(context, act)))
    const won = outcomes.filter((outcome) => outcome.status === 'fulfilled')
    const lost = outcomes.filter((outcome) => outcome.status === 'rejected')
    assert.equal(won.length, 1)
    for (const { reason } of lost) assert.ok(refusedWith('access_already_enabled')(reason), String(reason))
    assert.equal(await findKeyId(engine, won[0]?.value.secret), won[0]?.value.key.id)
    assert.equal((await rowsOf(engine, session.accountId)).keys, 1)
    assert.equal((await auditOf(engine, session)).length, 1)
  })

  it('does rotations at once one after the other, and only the last key works', async () => {
    const { engine, session, act, context } = await begin()
    await enableAccess(context, act)
    const rotated = await Promise.all(Array.from({ length: 5 }, () => rotateKey(context, act)))
    const current = await revealKey(context, act)
    for (const { secret } of rotated) {
      assert.equal((await findKey(engine, secret)) !== null, secret === current)
    }
    assert.ok(rotated.some(({ secret }) => secret === current))
    assert.deepEqual(await rowsOf(engine, session.accountId), { keys: 1, hashes: 1 })
    assert.equal((await auditOf(engine, session)).length, 7)
  })

  it('leaves either a working key or none when rotated and revoked at once', async () => {
    const { engine, session, act, context } = await begin()
    await enableAccess(context, act)
    const [rotated, revoked] = await Promise.allSettled([rotateKey(context, act), revokeKey(context, act)])
    assert.equal(revoked.status, 'fulfilled')
    if (rotated.status === 'fulfilled') assert.equal(await findKey(engine, rotated.value.secret), null)
    else assert.ok(refusedWith('access_not_enabled')(rotated.reason), String(rotated.reason))
    assert.deepEqual(await rowsOf(engine, session.accountId), { keys: 0, hashes: 0 })
  })

  it('never lets the old key in once a rotation is answered, however many requests are on their way', async () => {
    const { engine, act, context } = await begin()
    let { secret } = await enableAccess(context, act)
    for (let round = 0; round < 10; round++) {
      const old = secret
      const onTheirWay = Array.from({ length: 10 }, () => findKey(engine, old))
      secret = (await rotateKey(context, act)).secret
      assert.equal(await findKey(engine, old), null)
      await Promise.all(onTheirWay)
    }
  })

  it('changes nothing when the audit log cannot be written', async () => {
    const { engine, act, context } = await begin()
    const fresh = await begin()
    const { secret } = await enableAccess(context, act)
    await sql`alter table audit_entries rename to audit_entries_away`.execute(engine.writer)
    try {
      for (const attempt of [revealKey, rotateKey, revokeKey]) await assert.rejects(attempt(context, act))
      await assert.rejects(enableAccess(fresh.context, fresh.act))
    } finally {
      await sql`alter table audit_entries_away rename to audit_entries`.execute(engine.writer)
    }
    assert.ok(await findKey(engine, secret))
    assert.equal(await revealKey(context, act), secret)
    assert.deepEqual(await rowsOf(engine, fresh.session.accountId), { keys: 0, hashes: 0 })
  })

  it('changes nothing when the admins cannot be told', async () => {
    const { engine, session, act, context } = await begin()
    const { secret } = await enableAccess(context, act)
    const mute = { ...context, announce: () => Promise.reject(new Error('No mail can be queued.')) }
    await assert.rejects(rotateKey(mute, act), /No mail/)
    await assert.rejects(revokeKey(mute, act), /No mail/)
    assert.ok(await findKey(engine, secret))
    assert.equal((await auditOf(engine, session)).length, 1)
  })

  it('cannot show a key of another secret, which still works and can be rotated', async () => {
    const { engine, act, context } = await begin()
    const { secret } = await enableAccess(context, act)
    const moved = { ...context, secrets: secretsFrom('the secret after a careless move') }
    await assert.rejects(revealKey(moved, act), refusedWith('key_unreadable'))
    assert.ok(await findKey(engine, secret))
    const rotated = await rotateKey(moved, act)
    assert.equal(await revealKey(moved, act), rotated.secret)
    assert.equal(await findKey(engine, secret), null)
  })
})

async function findKeyId(engine: Engine, secret = ''): Promise<string | undefined> {
  return (await findKey(engine, secret))?.keyId
}

async function rowsOf(engine: Engine, accountId: string): Promise<{ keys: number; hashes: number }> {
  const of = async (table: 'api_keys' | 'api_key_hashes') =>
    (await engine.reader.selectFrom(table).select('account_id').where('account_id', '=', accountId).execute())
      .length
  return { keys: await of('api_keys'), hashes: await of('api_key_hashes') }
}
