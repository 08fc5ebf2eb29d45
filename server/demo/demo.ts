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
  accounts: number
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
  /** Of each account. */
  tasks: number
  /** The company and its copies; 1 unless it says otherwise. */
  accounts?: number
  /** `YYYY-MM-DD` in UTC; the history ends the day before. */
  today: string
  progress?: (done: number, all: number) => void
  copying?: (done: number, all: number) => void
}

/**
 * Makes the demo company where the storage is empty; where it is there already, leaves everything as it is.
 * The storage is closed again afterwards.
 * @throws DemoError when the storage holds another company, StorageError when it cannot be opened
 */
export async function prepareDemo(config: Config, options: DemoOptions): Promise<Demo> {
  const secrets = loadSecrets(config)
  const known = await knownDemo(config)
  const file = known ?? (await makeDemo(secrets, config, options))
  return withEngine(config, async (engine) => ({
    ...(await describe(engine, secrets, file)),
    isNew: known === null,
  }))
}

async function withEngine<T>(config: Config, work: (engine: Engine) => Promise<T>): Promise<T> {
  const engine = await openEngine(config)
  try {
    return await work(engine)
  } finally {
    await engine.close()
  }
}

/** The demo that this storage holds, or null when it is empty; what an interrupted first run has left is removed. */
async function knownDemo(config: Config): Promise<DemoFile | null> {
  const accounts = await withEngine(config, accountsIn)
  const [first] = accounts
  if (!first) return null
  const file = readDemoFile(config.dataDirectory)
  if (file?.accountId === null && accounts.every(({ name }) => name.startsWith(companyName))) {
    removeHalf(config)
    return null
  }
  if (file && accounts.some(({ id }) => id === file.accountId)) return file
  const where = config.databaseUrl ? 'The database of DATABASE_URL' : config.dataDirectory
  throw new DemoError(
    `${where} already holds the company "${first.name}", which is not the demo. Choose an empty place for the demo with ${config.databaseUrl ? 'another DATABASE_URL' : '--data'}, or start that company with "latchkey serve".`,
  )
}

function removeHalf({ databaseUrl, dataDirectory }: Config): void {
  if (databaseUrl) {
    throw new DemoError(
      'The demo company is being made by another process, or its making was interrupted: wait for it, or drop and create the database of DATABASE_URL and run this again.',
    )
  }
  for (const ending of ['', '-wal', '-shm']) {
    rmSync(join(dataDirectory, `latchkey.db${ending}`), { force: true })
  }
}

async function makeDemo(secrets: Secrets, config: Config, options: DemoOptions): Promise<DemoFile> {
  const { seed, tasks, accounts = 1 } = options
  const file: DemoFile = {
    accountId: null,
    seed,
    tasks,
    accounts,
    admin: { email: 'admin@example.com', password: newPassword() },
    member: { email: 'member@example.com', password: newPassword() },
  }
  // Before the company: what a crash leaves behind can then be told from somebody's own data.
  writeDemoFile(config.dataDirectory, file)
  const accountId = await withEngine(config, async (engine) => {
    // The words and names that it is made of are needed this once.
    const { makeCompany } = await import('./company.ts')
    const files = createFiles({ engine, config, secrets, log: console })
    const made = await makeCompany({ ...options, ...file, engine, secrets, files })
    await files.stop()
    return made.accountId
  })
  if (accounts > 1) {
    const { copyCompany } = await import('./copies/copy-company.ts')
    await copyCompany(config, secrets, { accountId, copies: accounts - 1, progress: options.copying })
  }
  const complete = { ...file, accountId }
  writeDemoFile(config.dataDirectory, complete)
  return complete
}

async function describe(engine: Engine, secrets: Secrets, file: DemoFile): Promise<Omit<Demo, 'isNew'>> {
  const { seed, tasks, accounts = 1, admin, member } = file
  const accountId = String(file.accountId)
  const store = accountStore(engine.reader, accountId)
  const living = (table: string) =>
    store.from(table).where('deleted_at', 'is', null).orderBy('created_at').limit(1)
  const pipeline = await living('pipelines').select('id').executeTakeFirst()
  const contact = await living('contacts').select('last_name').where('last_name', '!=', '').executeTakeFirst()
  return {
    seed,
    tasks,
    accounts,
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
