import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { it } from 'node:test'
import { Client } from 'pg'
import { forEachEngine, type OpenEngine, openEngine } from './engines.ts'

forEachEngine((engine) => {
  it('gives each caller a database of its own, in which what another wrote is not seen', async () => {
    const [first, second] = await Promise.all([engine.open(), engine.open()])
    assert.notEqual(first.directory, second.directory)
    await query(first, 'create table only_here (id integer)')
    await query(second, 'create table only_here (id integer)')
  })

  it('answers a query', async () => {
    const open = await engine.open()
    assert.deepEqual(await query(open, "select 'yes' as answer"), [{ answer: 'yes' }])
  })

  it('sorts text by its bytes, as both engines do under collation C', async () => {
    const open = await engine.open()
    const rows = await query(
      open,
      "select word from (select 'b' as word union select 'B' union select 'ä') as w order by word",
    )
    assert.deepEqual(
      rows.map((row) => row.word),
      ['B', 'b', 'ä'],
    )
  })

  it('leaves nothing behind when closed', async () => {
    const open = await openEngine(engine.name)
    await query(open, 'create table kept (id integer)')
    await open.close()
    assert.equal(existsSync(open.directory), false)
    if (open.url) await assert.rejects(query(open, 'select 1'), { code: '3D000' })
    await open.close()
  })
})

async function query(open: OpenEngine, statement: string): Promise<Record<string, unknown>[]> {
  if (open.url === null) {
    const database = new DatabaseSync(join(open.directory, 'data.sqlite'))
    try {
      return database
        .prepare(statement)
        .all()
        .map((row) => ({ ...row }))
    } finally {
      database.close()
    }
  }
  const client = new Client({ connectionString: open.url })
  await client.connect()
  try {
    return (await client.query(statement)).rows
  } finally {
    await client.end()
  }
}
