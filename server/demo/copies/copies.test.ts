import assert from 'node:assert/strict'
import { after, before, it } from 'node:test'
import { sql } from 'kysely'
import { openAccounts } from '../../../bench/prepared.ts'
import { disagreements } from '../../../test/agreement/agreement.ts'
import { personAt } from '../../../test/support/admin.ts'
import { forEachEngine, type OpenEngine } from '../../../test/support/engines.ts'
import { readConfig } from '../../config.ts'
import { type Running, start } from '../../main.ts'
import { resources } from '../../resources/operations.ts'
import type { Engine } from '../../storage/engine.ts'
import { openEngine } from '../../storage/open.ts'
import { type Demo, prepareDemo } from '../demo.ts'
import { readDemoFile } from '../demo-file.ts'

const options = { seed: 1, tasks: 60, accounts: 3, today: '2026-11-23' }

forEachEngine((engine) => {
  let storage: OpenEngine
  let demo: Demo
  let running: Running | undefined

  before(async () => {
    storage = await engine.open()
    demo = await prepareDemo(configOf(storage), options)
  })
  after(() => running?.stop())

  it('of the demo company are as whole as itself', async () => {
    const original = readDemoFile(storage.directory)?.accountId
    const withoutHistory = await using(storage, async ({ reader }) => {
      const accounts = await reader.selectFrom('accounts').select('id').execute()
      return new Set(accounts.map(({ id }) => id).filter((id) => id !== original))
    })
    assert.equal(withoutHistory.size, options.accounts - 1)
    assert.deepEqual((await disagreements(storage, { withoutHistory })).slice(0, 20), [])
  })

  it('leave every table, index and constraint as the migrations made it', async () => {
    assert.deepEqual(await using(storage, schemaOf), await using(await engine.open(), schemaOf))
  })

  it('have as many records of everything, which their own keys alone open', async () => {
    const keys = await openAccounts(storage, options.accounts)
    assert.equal(new Set(keys).size, options.accounts)
    running = await start(configOf(storage))
    const listed = async (key: string, path: string) => {
      const answer = await fetch(`${running?.url}/rest${path}`, {
        headers: { authorization: `Bearer ${key}` },
      })
      assert.equal(answer.status, 200, path)
      const { data, meta } = (await answer.json()) as {
        data: { id: string }[]
        meta: { total_count: number }
      }
      return { ids: data.map(({ id }) => id), total: meta.total_count }
    }
    for (const { name } of resources.filter(({ operations }) => operations.includes('list'))) {
      const pages = await Promise.all(keys.map((key) => listed(key, `/${name}?per_page=50`)))
      // What happened is not copied, but that each has enabled its key.
      if (!['audit_entries', 'events'].includes(name))
        assert.deepEqual(new Set(pages.map(({ total }) => total)).size, 1, name)
      const ids = pages.flatMap((page) => page.ids)
      assert.equal(new Set(ids).size, ids.length, name)
    }
    const found = await Promise.all(keys.map((key) => listed(key, `/contacts?search=${demo.somebody}`)))
    for (const { total } of found) assert.ok(total > 0 && total === found[0]?.total, `${total} were found`)
  })

  it('are signed in to by people of their own', async () => {
    const person = personAt(String(running?.url))
    const signIn = { email: 'admin+0001@example.com', password: demo.admin.password }
    assert.equal((await person.request('POST', '/api/auth/sign-in/email', signIn)).status, 200)
  })

  it('are there when the demo is started again', async () => {
    await running?.stop()
    running = undefined
    assert.deepEqual(await prepareDemo(configOf(storage), options), { ...demo, isNew: false })
  })
})

async function using<T>(storage: OpenEngine, work: (engine: Engine) => Promise<T>): Promise<T> {
  const engine = await openEngine({ dataDirectory: storage.directory, databaseUrl: storage.url })
  try {
    return await work(engine)
  } finally {
    await engine.close()
  }
}

/** Every object with its definition, and on PostgreSQL whether it holds. */
async function schemaOf({ dialect, reader }: Engine): Promise<unknown[]> {
  const own = sql`current_schema()::regnamespace`
  const { rows } =
    dialect === 'sqlite'
      ? await sql`select type, name, tbl_name, sql from sqlite_schema order by type, name`.execute(reader)
      : await sql`
          select 'column' as kind, attrelid::regclass::text as "table", attname as name, format_type(atttypid, atttypmod)
              || case when attnotnull then ' not null ' else ' ' end
              || coalesce(pg_get_expr(adbin, adrelid), '') as definition
            from pg_attribute join pg_class on pg_class.oid = attrelid
            left join pg_attrdef on adrelid = attrelid and adnum = attnum
            where relnamespace = ${own} and relkind = 'r' and attnum > 0
          union all
          select 'index', indrelid::regclass::text, indexrelid::regclass::text, pg_get_indexdef(indexrelid) || ' ' || indisvalid
            from pg_index join pg_class on pg_class.oid = indexrelid where relnamespace = ${own}
          union all
          select 'constraint', conrelid::regclass::text, conname, pg_get_constraintdef(oid) || ' ' || convalidated
            from pg_constraint where connamespace = ${own}
          order by 1, 2, 3`.execute(reader)
  assert.ok(rows.length > 300, `${rows.length} objects`)
  return rows
}

function configOf({ directory, url }: OpenEngine) {
  return readConfig({
    LATCHKEY_DATA: directory,
    PORT: '0',
    HOST: '127.0.0.1',
    LOG_LEVEL: 'silent',
    ...(url ? { DATABASE_URL: url } : {}),
  })
}
