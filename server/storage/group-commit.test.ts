import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type TestContext, test } from 'node:test'
import { Kysely, SqliteDialect, sql, type Transaction } from 'kysely'
import { committingTogether } from './group-commit.ts'
import { nodeSqlite } from './node-sqlite.ts'
import type { Tables } from './tables.ts'

const words = (count: number) => Array.from({ length: count }, (_, index) => `word ${index}`)

test('commits together what waits at the same time, and tells nobody before', async (t) => {
  const { write, kept, commits } = open(t)
  const seen = await Promise.all(words(20).map((word) => write(insert(word)).then(() => kept().length)))
  assert.deepEqual(seen, Array(20).fill(20))
  assert.equal(commits(), 1)
})

test('lets nobody wait for too many or for too long', async (t) => {
  const inTwos = open(t, { most: 2, longestMs: 60_000 })
  await Promise.all(words(6).map((word) => inTwos.write(insert(word))))
  const alone = open(t, { most: 64, longestMs: 0 })
  await Promise.all(words(6).map((word) => alone.write(insert(word))))
  assert.deepEqual([inTwos.commits(), alone.commits()], [3, 6])
})

test('commits one that comes alone at once', async (t) => {
  const { write, kept, commits } = open(t)
  for (const word of words(3)) await write(insert(word))
  assert.deepEqual([kept(), commits()], [words(3), 3])
})

test('undoes one that fails, and keeps the others', async (t) => {
  const { write, kept } = open(t)
  const writes = words(5).map((word, index) =>
    write(async (tx) => {
      await insert(word)(tx)
      if (index === 2) throw new Error('changed my mind')
      return word
    }),
  )
  const ends = (await Promise.allSettled(writes)).map(({ status }) => status)
  assert.deepEqual(ends, ['fulfilled', 'fulfilled', 'rejected', 'fulfilled', 'fulfilled'])
  assert.deepEqual(kept(), words(5).toSpliced(2, 1))
})

test('commits the others together where one fails before it has changed anything', async (t) => {
  const { write, kept, commits } = open(t)
  const writes = words(5).map((word, index) =>
    write(async (tx) => {
      if (index === 2) throw new Error('not today')
      return insert(word)(tx)
    }),
  )
  const ends = (await Promise.allSettled(writes)).map(({ status }) => status)
  assert.deepEqual(ends, ['fulfilled', 'fulfilled', 'rejected', 'fulfilled', 'fulfilled'])
  assert.deepEqual([kept(), commits()], [words(5).toSpliced(2, 1), 1])
})

test('takes nothing more once a write has ended', async (t) => {
  const { write, kept } = open(t)
  let late: Promise<unknown> | undefined
  await write(async (tx) => {
    late = new Promise((resolve) => setImmediate(resolve)).then(() => insert('late')(tx))
  })
  await assert.rejects(late ?? Promise.resolve(), /has ended/)
  assert.deepEqual(kept(), [])
})

test('lets each see what those before it wrote', async (t) => {
  const { write } = open(t)
  const counts = words(4).map((word) =>
    write(async (tx) => {
      await insert(word)(tx)
      return (await sql<{ count: number }>`select count(*) as count from words`.execute(tx)).rows[0]?.count
    }),
  )
  assert.deepEqual(await Promise.all(counts), [1, 2, 3, 4])
})

test('runs each again by itself where the commit fails', async (t) => {
  const { write, kept } = open(t)
  const writes = words(4).map((word, index) => write(insert(word, index === 1 ? 'of nobody' : null)))
  const ends = (await Promise.allSettled(writes)).map(({ status }) => status)
  assert.deepEqual(ends, ['fulfilled', 'rejected', 'fulfilled', 'fulfilled'])
  assert.deepEqual(kept(), words(4).toSpliced(1, 1))
})

test('runs each again by itself where the database gives the transaction up', async (t) => {
  const { write, kept, database } = open(t)
  database.exec('pragma max_page_count = 20')
  const long = 'long '.repeat(40_000)
  const ends = await Promise.allSettled(['first', long, 'last'].map((word) => write(insert(word))))
  assert.deepEqual(
    ends.map(({ status }) => status),
    ['fulfilled', 'rejected', 'fulfilled'],
  )
  assert.match(String(ends[1]?.status === 'rejected' && ends[1].reason), /full/)
  assert.deepEqual(kept(), ['first', 'last'])
})

test('goes on after a failure with what comes next', async (t) => {
  const { write, kept } = open(t)
  await assert.rejects(Promise.all(words(2).map((word) => write(insert(word, 'of nobody')))))
  await Promise.all(words(2).map((word) => write(insert(word))))
  assert.deepEqual(kept(), words(2))
})

/** Writes of a table in a file, and what another connection sees of it. */
function open(t: TestContext, limits = { most: 64, longestMs: 60_000 }) {
  const directory = mkdtempSync(join(tmpdir(), 'latchkey-group-'))
  const database = new DatabaseSync(join(directory, 'words.db'))
  database.exec(`pragma journal_mode = wal; pragma foreign_keys = on;
    create table words (word text primary key, of text references words (word) deferrable initially deferred)`)
  const other = new DatabaseSync(join(directory, 'words.db'))
  const statements = nodeSqlite(database)
  let commits = 0
  const counting: typeof statements = {
    ...statements,
    prepare(text) {
      if (text === 'commit') commits++
      return statements.prepare(text)
    },
  }
  const dialect = new SqliteDialect({ database: counting })
  const kysely = new Kysely<Tables>({ dialect })
  t.after(async () => {
    await kysely.destroy()
    other.close()
    rmSync(directory, { recursive: true, force: true })
  })
  return {
    database,
    write: committingTogether(
      { database: kysely, dialect, statements: counting, isOpen: () => database.isTransaction },
      limits,
    ),
    commits: () => commits,
    kept: () =>
      other
        .prepare('select word from words order by rowid')
        .all()
        .map(({ word }) => word),
  }
}

function insert(word: string, of: string | null = null) {
  return (tx: Transaction<Tables>) => sql`insert into words (word, of) values (${word}, ${of})`.execute(tx)
}
