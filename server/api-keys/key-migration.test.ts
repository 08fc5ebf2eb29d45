import assert from 'node:assert/strict'
import { it } from 'node:test'
import { sql } from 'kysely'
import { forEachEngine } from '../../test/support/engines.ts'
import { accountStore } from '../storage/account-store.ts'
import { newId } from '../storage/ids.ts'
import { migrations } from '../storage/migrations/index.ts'
import { statements } from '../storage/migrations/statements.ts'
import { findKey } from './key.lookup.ts'
import { readMainKey } from './key.reading.ts'
import { enableAccess, revealKey } from './key.store.ts'
import { noLimits } from './key.ts'
import { newAccount, openGround, origin, quietly } from './testing.ts'

forEachEngine((under) => {
  const ground = openGround(under)

  it('makes the key that an account had its main key, which opens what it opened', async () => {
    const { engine } = ground
    const by = await newAccount(engine)
    const { secret, key } = await enableAccess(quietly(engine), { by, origin })
    const up = statements(migrations['0018-keys'] ?? '', engine.dialect)
    for (const statement of up.toReversed()) {
      const undone = undoing(statement)
      if (undone) await sql.raw(undone).execute(engine.writer)
    }
    for (const statement of up) await sql.raw(statement).execute(engine.writer)
    assert.deepEqual(await readMainKey(accountStore(engine.reader, by.accountId)), key)
    assert.deepEqual(key.limits, noLimits)
    assert.equal((await findKey(engine, secret))?.isMain, true)
    assert.equal(await revealKey(quietly(engine), { by, origin }), secret)
  })

  it('lets an account have one main key and no second', async () => {
    const { engine } = ground
    const by = await newAccount(engine)
    await enableAccess(quietly(engine), { by, origin })
    const row = await engine.reader
      .selectFrom('api_keys')
      .selectAll()
      .where('account_id', '=', by.accountId)
      .executeTakeFirstOrThrow()
    const insert = (is_main: number | null) =>
      engine.writer
        .insertInto('api_keys')
        .values({ ...row, id: newId(), is_main })
        .execute()
    await assert.rejects(insert(1), /unique/i)
    for (const _ of [1, 2]) await insert(null)
  })
})

/** What takes a statement of the migration back, or null where that comes with another. */
function undoing(statement: string): string | null {
  const column = /^alter table (\w+) add column (\w+)/.exec(statement)
  if (column) return `alter table ${column[1]} drop column ${column[2]}`
  const made = /^create (?:unique )?(table|index) (\w+)/.exec(statement)
  return made ? `drop ${made[1]} ${made[2]}` : null
}
