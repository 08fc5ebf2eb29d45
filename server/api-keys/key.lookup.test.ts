import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { forEachEngine } from '../../test/support/engines.ts'
import { everything } from '../access/scopes.ts'
import type { Engine } from '../storage/engine.ts'
import { findKey } from './key.lookup.ts'
import { enableAccess, revokeKey, rotateKey } from './key.store.ts'
import { newKey } from './key-format.ts'
import { newAccount, openGround, origin, quietly } from './testing.ts'

describe('a text that is no key', () => {
  const untouchable = new Proxy({} as Engine, {
    get() {
      throw new Error('The database was asked.')
    },
  })

  it('is refused without asking the database, whichever character is wrong', async () => {
    const character = fc.string({ minLength: 1, maxLength: 1 })
    await fc.assert(
      fc.asyncProperty(fc.nat(45), character, async (position, wrong) => {
        const key = newKey('live')
        fc.pre(key[position] !== wrong)
        assert.equal(
          await findKey(untouchable, key.slice(0, position) + wrong + key.slice(position + 1)),
          null,
        )
      }),
    )
    await fc.assert(
      fc.asyncProperty(fc.string(), async (text) => (await findKey(untouchable, text)) === null),
    )
  })

  it('is told from a well-formed key, for which the database is asked', async () => {
    await assert.rejects(findKey(untouchable, newKey('live')), /The database was asked/)
  })
})

forEachEngine((under) => {
  const ground = openGround(under)

  it('finds the account, the owner and the settings of a key', async () => {
    const { engine } = ground
    const session = await newAccount(engine)
    await enableAccess(quietly(engine), { by: await newAccount(engine), origin })
    const { secret, key } = await enableAccess(quietly(engine), { by: session, origin })
    await engine.transaction((tx) =>
      tx
        .updateTable('account_settings')
        .set({ cors_origins: '["https://a.example"]', records_per_minute: 50_000 })
        .where('account_id', '=', session.accountId)
        .execute(),
    )
    assert.deepEqual(await findKey(engine, secret), {
      accountId: session.accountId,
      keyId: key.id,
      name: 'REST API key',
      isMain: true,
      userId: session.userId,
      grant: everything,
      disabledAt: null,
      expiresAt: null,
      allowedAddresses: [],
      requestsPerMinute: null,
      settings: {
        corsOrigins: ['https://a.example'],
        requestsPerMinute: 6000,
        recordsPerMinute: 50_000,
        strictEmulation: false,
        timeZone: 'America/Denver',
      },
    })
  })

  it('finds the key before a rotation until its overlap ends', async () => {
    const { engine } = ground
    const act = { by: await newAccount(engine), origin }
    const { secret, key } = await enableAccess(quietly(engine), act)
    await rotateKey(quietly(engine), act, { previousWorksForMs: 3_600_000 })
    assert.equal((await findKey(engine, secret))?.keyId, key.id)
    await engine.transaction((tx) =>
      tx
        .updateTable('api_key_hashes')
        .set({ expires_at: Date.now() - 1 })
        .where('key_id', '=', key.id)
        .where('expires_at', 'is not', null)
        .execute(),
    )
    assert.equal(await findKey(engine, secret), null)
  })

  it('finds nothing for a well-formed key that was never given out, rotated away or revoked', async () => {
    const { engine } = ground
    const act = { by: await newAccount(engine), origin }
    assert.equal(await findKey(engine, newKey('live')), null)
    const first = await enableAccess(quietly(engine), act)
    const second = await rotateKey(quietly(engine), act)
    assert.equal(await findKey(engine, first.secret), null)
    assert.ok(await findKey(engine, second.secret))
    await revokeKey(quietly(engine), act)
    assert.equal(await findKey(engine, second.secret), null)
  })
})
