import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type TestContext, test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { readTurns } from './read-turns.ts'

test('reads of one turn share a transaction, and those of the next see what came meanwhile', async (t) => {
  const { reader, turns, read, write } = open(t)
  write('first')
  assert.equal(read(), 1)
  assert.equal(reader.isTransaction, true)
  write('second')
  assert.equal(read(), 1)
  await turn()
  assert.equal(reader.isTransaction, false)
  assert.equal(read(), 2)
  turns.end()
})

test('sees in the same turn what was committed after an end', (t) => {
  const { turns, read, write } = open(t)
  assert.equal(read(), 0)
  turns.end()
  write('first')
  assert.equal(read(), 1)
  turns.end()
})

test('goes on after a read that failed, and leaves a closed connection alone', async (t) => {
  const { reader, turns, read } = open(t)
  turns.begin()
  assert.throws(() => reader.exec('select * from nothing'))
  assert.equal(read(), 0)
  await turn()
  turns.begin()
  reader.close()
  await turn()
})

test('lets the log begin anew, however much is read', async (t) => {
  const { file, turns, read, write } = open(t)
  for (let count = 0; count < 3_000; count++) {
    read()
    turns.end()
    write(`word ${count} ${'long '.repeat(200)}`)
    read()
    if (count % 10 === 0) await turn()
  }
  // It is some twelve megabytes that were written.
  assert.ok(statSync(`${file}-wal`).size < 6_000_000, `${statSync(`${file}-wal`).size} bytes`)
  turns.end()
})

function open(t: TestContext) {
  const directory = mkdtempSync(join(tmpdir(), 'latchkey-turns-'))
  const file = join(directory, 'words.db')
  const writer = new DatabaseSync(file)
  writer.exec('pragma journal_mode = wal; pragma synchronous = off; create table words (word text)')
  const reader = new DatabaseSync(file)
  t.after(() => {
    if (reader.isOpen) reader.close()
    writer.close()
    rmSync(directory, { recursive: true, force: true })
  })
  const turns = readTurns(reader)
  const insert = writer.prepare('insert into words values (?)')
  const count = reader.prepare('select coalesce(max(rowid), 0) as count from words')
  return {
    file,
    reader,
    turns,
    write: (word: string) => void insert.run(word),
    read() {
      turns.begin()
      return count.get()?.count
    },
  }
}
