import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { Client } from 'pg'
import { v7 as uuid } from 'uuid'
import { quantile } from './measure.ts'
import type { Storage } from './server.ts'

/** What is to be written, by whom: one row a commit, one commit after the other. */
export interface CommitsOrder {
  storage: Storage
  /** Of every row. */
  text: string
}

export interface CommitsDone {
  count: number
  seconds: number
  /** Milliseconds of one. */
  p50: number
  p99: number
}

type Commit = () => void | Promise<void>

/** Commits for as many milliseconds as it is told to, and tells how often it did. */
let commit: Commit = () => {}

process.on('message', async (message: CommitsOrder | { milliseconds: number }) => {
  if ('storage' in message) {
    commit = await (message.storage.url ? onPostgres : onSqlite)(message)
    process.send?.('ready')
    return
  }
  const end = performance.now() + message.milliseconds
  const begun = performance.now()
  const times: number[] = []
  let before = begun
  while (before < end) {
    await commit()
    const after = performance.now()
    times.push(after - before)
    before = after
  }
  const done: CommitsDone = {
    count: times.length,
    seconds: (before - begun) / 1_000,
    p50: quantile(times, 0.5),
    p99: quantile(times, 0.99),
  }
  process.send?.(done)
})
process.on('disconnect', () => process.exit(0))

async function onSqlite({ storage, text }: CommitsOrder): Promise<Commit> {
  const database = new DatabaseSync(join(storage.directory, 'bare.db'))
  database.exec('pragma journal_mode = wal; pragma synchronous = full')
  database.exec('create table if not exists rows (id text primary key, text text not null)')
  const insert = database.prepare('insert into rows (id, text) values (?, ?)')
  return () => {
    insert.run(uuid(), text)
  }
}

async function onPostgres({ storage, text }: CommitsOrder): Promise<Commit> {
  const client = new Client({ connectionString: storage.url ?? '' })
  await client.connect()
  await client.query('create table if not exists bare_rows (id uuid primary key, text text not null)')
  const insert = { name: 'insert', text: 'insert into bare_rows (id, text) values ($1, $2)' }
  return async () => {
    await client.query({ ...insert, values: [uuid(), text] })
  }
}
