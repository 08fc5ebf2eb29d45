import assert from 'node:assert/strict'
import { it } from 'node:test'
import { sql } from 'kysely'
import { forEachEngine } from '../../test/support/engines.ts'
import { openGround } from '../api-keys/testing.ts'
import type { Engine } from '../storage/engine.ts'
import { clearedTables, keptTables } from './tables.ts'

forEachEngine((under) => {
  const ground = openGround(under)

  it('a reset knows every table of an account, each once, and empties it or says why not', async () => {
    const known = [...clearedTables, ...keptTables]
    assert.equal(new Set(known).size, known.length)
    const own = await tablesOfAccounts(ground.engine)
    const ofOneEngine = under.name === 'postgres' ? ['search_rows', 'search_spaces'] : []
    assert.deepEqual(
      own.filter((table) => !known.includes(table as (typeof known)[number])),
      [],
      'put these into server/sandbox/tables.ts: what a reset empties, or what it leaves',
    )
    assert.deepEqual(
      known.filter((table) => !own.includes(table) && !ofOneEngine.includes(table)),
      [],
      'these do not exist',
    )
  })
})

async function tablesOfAccounts({ dialect, reader }: Engine): Promise<string[]> {
  const tables =
    dialect === 'sqlite'
      ? sql<{ name: string }>`select name from sqlite_master where type = 'table'
          and exists (select 1 from pragma_table_info(sqlite_master.name) where name = 'account_id')`
      : sql<{ name: string }>`select table_name as name from information_schema.columns
          where table_schema = 'public' and column_name = 'account_id'`
  return (await tables.execute(reader)).rows.map(({ name }) => name)
}
