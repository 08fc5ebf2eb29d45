import { existsSync } from 'node:fs'
import { type Kysely, sql } from 'kysely'
import type { Config } from '../config.ts'
import { readKeptSecret, type Secrets, secretsFrom } from '../secrets.ts'
import { StorageError } from '../storage/engine.ts'
import type { Tables } from '../storage/tables.ts'
import { checkDisk } from './disk.ts'
import { databaseFile, type Examined, openExamined } from './examined.ts'
import { checkFiles } from './files.ts'
import { type Finding, type Findings, findingsOf } from './finding.ts'
import { checkLookups } from './lookups.ts'
import { checkPostgres } from './postgres.ts'
import { checkBucket, checkMailServer } from './reach.ts'
import type { Extent } from './rows.ts'
import { checkSchema } from './schema.ts'
import { checkSealed } from './sealed.ts'
import { checkSearch } from './search.ts'
import { checkModes, checkRuntime, checkSecret, checkSettings } from './settings.ts'
import { checkSqlite } from './sqlite.ts'
import { checkStays } from './stays.ts'
import { checkClock, checkServed, checkWaiting } from './waiting.ts'

/**
 * Looks at the configuration, the database and the data, and tells what it finds as it finds it. It writes
 * nothing, but for an object in the bucket that it removes again, and it runs beside a server.
 */
export async function* examine(config: Config, extent: Extent): AsyncGenerator<Finding> {
  const { dataDirectory, databaseUrl } = config
  const hasDatabase = databaseUrl === null
  yield* await made('settings', () => checkSettings(config))
  yield* await made('runtime', checkRuntime)
  yield* await made('secret', () => checkSecret(config))
  yield* await made('data directory', () => checkDisk(dataDirectory, { hasDatabase }))
  yield* await made('file modes', () => checkModes(dataDirectory))
  yield* await made('mail server', () => checkMailServer(config))
  yield* await made('bucket', () => checkBucket(config))
  yield* examineDatabase(config, extent)
}

async function* examineDatabase(config: Config, extent: Extent): AsyncGenerator<Finding> {
  const { ok, problem } = findingsOf('database')
  if (config.databaseUrl === null && !existsSync(databaseFile(config.dataDirectory))) {
    yield ok('There is none yet; the first start makes it')
    return
  }
  let database: Examined
  try {
    database = await openExamined(config)
  } catch (error) {
    const says = error instanceof StorageError ? error.message : `It cannot be opened: ${reasonOf(error)}`
    yield problem(
      says,
      config.databaseUrl === null ? 'Restore the last backup' : 'Check DATABASE_URL and the network',
    )
    return
  }
  try {
    yield ok(config.databaseUrl === null ? databaseFile(config.dataDirectory) : 'It can be reached')
    yield* examineOpened(database, config, extent)
  } finally {
    await database.close()
  }
}

async function* examineOpened(database: Examined, config: Config, extent: Extent): AsyncGenerator<Finding> {
  const { dialect } = database
  const { dataDirectory, databaseUrl } = config
  const reading = (check: string, work: (reader: Kysely<Tables>) => Findings | Promise<Findings>) =>
    made(check, () => database.read(async (reader) => work(reader)))
  let isCurrent = false
  if (databaseUrl !== null) yield* await reading('PostgreSQL', (reader) => checkPostgres(reader, databaseUrl))
  else
    yield* await reading('integrity', (reader) =>
      checkSqlite(reader, { directory: dataDirectory, ...extent }),
    )
  yield* await reading('migrations', async (reader) => {
    const schema = await checkSchema(reader, dialect)
    isCurrent = schema.isCurrent
    return schema.findings
  })
  if (!isCurrent) return
  const secrets = secretsOf(config)
  yield* await reading('clock', async (reader) =>
    checkClock(reader, { now: Date.now(), databaseNow: await clockOf(reader, dialect) }),
  )
  yield* await reading('server', (reader) => checkServed(reader, Date.now()))
  yield* await reading('outbox', (reader) => checkWaiting(reader, Date.now()))
  yield* await reading('sealed secrets', (reader) => checkSealed(reader, secrets, extent))
  yield* await reading('search', (reader) => checkSearch(reader, dialect, extent))
  yield* await reading('lookups', (reader) => checkLookups(reader, extent))
  yield* await reading('stage stays', (reader) => checkStays(reader, extent))
  yield* await reading('files', (reader) => checkFiles(reader, config, extent))
}

function secretsOf({ secret, dataDirectory }: Config): Secrets | null {
  const text = secret ?? readKeptSecret(dataDirectory)
  return text === null ? null : secretsFrom(text)
}

/** Only the database's own clock: the way there and back is within what is allowed. */
async function clockOf(reader: Kysely<Tables>, dialect: Examined['dialect']): Promise<number | null> {
  if (dialect === 'sqlite') return null
  const { rows } = await sql<{ now: Date }>`select clock_timestamp() as now`.execute(reader)
  return rows[0]?.now.getTime() ?? null
}

/** A check that fails itself has found something as well. */
async function made(check: string, work: () => Findings | Promise<Findings>): Promise<Findings> {
  try {
    return await work()
  } catch (error) {
    return [findingsOf(check).problem(`It could not be looked at: ${reasonOf(error)}`, 'Mend that first')]
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
