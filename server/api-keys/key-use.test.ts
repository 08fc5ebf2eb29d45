import assert from 'node:assert/strict'
import { it } from 'node:test'
import { sql } from 'kysely'
import { forEachEngine } from '../../test/support/engines.ts'
import { accountStore } from '../storage/account-store.ts'
import type { Engine } from '../storage/engine.ts'
import { readMainKey } from './key.reading.ts'
import { enableAccess, revokeKey } from './key.store.ts'
import { createKeyUse } from './key-use.ts'
import { newAccount, openGround, origin, quietly } from './testing.ts'

const silent = { error: () => assert.fail('Nothing should have failed.') }

forEachEngine((under) => {
  const ground = openGround(under)

  async function newUsedKey() {
    const { engine } = ground
    const session = await newAccount(engine)
    const { key } = await enableAccess(quietly(engine), { by: session, origin })
    const lastUsedAt = async () =>
      (await readMainKey(accountStore(engine.reader, session.accountId)))?.lastUsedAt
    return { engine, session, used: { accountId: session.accountId, keyId: key.id }, lastUsedAt }
  }

  it('keeps the latest use of each key, once a minute and not before', async (test) => {
    const [one, other] = [await newUsedKey(), await newUsedKey()]
    test.mock.timers.enable({ apis: ['setInterval'] })
    const written = Promise.withResolvers<void>()
    const use = createKeyUse(tellingOf(one.engine, written.resolve), silent)
    use.start()
    use.noteUse(one.used, 1000)
    use.noteUse(one.used, 3000)
    use.noteUse(one.used, 2000)
    use.noteUse(other.used, 5000)
    test.mock.timers.tick(59_999)
    assert.equal(await one.lastUsedAt(), null)
    test.mock.timers.tick(1)
    await written.promise
    assert.equal(await one.lastUsedAt(), 3000)
    assert.equal(await other.lastUsedAt(), 5000)
    await use.stop()
  })

  it('writes what is left when it stops, and nothing twice', async () => {
    const { engine, used, lastUsedAt } = await newUsedKey()
    let transactions = 0
    const use = createKeyUse(
      tellingOf(engine, () => {
        transactions += 1
      }),
      silent,
    )
    use.start()
    use.noteUse(used, 7000)
    await use.stop()
    await use.stop()
    assert.equal(await lastUsedAt(), 7000)
    assert.equal(transactions, 1)
  })

  it('does not take a later use of another node back', async () => {
    const { engine, used, lastUsedAt } = await newUsedKey()
    for (const at of [9000, 8000]) {
      const use = createKeyUse(engine, silent)
      use.noteUse(used, at)
      await use.stop()
    }
    assert.equal(await lastUsedAt(), 9000)
  })

  it('logs a failure and tries again, with nothing lost', async () => {
    const { engine, used, lastUsedAt } = await newUsedKey()
    const logged: string[] = []
    const use = createKeyUse(engine, { error: (_, message) => logged.push(message) })
    use.noteUse(used, 4000)
    await sql`alter table api_keys rename to api_keys_away`.execute(engine.writer)
    try {
      await use.stop()
    } finally {
      await sql`alter table api_keys_away rename to api_keys`.execute(engine.writer)
    }
    assert.equal(logged.length, 1)
    assert.equal(await lastUsedAt(), null)
    await use.stop()
    assert.equal(await lastUsedAt(), 4000)
  })

  it('keeps a use that is noted while an earlier one is being written', async () => {
    const { engine, used, lastUsedAt } = await newUsedKey()
    const use = createKeyUse(
      tellingOf(engine, () => use.noteUse(used, 6000)),
      silent,
    )
    use.noteUse(used, 5000)
    await use.stop()
    assert.equal(await lastUsedAt(), 5000)
    await use.stop()
    assert.equal(await lastUsedAt(), 6000)
  })

  it('does not mind a key that was revoked meanwhile', async () => {
    const { engine, session, used, lastUsedAt } = await newUsedKey()
    const use = createKeyUse(engine, silent)
    use.noteUse(used, 1000)
    await revokeKey(quietly(engine), { by: session, origin })
    await use.stop()
    assert.equal(await lastUsedAt(), undefined)
  })

  it('writes the uses of more keys than fit into one transaction', async () => {
    const { engine, used, lastUsedAt } = await newUsedKey()
    const use = createKeyUse(engine, silent)
    for (let count = 0; count < 450; count++) use.noteUse({ ...used, keyId: crypto.randomUUID() }, 1)
    use.noteUse(used, 2000)
    await use.stop()
    assert.equal(await lastUsedAt(), 2000)
  })
})

/** The same engine, telling when a transaction has been committed. */
function tellingOf(engine: Engine, committed: () => void): Engine {
  return {
    ...engine,
    async transaction(work) {
      const result = await engine.transaction(work)
      committed()
      return result
    },
  }
}
