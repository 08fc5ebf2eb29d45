import { Client } from 'pg'
import { type EngineName, type OpenEngine, openEngine } from '../test/support/engines.ts'
import { startPostgres } from '../test/support/postgres.ts'
import { type Company, openCompany } from './company.ts'

/** What a section measures in. */
export interface Surroundings {
  engine: EngineName
  /** Everything in its smallest form, to see that it works. */
  isQuick: boolean
  /** An empty place for data. */
  storage(): Promise<OpenEngine>
  /** The demo company; made when it is first asked for. */
  company(): Promise<Company>
  /** Removes everything, and tells what the engine was. */
  close(): Promise<EngineFacts>
}

/** How an engine was set. */
export interface EngineFacts {
  engine: EngineName
  version: string
  [setting: string]: string
}

/** A PostgreSQL whose commits wait for the disk is started for it, where TEST_DATABASE_URL names none. */
export async function surround({
  engine,
  isQuick,
  tasks,
}: {
  engine: EngineName
  isQuick: boolean
  tasks: number
}): Promise<Surroundings> {
  const server =
    engine === 'postgres' && !process.env.TEST_DATABASE_URL ? await startPostgres({ isDurable: true }) : null
  if (server) process.env.TEST_DATABASE_URL = server.url
  const opened: OpenEngine[] = []
  const storage = async () => {
    const one = await openEngine(engine)
    opened.push(one)
    return one
  }
  let company: Promise<Company> | undefined
  return {
    engine,
    isQuick,
    storage,
    company() {
      company ??= storage().then((place) => {
        process.stderr.write(`making the company of ${tasks} tasks on ${engine} …\n`)
        return openCompany(place, tasks)
      })
      return company
    },
    async close() {
      const facts = await (engine === 'postgres' ? factsOfPostgres() : factsOfSqlite())
      for (const one of opened) await one.close()
      if (server) {
        delete process.env.TEST_DATABASE_URL
        await server.stop()
      }
      return facts
    },
  }
}

function factsOfSqlite(): EngineFacts {
  return {
    engine: 'sqlite',
    version: process.versions.sqlite ?? '',
    journal_mode: 'wal',
    synchronous: 'full',
  }
}

async function factsOfPostgres(): Promise<EngineFacts> {
  const client = new Client({ connectionString: process.env.TEST_DATABASE_URL ?? '' })
  await client.connect()
  const settings = ['fsync', 'synchronous_commit', 'full_page_writes', 'shared_buffers', 'wal_sync_method']
  const { rows } = await client.query<{ name: string; value: string }>(
    'select name, current_setting(name) as value from unnest($1::text[]) as name',
    [['server_version', ...settings]],
  )
  await client.end()
  const { server_version: version = '', ...others } = Object.fromEntries(
    rows.map(({ name, value }) => [name, value]),
  )
  return { engine: 'postgres', version, ...others }
}
