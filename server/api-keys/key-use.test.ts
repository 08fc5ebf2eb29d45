import assert from 'node:assert/strict'
import { it } from 'node:test'
import { sql } from 'kysely'
import { forEachEngine } from '../../test/support/engines.ts'
import { accountStore } from '../storage/account-store.ts'
import type { Engine } from '../storage/engine.ts'
import { readMainKey } from './key.reading.ts'
import { enableAccess, revokeKey } from './key.store.ts'
import { createKeyUse, type KeyUse, type UsedKey } from './key-use.ts'
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
    const used = { accountId: session.accountId, keyId: key.id, settings: { timeZone: 'America/Denver' } }
    const requests = async () => {
      const query = engine.reader.selectFrom('api_key_days').select(['day', 'requests'])
      const rows = await query.where('key_id', '=', key.id).orderBy('day').execute()
      return rows.map((row) => ({ ...row }))
    }
    return { engine, session, used, lastUsedAt, requests }
  }

  it('keeps the latest use of each key, once in ten seconds and not before', async (test) => {
    const [one, other] = [await newUsedKey(), await newUsedKey()]
    test.mock.timers.enable({ apis: ['setInterval'] })
    const written = Promise.withResolvers<void>()
    let begun = 0
    const telling = tellingOf(one.engine, written.resolve)
    const counting: Engine = {
      ...telling,
      transaction(work) {
        begun += 1
        return telling.transaction(work)
      },
    }
    const use = createKeyUse(counting, silent)
    use.start()
    note(use, one.used, 1000)
    note(use, one.used, 3000)
    note(use, one.used, 2000)
    note(use, other.used, 5000)
    test.mock.timers.tick(9_999)
    assert.equal(await one.lastUsedAt(), null)
    assert.equal(begun, 0)
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
    note(use, used, 7000)
    await use.stop()
    await use.stop()
    assert.equal(await lastUsedAt(), 7000)
    assert.equal(transactions, 1)
  })

  it('does not take a later use of another node back', async () => {
    const { engine, used, lastUsedAt } = await newUsedKey()
    for (const at of [9000, 8000]) {
      const use = createKeyUse(engine, silent)
      note(use, used, at)
      await use.stop()
    }
    assert.equal(await lastUsedAt(), 9000)
  })

  it('logs a failure and tries again, with nothing lost', async () => {
    const { engine, used, lastUsedAt } = await newUsedKey()
    const logged: string[] = []
    const use = createKeyUse(engine, { error: (_, message) => logged.push(message) })
    note(use, used, 4000)
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
      tellingOf(engine, () => note(use, used, 6000)),
      silent,
    )
    note(use, used, 5000)
    await use.stop()
    assert.equal(await lastUsedAt(), 5000)
    await use.stop()
    assert.equal(await lastUsedAt(), 6000)
  })

  it('does not mind a key that was revoked meanwhile', async () => {
    const { engine, session, used, lastUsedAt } = await newUsedKey()
    const use = createKeyUse(engine, silent)
    note(use, used, 1000)
    await revokeKey(quietly(engine), { by: session, origin })
    await use.stop()
    assert.equal(await lastUsedAt(), undefined)
  })

  it('counts the requests of each day of the account, and remembers where the last one came from', async () => {
    const { engine, session, used, requests } = await newUsedKey()
    const use = createKeyUse(engine, silent)
    // Midnight in Denver, which is seven hours behind in winter.
    const midnight = Date.parse('2026-02-03T07:00:00Z')
    note(use, used, midnight + 5, '2001:db8::1')
    note(use, used, midnight - 1, '203.0.113.1')
    note(use, used, midnight, '203.0.113.2')
    await use.stop()
    const expected = [
      { day: '2026-02-02', requests: 1 },
      { day: '2026-02-03', requests: 2 },
    ]
    assert.deepEqual(await requests(), expected)
    const key = await readMainKey(accountStore(engine.reader, session.accountId))
    assert.deepEqual([key?.lastUsedAt, key?.lastUsedFrom], [midnight + 5, '2001:db8::1'])
    await use.stop()
    assert.deepEqual(await requests(), expected)
  })

  it('adds up what several nodes count at the same time', async () => {
    const { engine, used, requests } = await newUsedKey()
    const nodes = Array.from({ length: 4 }, () => createKeyUse(engine, silent))
    for (let count = 0; count < 100; count++) for (const node of nodes) note(node, used, 1_000)
    await Promise.all(nodes.map((node) => node.stop()))
    assert.deepEqual(await requests(), [{ day: '1969-12-31', requests: 400 }])
  })

  it('counts nothing twice and nothing less after a failure', async () => {
    const { engine, used, requests } = await newUsedKey()
    const use = createKeyUse(engine, { error: () => {} })
    for (let count = 0; count < 3; count++) note(use, used, 1_000)
    await sql`alter table api_key_days rename to api_key_days_away`.execute(engine.writer)
    try {
      await use.stop()
    } finally {
      await sql`alter table api_key_days_away rename to api_key_days`.execute(engine.writer)
    }
    note(use, used, 2_000)
    await use.stop()
    await use.stop()
    assert.deepEqual(await requests(), [{ day: '1969-12-31', requests: 4 }])
  })

  it('forgets days that are older than ninety days', async (test) => {
    const { engine, used, requests } = await newUsedKey()
    test.mock.timers.enable({ apis: ['setInterval'] })
    const tidied = Promise.withResolvers<void>()
    let transactions = 0
    const use = createKeyUse(
      tellingOf(engine, () => {
        transactions += 1
        if (transactions === 2) tidied.resolve()
      }),
      silent,
    )
    use.start()
    for (const days of [0, 89, 93]) note(use, used, Date.now() - days * 24 * 60 * 60_000)
    test.mock.timers.tick(10_000)
    await tidied.promise
    assert.equal((await requests()).length, 2)
    await use.stop()
  })

  it('writes the uses of more keys than fit into one transaction', async () => {
    const { engine, used, lastUsedAt } = await newUsedKey()
    const use = createKeyUse(engine, silent)
    for (let count = 0; count < 450; count++) note(use, { ...used, keyId: crypto.randomUUID() }, 1)
    note(use, used, 2000)
    await use.stop()
    assert.equal(await lastUsedAt(), 2000)
  })
})

function note(use: KeyUse, key: UsedKey, at: number, address = '203.0.113.7'): void {
  use.noteUse(key, { at, address })
}

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
