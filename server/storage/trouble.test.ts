import assert from 'node:assert/strict'
import { createServer } from 'node:net'
import { it } from 'node:test'
import { sql } from 'kysely'
import pg from 'pg'
import { forEachEngine, openEngine } from '../../test/support/engines.ts'
import { openEngine as openStorage } from './open.ts'
import { type Trouble, troubleIn } from './trouble.ts'

it('knows a database that refuses connections', async () => {
  const client = new pg.Client({ connectionString: 'postgres://nobody@127.0.0.1:1/none' })
  assert.equal(await troubleOf(client.connect()), 'away')
})

it('knows a database that closes the connection without a word', async () => {
  const server = createServer((socket) => socket.destroy())
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  const client = new pg.Client({ connectionString: `postgres://nobody@127.0.0.1:${port}/none` })
  client.on('error', () => {})
  assert.equal(await troubleOf(client.connect()), 'away')
  server.close()
})

it('knows what PostgreSQL says of its disk', () => {
  const said: [string, Trouble][] = [
    ['53100', 'full'],
    ['58030', 'broken'],
    ['57P03', 'away'],
  ]
  for (const [code, trouble] of said)
    assert.equal(troubleIn(Object.assign(new Error('no'), { code })), trouble)
})

it('does not take a fault of the program for one', () => {
  assert.equal(troubleIn(new TypeError('x is not a function')), null)
  assert.equal(troubleIn(Object.assign(new Error('duplicate key'), { code: '23505' })), null)
})

it('knows a full disk under SQLite, and the transaction that it ended is over', async (test) => {
  const place = await openEngine('sqlite')
  const engine = await openStorage({ dataDirectory: place.directory, databaseUrl: null })
  test.after(async () => {
    await engine.close()
    await place.close()
  })
  const pages = await sql<{ page_count: number }>`pragma page_count`.execute(engine.writer)
  await sql.raw(`pragma max_page_count = ${pages.rows[0]?.page_count}`).execute(engine.writer)
  const told: (Trouble | null)[] = []
  engine.commits.on('trouble', (trouble) => told.push(trouble))
  const write = (bytes: number) =>
    engine.transaction(async (tx) => {
      for (const part of ['one', 'two'])
        await sql`insert into rate_budgets (key, points) values (${part + 'x'.repeat(bytes)}, 1)`.execute(tx)
    })
  assert.equal(await troubleOf(write(100_000)), 'full')
  const kept = await sql<{ count: number }>`select count(*) as count from rate_budgets`.execute(engine.reader)
  assert.equal(kept.rows[0]?.count, 0)
  await sql.raw('pragma max_page_count = 1000000').execute(engine.writer)
  await write(100_000)
  assert.deepEqual(told, ['full', null])
})

forEachEngine((engine) => {
  it('knows a database that takes no writes', async () => {
    const { url, directory } = await engine.open()
    const storage = await openStorage({ dataDirectory: directory, databaseUrl: url })
    const write = storage.transaction(async (tx) => {
      const close = url ? 'set transaction read only' : 'pragma query_only = on'
      await sql.raw(close).execute(tx)
      await sql`insert into rate_budgets (key, points) values ('a', 1)`.execute(tx)
    })
    assert.equal(await troubleOf(write), 'read_only')
    await storage.close()
  })
})

it('opens a PostgreSQL that takes no writes, and counts budgets in memory meanwhile', async (test) => {
  const place = await openEngine('postgres')
  const url = new URL(String(place.url))
  url.searchParams.set('options', '-c default_transaction_read_only=on')
  const engine = await openStorage({ dataDirectory: place.directory, databaseUrl: url.href })
  test.after(async () => {
    await engine.close()
    await place.close()
  })
  const counter = engine.counter('requests', 60)
  await counter.consume('account', 2)
  assert.equal((await counter.consume('account', 1)).consumedPoints, 3)
})

it('knows a standby, which refuses the transaction before the write', () => {
  const said = { code: '0A000', message: 'cannot use serializable mode in a hot standby' }
  assert.equal(troubleIn(Object.assign(new Error(said.message), said)), 'read_only')
  assert.equal(troubleIn(Object.assign(new Error('not implemented'), { code: '0A000' })), null)
})

it('lets go of a connection whose PostgreSQL takes no writes, for the next may lead to the primary', async (test) => {
  const place = await openEngine('postgres')
  const client = new pg.Client({ connectionString: String(place.url) })
  await client.connect()
  // It counts for new connections alone, like a primary that has become another.
  const readOnly = (is: 'on' | 'off') =>
    client.query(`alter database ${client.database} set default_transaction_read_only = ${is}`)
  await readOnly('on')
  const engine = await openStorage({ dataDirectory: place.directory, databaseUrl: place.url })
  test.after(async () => {
    await engine.close()
    await client.end()
    await place.close()
  })
  const write = () =>
    engine.transaction((tx) => sql`insert into rate_budgets (key, points) values ('one', 1)`.execute(tx))
  assert.equal(await troubleOf(write()), 'read_only')
  await readOnly('off')
  await write()
})

function troubleOf(work: Promise<unknown>): Promise<Trouble | null> {
  return work.then(() => null, troubleIn)
}
