import assert from 'node:assert/strict'
import { after, before, it } from 'node:test'
import { sql } from 'kysely'
import { forEachEngine } from '../../test/support/engines.ts'
import { type AccountStore, accountStore, type Row } from './account-store.ts'
import type { Engine } from './engine.ts'
import { newId } from './ids.ts'
import { openEngine } from './open.ts'
import { writeAccount } from './write.ts'

const context = { actor: { kind: 'system' as const, id: null }, requestId: null }
const accountId = newId()
const otherId = newId()

forEachEngine((kind) => {
  let engine: Engine
  let store: AccountStore

  before(async () => {
    const { directory, url } = await kind.open()
    engine = await openEngine({ dataDirectory: directory, databaseUrl: url })
    store = accountStore(engine.reader, accountId)
    for (const id of [accountId, otherId]) {
      const account = { id, name: 'Ash', slug: id, created_at: new Date().toISOString() }
      await engine.transaction(async (tx) => {
        await tx.insertInto('accounts').values(account).execute()
      })
    }
  })
  after(() => engine.close())

  it('finds a piece of a word, whatever SQL or the index would make of it', async () => {
    const texts = ['rosa field', 'o"brien & co', '100% sure_thing', 'back\\slash', 'añb', 'ab', '日本語の家']
    const ids = await addTags(accountId, texts)
    for (const [at, text] of texts.entries()) {
      for (const word of piecesOf(text)) {
        assert.ok((await found(word)).includes(ids[at] ?? ''), `"${word}" of "${text}"`)
      }
    }
    assert.deepEqual(await found('0_'), [])
    assert.deepEqual(await found('rosa%field'), [])
    assert.deepEqual(await found('rosa OR 100'), [])
  })

  it('follows a change and forgets what was there before', async () => {
    const [id = ''] = await addTags(accountId, ['before it changed'])
    await writeAccount(engine, accountId, context, async (writer) => {
      await writer.update('tags', { id }, { search_text: 'afterwards' })
    })
    assert.deepEqual(await found('changed'), [])
    assert.deepEqual(await found('erward'), [id])
  })

  it('keeps nothing of a transaction that failed', async () => {
    const failing = writeAccount(engine, accountId, context, async (writer) => {
      await writer.insert('tags', tag('never kept'))
      throw new Error('refused')
    })
    await assert.rejects(failing, /refused/)
    assert.deepEqual(await found('never kept'), [])
  })

  it('stays within the account', async () => {
    await addTags(otherId, ['shared word'])
    const own = await addTags(accountId, ['shared word'])
    assert.deepEqual(await found('shared word'), own)
  })

  it('reads an index and not every row', async () => {
    const texts = Array.from({ length: 20_000 }, (_, at) => `number ${at} ${newId()}`)
    await addTags(accountId, texts)
    // PostgreSQL puts new entries of the index aside at first, and reads them all until it has tidied up.
    await sql.raw(engine.dialect === 'sqlite' ? 'analyze' : 'vacuum analyze tags').execute(engine.writer)
    // Random letters: a word that many rows share is rightly read in another way.
    const rare = texts[9_987]?.slice(-12) ?? ''
    const query = store.from('tags').select('id').where(store.contains('tags', rare))
    const { parameters, sql: text } = query.compile()
    const explain = { ...query.compile(), sql: `${explainWords[engine.dialect]} ${text}`, parameters }
    const plan = JSON.stringify((await engine.reader.executeQuery(explain)).rows)
    assert.match(plan, engine.dialect === 'sqlite' ? /search_index VIRTUAL TABLE INDEX/ : /tags_by_search/)
    assert.doesNotMatch(plan, /SCAN tags|Seq Scan/)
    // As parameters the ends of the account's numbers would be no whole ones, which SQLite silently passes over.
    if (engine.dialect === 'sqlite') assert.match(text, /number \* 1073741824/)
    assert.equal((await query.execute()).length, 1)
  })

  async function found(word: string): Promise<string[]> {
    const rows = await store.from('tags').select('id').where(store.contains('tags', word)).execute()
    return rows.map((row) => String(row.id))
  }

  async function addTags(account: string, texts: readonly string[]): Promise<string[]> {
    const rows = texts.map(tag)
    await writeAccount(engine, account, context, (writer) => writer.insert('tags', rows))
    return rows.map((row) => String(row.id))
  }
})

const explainWords = { sqlite: 'explain query plan', postgres: 'explain' }

function tag(text: string): Row {
  const times = { created_at: 1, updated_at: 1, deleted_at: null, version: 1 }
  return { id: newId(), ...times, search_text: text, name: text, name_key: text }
}

/** Every piece of two characters or more. */
function piecesOf(text: string): string[] {
  const letters = [...text]
  return letters.flatMap((_, from) =>
    letters.slice(from + 1).map((__, to) => letters.slice(from, from + to + 2).join('')),
  )
}
