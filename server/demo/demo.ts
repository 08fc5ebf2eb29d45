import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { noOrigin } from '../accounts/origin.ts'
import { randomText, unambiguous } from '../accounts/random-text.ts'
import { adminsOf } from '../api-keys/admins.ts'
import { readMainKey } from '../api-keys/index.ts'
import { revealKey } from '../api-keys/key.store.ts'
import type { Config } from '../config.ts'
import { createFiles } from '../files/files.ts'
import { loadSecrets, type Secrets } from '../secrets.ts'
import { accountStore } from '../storage/account-store.ts'
import type { Engine } from '../storage/engine.ts'
import { openEngine } from '../storage/open.ts'
import {
  companyName,
  DemoError,
  type DemoFile,
  readDemoFile,
  type SignIn,
  writeDemoFile,
} from './demo-file.ts'

/** The demo company, ready to be served. */
export interface Demo {
  isNew: boolean
  seed: number
  tasks: number
  admin: SignIn
  member: SignIn
  /** Null when an admin has revoked it. */
  apiKey: string | null
  /** A pipeline that takes leads, and somebody to search for; null when they were deleted. */
  pipelineId: string | null
  somebody: string | null
}

export interface DemoOptions {
  seed: number
  tasks: number
  /** `YYYY-MM-DD` in UTC; the history ends the day before. */
  today: string
  progress?: (done: number, all: number) => void
}

/**
 * Makes the demo company where the storage is empty; where it is there already, leaves everything as it is.
 * The storage is closed again afterwards.
 * @throws DemoError when the storage holds another company, StorageError when it cannot be opened
 */
export async function prepareDemo(config: Config, options: DemoOptions): Promise<Demo> {
  const secrets = loadSecrets(config)
  const engine = await openForDemo(config)
  try {
    const known = await knownDemo(engine, config)
    const file = known ?? (await makeDemo(engine, secrets, config, options))
    return { ...(await describe(engine, secrets, file)), isNew: known === null }
  } finally {
    await engine.close()
  }
}

/** Opens the storage, without what an interrupted first run has left there. */
async function openForDemo(config: Config): Promise<Engine> {
  const engine = await openEngine(config)
  const file = readDemoFile(config.dataDirectory)
  const accounts = await accountsIn(engine)
  const [only] = accounts
  const isHalfMade = file?.accountId === null && accounts.length === 1 && only?.name === companyName
  if (!isHalfMade) return engine
  await engine.close()
  if (config.databaseUrl) {
    throw new DemoError(
      'The demo company is being made by another process, or its making was interrupted: wait for it, or drop and create the database of DATABASE_URL and run this again.',
    )
  }
  for (const ending of ['', '-wal', '-shm']) {
    rmSync(join(config.dataDirectory, `latchkey.db${ending}`), { force: true })
  }
  return openEngine(config)
}

/** The demo that this storage holds, or null when it is empty. */
async function knownDemo(engine: Engine, config: Config): Promise<DemoFile | null> {
  const accounts = await accountsIn(engine)
  const [first] = accounts
  if (!first) return null
  const file = readDemoFile(config.dataDirectory)
  if (file && accounts.some(({ id }) => id === file.accountId)) return file
  const where = config.databaseUrl ? 'The database of DATABASE_URL' : config.dataDirectory
  throw new DemoError(
    `${where} already holds the company "${first.name}", which is not the demo. Choose an empty place for the demo with ${config.databaseUrl ? 'another DATABASE_URL' : '--data'}, or start that company with "latchkey serve".`,
  )
}

async function makeDemo(
  engine: Engine,
  secrets: Secrets,
  config: Config,
  options: DemoOptions,
): Promise<DemoFile> {
  const { seed, tasks } = options
  const file: DemoFile = {
    accountId: null,
    seed,
    tasks,
    admin: { email: 'admin@example.com', password: newPassword() },
    member: { email: 'member@example.com', password: newPassword() },
  }
  // Before the company: what a crash leaves behind can then be told from somebody's own data.
  writeDemoFile(config.dataDirectory, file)
  // The words and names that it is made of are needed this once.
  const { makeCompany } = await import('./company.ts')
  const files = createFiles({ engine, config, secrets, log: console })
  const { accountId } = await makeCompany({ ...options, ...file, engine, secrets, files })
  await files.stop()
  const complete = { ...file, accountId }
  writeDemoFile(config.dataDirectory, complete)
  return complete
}

async function describe(engine: Engine, secrets: Secrets, file: DemoFile): Promise<Omit<Demo, 'isNew'>> {
  const { seed, tasks, admin, member } = file
  const accountId = String(file.accountId)
  const store = accountStore(engine.reader, accountId)
  const living = (table: string) =>
    store.from(table).where('deleted_at', 'is', null).orderBy('created_at').limit(1)
  const pipeline = await living('pipelines').select('id').executeTakeFirst()
  const contact = await living('contacts').select('last_name').where('last_name', '!=', '').executeTakeFirst()
  return {
    seed,
    tasks,
    admin,
    member,
    apiKey: await keyOf(engine, secrets, accountId, admin.email),
    pipelineId: pipeline ? String(pipeline.id) : null,
    somebody: contact ? String(contact.last_name) : null,
  }
}

/** The key as an admin copies it, also when it was rotated meanwhile. */
async function keyOf(
  engine: Engine,
  secrets: Secrets,
  accountId: string,
  adminEmail: string,
): Promise<string | null> {
  const store = accountStore(engine.reader, accountId)
  if (!(await readMainKey(store))) return null
  const [first] = await adminsOf(store)
  const email = first?.email ?? adminEmail
  const user = await store.from('users').select(['id', 'name']).where('email', '=', email).executeTakeFirst()
  const by = {
    userId: String(user?.id),
    name: String(user?.name),
    email,
    accountId,
    accountName: companyName,
  }
  return revealKey({ engine, secrets, announce: async () => {} }, { by, origin: noOrigin })
}

function accountsIn(engine: Engine): Promise<{ id: string; name: string }[]> {
  return engine.reader
    .selectFrom('accounts')
    .select(['id', 'name'])
    .orderBy('created_at')
    .limit(100)
    .execute()
}

function newPassword(): string {
  return [1, 2, 3, 4].map(() => randomText(4, unambiguous).toLowerCase()).join('-')
}
