import assert from 'node:assert/strict'
import { it } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { sql } from 'kysely'
import { forEachEngine } from '../../test/support/engines.ts'
import { accountStore } from './account-store.ts'
import { type Engine, StorageError } from './engine.ts'
import { newId } from './ids.ts'
import { openEngine } from './open.ts'
import { writeAccount } from './write.ts'

const system = { actor: { kind: 'system' as const, id: null }, requestId: null }

forEachEngine((under) => {
  async function opened() {
    const { url, directory } = await under.open()
    const options = { dataDirectory: directory, databaseUrl: url }
    return { options, engine: await openEngine(options) }
  }

  it('opens what it has written, again and again', async () => {
    const { options, engine } = await opened()
    const accountId = await newAccount(engine)
    await engine.close()
    const again = await openEngine(options)
    const row = await again.reader.selectFrom('accounts').select('id').executeTakeFirst()
    assert.equal(row?.id, accountId)
    await again.close()
  })

  it('refuses data that a newer version has written, and leaves it untouched', async () => {
    const { options, engine } = await opened()
    await sql`insert into schema_migrations (name, timestamp) values ('9999-future', '2030-01-01')`.execute(
      engine.writer,
    )
    await engine.close()
    for (let turn = 0; turn < 2; turn++) {
      await assert.rejects(
        () => openEngine(options),
        (error) =>
          error instanceof StorageError && /newer Latchkey \(9999-future\).*untouched/.test(error.message),
      )
    }
  })

  it('undoes a transaction that throws', async () => {
    const { engine } = await opened()
    const accountId = await newAccount(engine)
    const failing = writeAccount(engine, accountId, system, async (writer) => {
      await writer.insert('tags', tag('lost'))
      throw new Error('changed my mind')
    })
    await assert.rejects(failing, /changed my mind/)
    assert.equal(await countTags(engine), 0)
    await engine.close()
  })

  it('runs a transaction again when the database asks for it, and gives up on other errors', async () => {
    const { engine } = await opened()
    const accountId = await newAccount(engine)
    let runs = 0
    const result = await writeAccount(engine, accountId, system, async (writer) => {
      await writer.insert('tags', tag(`run ${++runs}`))
      // The last is what PostgreSQL says when another transaction took the same name in between.
      const code = ['40001', '40P01', '23505'][runs - 1]
      if (code) throw Object.assign(new Error('conflict'), { code })
      return runs
    })
    assert.equal(result, 4)
    assert.equal(await countTags(engine), 1)
    let others = 0
    const broken = engine.transaction(async () => {
      others++
      throw Object.assign(new Error('null value'), { code: '23502' })
    })
    await assert.rejects(broken, /null value/)
    assert.equal(others, 1)
    await engine.close()
  })

  it('tells of the query that failed, also where another that failed because of it is heard of first', async () => {
    const { engine } = await opened()
    const transaction = engine.transaction(async (tx) => {
      const late = async () => {
        try {
          await sql`select 1 from no_such_table`.execute(tx)
        } finally {
          await wait(20)
        }
      }
      await Promise.all([late(), sql`select 1`.execute(tx)])
    })
    await assert.rejects(transaction, /no_such_table/)
    await engine.close()
  })

  it('gives up after a bounded number of runs', async () => {
    const { engine } = await opened()
    let runs = 0
    const hopeless = engine.transaction(async () => {
      runs++
      throw Object.assign(new Error('deadlock'), { code: '40P01' })
    })
    await assert.rejects(hopeless, /deadlock/)
    assert.ok(runs > 3 && runs < 30)
    await engine.close()
  })

  it('lets two writers who read the same rows both end well, one after the other', async () => {
    const { engine } = await opened()
    const accountId = await newAccount(engine)
    const id = newId()
    await writeAccount(engine, accountId, system, (writer) => writer.insert('tags', { ...tag('0'), id }))
    let runs = 0
    let waiting: (() => void) | undefined
    const bothHaveRead = new Promise<void>((resolve) => {
      waiting = resolve
    })
    const increment = () =>
      writeAccount(engine, accountId, system, async (writer) => {
        const row = await writer.find('tags', id)
        runs++
        // On PostgreSQL both read before either writes, so that one of them must lose and run again.
        if (under.name === 'postgres' && runs < 2) await bothHaveRead
        else waiting?.()
        await writer.update('tags', { id }, { name: String(Number(row?.name) + 1) })
      })
    await Promise.all([increment(), increment()])
    const row = await engine.reader
      .selectFrom('tags' as never)
      .selectAll()
      .executeTakeFirst()
    assert.equal((row as { name?: string } | undefined)?.name, '2')
    assert.equal(runs, under.name === 'postgres' ? 3 : 2)
    await engine.close()
  })

  it('reads all of a snapshot as it was at one moment, whatever is written in between', async () => {
    const { engine } = await opened()
    const accountId = await newAccount(engine)
    const names = async (reader: Engine['reader']) => {
      const rows = await accountStore(reader, accountId).from('tags').select('name').orderBy('name').execute()
      return rows.map(({ name }) => name)
    }
    await writeAccount(engine, accountId, system, (writer) => writer.insert('tags', tag('before')))
    await engine.snapshot(async (reader) => {
      assert.deepEqual(await names(reader), ['before'])
      await writeAccount(engine, accountId, system, (writer) => writer.insert('tags', tag('meanwhile')))
      assert.deepEqual(await names(reader), ['before'])
      assert.deepEqual(await names(engine.reader), ['before', 'meanwhile'])
    })
    assert.deepEqual(await engine.snapshot(names), ['before', 'meanwhile'])
    await assert.rejects(
      () => engine.snapshot((reader) => sql`delete from tags`.execute(reader)),
      /read-?only/,
    )
    await engine.close()
  })

  if (under.name === 'postgres') {
    it('lets two who write other rows of an account at the same time both end well at once', async () => {
      const { engine } = await opened()
      const accountId = await newAccount(engine)
      const both = Promise.withResolvers<void>()
      let runs = 0
      const write = () =>
        writeAccount(engine, accountId, system, async (writer) => {
          const log = () =>
            writer.log({ resource: 'tags', recordId: newId(), action: 'created', changed: {} })
          await log()
          if (++runs === 2) both.resolve()
          await both.promise
          await log()
        })
      await Promise.all([write(), write()])
      assert.equal(runs, 2)
      await engine.close()
    })
  }

  it('shows an account nothing of another, and lets it change nothing there', async () => {
    const { engine } = await opened()
    const [mine, theirs] = [await newAccount(engine), await newAccount(engine)]
    const row = tag('theirs')
    await writeAccount(engine, theirs, system, (writer) => writer.insert('tags', row))
    await writeAccount(engine, mine, system, async (writer) => {
      assert.equal(await writer.find('tags', String(row.id)), null)
      assert.deepEqual(await writer.from('tags').selectAll().execute(), [])
      assert.deepEqual(await writer.joined('tags', 'taggings', 'id', 'tag_id').selectAll().execute(), [])
      assert.equal(await writer.updateCounted('tags', { id: String(row.id) }, { name: 'mine' }), 0)
      await writer.remove('tags', { id: String(row.id) })
      await writer.insert('tags', { ...tag('mine'), account_id: theirs })
    })
    const rows = (await engine.reader
      .selectFrom('tags' as never)
      .selectAll()
      .execute()) as Record<string, unknown>[]
    assert.deepEqual(
      new Map(rows.map(({ account_id, name }) => [account_id, name])),
      new Map([
        [theirs, 'theirs'],
        [mine, 'mine'],
      ]),
    )
    await engine.close()
  })

  it('writes more rows at once than a statement has room for parameters', async () => {
    const { engine } = await opened()
    const accountId = await newAccount(engine)
    const rows = Array.from({ length: 4_000 }, (_, turn) => tag(`many ${turn}`))
    await writeAccount(engine, accountId, system, (writer) => writer.insert('tags', rows))
    assert.equal(await countTags(engine), 4_000)
    await engine.close()
  })

  if (under.name === 'sqlite') {
    it('refuses a directory that another server uses, until that one is closed', async () => {
      const { options, engine } = await opened()
      await assert.rejects(
        () => openEngine(options),
        (error) => error instanceof StorageError && /Another Latchkey already uses/.test(error.message),
      )
      await engine.close()
      await (await openEngine(options)).close()
    })

    it('does not let its reading connection write', async () => {
      const { engine } = await opened()
      await assert.rejects(() => sql`delete from accounts`.execute(engine.reader), /readonly/)
      await engine.close()
    })

    it('says which directory cannot be used', async () => {
      const { directory } = await under.open()
      await assert.rejects(
        () => openEngine({ dataDirectory: `${directory}/\u0000`, databaseUrl: null }),
        (error) => error instanceof StorageError && error.message.includes(directory),
      )
    })
  } else {
    it('says that a database cannot be reached, without its password', async () => {
      const databaseUrl = 'postgres://latchkey:hunter22@127.0.0.1:1/none'
      await assert.rejects(
        () => openEngine({ dataDirectory: '/nonexistent', databaseUrl }),
        (error) =>
          error instanceof StorageError &&
          /DATABASE_URL/.test(error.message) &&
          !/hunter22/.test(error.message),
      )
    })
  }
})

function tag(name: string) {
  const at = Date.now()
  return {
    id: newId(),
    created_at: at,
    updated_at: at,
    deleted_at: null,
    version: 1,
    search_text: name,
    name,
    name_key: name,
  }
}

async function countTags(engine: Engine): Promise<number> {
  const { rows } = await sql<{ tags: number }>`select count(*) as tags from tags`.execute(engine.reader)
  return Number(rows[0]?.tags)
}

async function newAccount(engine: Engine): Promise<string> {
  const id = newId()
  const account = {
    id,
    name: 'Acme',
    slug: id,
    logo: null,
    metadata: null,
    created_at: '2026-03-03T09:00:00Z',
  }
  await engine.transaction((tx) => tx.insertInto('accounts').values(account).execute())
  return id
}
