import assert from 'node:assert/strict'
import { it } from 'node:test'
import { forEachEngine } from '../../test/support/engines.ts'
import type { Engine } from '../storage/engine.ts'
import { findKey } from './key.lookup.ts'
import { enableAccess, revokeKey, rotateKey } from './key.store.ts'
import { newKey, withChecksum } from './key-format.ts'
import { newAccount, openGround, origin, quietly } from './testing.ts'

/** A statement as the database saw it. */
interface Asked {
  sql: string
  parameters: number
  /** How long they are together. */
  characters: number
  rows: number
}

forEachEngine((under) => {
  const ground = openGround(under)

  it('asks the same of the database for every text that opens nothing, however near it is to a key', async () => {
    const { engine } = ground
    const act = { by: await newAccount(engine), origin }
    const { secret: rotated } = await enableAccess(quietly(engine), act)
    const { secret: revoked } = await rotateKey(quietly(engine), act)
    await revokeKey(quietly(engine), act)
    const { secret: key } = await enableAccess(quietly(engine), act)
    // What the process has seen open something is no way to tell either.
    const { reader, asked } = watched(engine)
    assert.ok(await findKey(reader, key))
    const misses = {
      far: newKey('live'),
      'of the other kind': newKey('test'),
      'near, but for its first character': changed(key, 8),
      'near, but for one in the middle': changed(key, 24),
      'near, but for its last character': changed(key, 39),
      'near, of the other kind': withChecksum(key.replace('live', 'test').slice(0, -6)),
      rotated,
      revoked,
    }
    for (const [kind, text] of Object.entries(misses)) {
      asked.length = 0
      assert.equal(await findKey(reader, text), null, kind)
      const [{ sql, ...rest } = { sql: '' }, ...others] = asked
      assert.match(sql, /where api_key_hashes\.hash (= any|in)/, kind)
      const characters = under.name === 'sqlite' ? 68 : 64
      assert.deepEqual([rest, others], [{ parameters: 1, characters, rows: 0 }, []], kind)
    }
  })

  it('finds a key that was made while it was looked for in vain', async () => {
    const { engine } = ground
    const act = { by: await newAccount(engine), origin }
    const { secret } = await enableAccess(quietly(engine), act)
    const hashes = await engine.reader.selectFrom('api_key_hashes').selectAll().execute()
    await engine.transaction((tx) => tx.deleteFrom('api_key_hashes').execute())
    assert.equal(await findKey(engine, secret), null)
    const before = Array.from({ length: 5 }, () => findKey(engine, secret))
    await engine.transaction((tx) => tx.insertInto('api_key_hashes').values(hashes).execute())
    const after = Array.from({ length: 5 }, () => findKey(engine, secret))
    await Promise.all(before)
    for (const found of await Promise.all(after)) assert.ok(found)
  })

  it('asks at once for a key that was found before, and together for what opens nothing', async () => {
    const { engine } = ground
    const { secret } = await enableAccess(quietly(engine), { by: await newAccount(engine), origin })
    const { reader, asked, holdUp } = watched(engine)
    assert.ok(await findKey(reader, secret))
    asked.length = 0
    const end = holdUp(/ any| in /)
    const strangers = Array.from({ length: 250 }, () => findKey(reader, newKey('live')))
    assert.ok(await findKey(reader, secret), 'it waits for none of them')
    end()
    assert.deepEqual(new Set(await Promise.all(strangers)), new Set([null]))
    assert.equal(asked.length, (engine.isDistributed ? 2 : 1) + 3)
  })
})

/** Another character at that place, and the checksum that belongs to it. */
function changed(key: string, at: number): string {
  return withChecksum(`${key.slice(0, at)}${key[at] === 'A' ? 'B' : 'A'}${key.slice(at + 1, -6)}`)
}

/** The engine, with a list of what it was asked. */
function watched(engine: Engine) {
  const asked: Asked[] = []
  let heldUp: { like: RegExp; until: Promise<void> } | null = null
  const quick: Engine['quick'] = async (statement, parameters) => {
    const sql = statement[engine.dialect]
    if (heldUp?.like.test(sql)) await heldUp.until
    const rows = await engine.quick(statement, parameters)
    asked.push({
      sql,
      parameters: parameters.length,
      characters: parameters.map(String).join('').length,
      rows: rows.length,
    })
    return rows
  }
  const reader = new Proxy(engine.reader, {
    get(_, name) {
      throw new Error(`The reader was used by ${String(name)}.`)
    },
  })
  return {
    asked,
    reader: { ...engine, reader, quick },
    /** Until what is returned is called. */
    holdUp(like: RegExp) {
      const { promise, resolve } = Promise.withResolvers<void>()
      heldUp = { like, until: promise }
      return resolve
    },
  }
}
