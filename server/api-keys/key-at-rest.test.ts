import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { forEachEngine } from '../../test/support/engines.ts'
import { ApiError } from '../errors/api-error.ts'
import { secretsFrom } from '../secrets.ts'
import { enableAccess, revealKey, rotateKey } from './key.store.ts'
import { hashKey, openKey, sealKey } from './key-at-rest.ts'
import { newKey } from './key-format.ts'
import { auditOf, newAccount, openGround, origin, quietly, secrets, wholeDatabase } from './testing.ts'

const unreadable = (error: unknown) => error instanceof ApiError && error.code === 'key_unreadable'

describe('a sealed key', () => {
  const place = { accountId: 'account-1', keyId: 'key-1' }
  const text = newKey('live')

  it('opens where it was sealed', () => {
    assert.equal(openKey(secrets, sealKey(secrets, text, place), place), text)
  })

  it('does not open for another key, another account, or when altered', () => {
    const key = sealKey(secrets, text, place)
    assert.throws(() => openKey(secrets, key, { ...place, keyId: 'key-2' }), unreadable)
    assert.throws(() => openKey(secrets, key, { ...place, accountId: 'account-2' }), unreadable)
    const bytes = Buffer.from(key.sealed, 'base64')
    bytes[40] = (bytes[40] ?? 0) ^ 1
    assert.throws(() => openKey(secrets, { ...key, sealed: bytes.toString('base64') }, place), unreadable)
    assert.throws(() => openKey(secrets, { ...key, sealed: '' }, place), unreadable)
  })

  it('does not open with another secret, even one that claims to be the same', () => {
    const key = sealKey(secrets, text, place)
    const other = secretsFrom('another secret of another installation')
    assert.throws(() => openKey(other, key, place), unreadable)
    assert.throws(() => openKey(other, { ...key, sealingKeyId: other.sealingKeyId }, place), unreadable)
  })

  it('is never sealed the same way twice', () => {
    assert.notEqual(sealKey(secrets, text, place).sealed, sealKey(secrets, text, place).sealed)
  })
})

forEachEngine((under) => {
  const ground = openGround(under)

  it('keeps no key in clear, in no column of no table and in no file', async () => {
    const { engine, directory } = ground
    const session = await newAccount(engine)
    const act = { by: session, origin }
    const enabled = await enableAccess(quietly(engine), act)
    const rotated = await rotateKey(quietly(engine), act)
    await revealKey(quietly(engine), act)
    assert.equal((await auditOf(engine, session)).length, 3)

    const texts = [await wholeDatabase(engine)]
    for (const file of readdirSync(directory)) {
      // The lock file is held exclusively and empty.
      if (!file.startsWith('latchkey.lock')) texts.push(readFileSync(join(directory, file), 'latin1'))
    }
    assert.ok(texts[0]?.includes(hashKey(rotated.secret)), 'the search sees the tables')
    for (const { secret } of [enabled, rotated]) {
      for (const text of texts) {
        assert.ok(!text.includes(secret.slice(8)), 'the key')
        assert.ok(!text.includes(secret.slice(8, 24)), 'a good part of the key')
      }
    }
  })

  it('does not open ciphertext that was swapped between the keys of two accounts', async () => {
    const { engine } = ground
    const [one, other] = [await newAccount(engine), await newAccount(engine)]
    await enableAccess(quietly(engine), { by: one, origin })
    await enableAccess(quietly(engine), { by: other, origin })
    await engine.transaction(async (tx) => {
      const stolen = await tx
        .selectFrom('api_keys')
        .select('sealed')
        .where('account_id', '=', one.accountId)
        .executeTakeFirstOrThrow()
      await tx
        .updateTable('api_keys')
        .set({ sealed: stolen.sealed })
        .where('account_id', '=', other.accountId)
        .execute()
    })
    await assert.rejects(revealKey(quietly(engine), { by: other, origin }), unreadable)
    assert.deepEqual(
      (await auditOf(engine, other)).map((entry) => entry.action),
      ['api_key.enabled'],
    )
  })
})
