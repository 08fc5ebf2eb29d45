import { Client } from 'pg'
import { type EngineName, type OpenEngine, openEngine } from '../test/support/engines.ts'
import { startPostgres } from '../test/support/postgres.ts'
import { type Company, openCompany } from './company.ts'
import type { Storage } from './server.ts'

/** What a section measures in. */
export interface Surroundings extends Given {
  /** An empty place for data. */
  storage(): Promise<OpenEngine>
  /** The demo company; made when it is first asked for. */
  company(): Promise<Company>
  /** Adds to what is told of the engine. */
  note(facts: Record<string, string>): void
  /** Removes everything, and tells what the engine was. */
  close(): Promise<EngineFacts>
}

export interface Given {
  engine: EngineName
  /** Everything in its smallest form, to see that it works. */
  isQuick: boolean
  /** Of the demo company. */
  tasks: number
  /** How long the soak takes. */
  minutes: number
  /** Data that was prepared, with many accounts. */
  large: Storage | null
}

/** How an engine was set. */
export interface EngineFacts extends Record<string, string> {
  engine: EngineName
  version: string
}

/** A PostgreSQL whose commits wait for the disk is started for it, where TEST_DATABASE_URL names none. */
export async function surround(given: Given): Promise<Surroundings> {
  const { engine, tasks } = given
  const server =
    engine === 'postgres' && !process.env.TEST_DATABASE_URL ? await startPostgres({ isDurable: true }) : null
  if (server) process.env.TEST_DATABASE_URL = server.url
  const opened: OpenEngine[] = []
  const noted: Record<string, string> = {}
  const storage = async () => {
    const one = await openEngine(engine)
    opened.push(one)
    return one
  }
  let company: Promise<Company> | undefined
  return {
    ...given,
    storage,
    company() {
      company ??= storage().then((place) => openCompany(place, tasks))
      return company
    },
    note(facts) {
      Object.assign(noted, facts)
    },
    async close() {
      await (await company)?.stop()
      const facts = engine === 'postgres' ? await factsOfPostgres() : factsOfSqlite()
      for (const one of opened) await one.close()
      if (server) {
        delete process.env.TEST_DATABASE_URL
        await server.stop()
      }
      return { ...facts, ...noted }
    },
  }
}

/** As server/storage/sqlite.ts opens it. */
function factsOfSqlite(): EngineFacts {
  return {
    engine: 'sqlite',
    version: process.versions.sqlite ?? '',
    journal_mode: 'wal',
    synchronous: 'full',
  }
}

const told = ['fsync', 'synchronous_commit', 'full_page_writes', 'shared_buffers', 'wal_sync_method']

async function factsOfPostgres(): Promise<EngineFacts> {
  const client = new Client({ connectionString: process.env.TEST_DATABASE_URL ?? '' })
  await client.connect()
  const { rows } = await client.query<{ name: string; value: string }>(
    'select name, current_setting(name) as value from unnest($1::text[]) as name',
    [['server_version', ...told]],
  )
  await client.end()
  const { server_version: version = '', ...others } = Object.fromEntries(
    rows.map(({ name, value }) => [name, value]),
  )
  return { engine: 'postgres', version, ...others }
}
