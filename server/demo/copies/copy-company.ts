import { copyFile } from 'node:fs/promises'
import { join } from 'node:path'
import { sql } from 'kysely'
import { noOrigin } from '../../accounts/origin.ts'
import { enableAccess } from '../../api-keys/index.ts'
import type { Config } from '../../config.ts'
import { createPublisher } from '../../events/publisher.ts'
import { keyOf } from '../../files/content-store.ts'
import { storeFor } from '../../files/files.ts'
import { resources } from '../../resources/operations.ts'
import type { Secrets } from '../../secrets.ts'
import { makeDirectory } from '../../storage/directories.ts'
import type { Engine } from '../../storage/engine.ts'
import { openEngine } from '../../storage/open.ts'
import { copyAccount } from './copy-account.ts'

/**
 * Makes companies that are like the one that there is, as many as are asked for: each with people of its own, who
 * sign in with the same passwords, files of its own, and its own key.
 */
export async function copyCompany(
  config: Config,
  secrets: Secrets,
  options: { accountId: string; copies: number; progress?: (done: number, all: number) => void },
): Promise<void> {
  await using(config, publishNews)
  await copyAccount(config, options)
  await using(config, async (engine) => {
    await copyContents(engine, config, options.accountId)
    for (const account of await accountsWithoutKey(engine)) await openApi(engine, secrets, account)
  })
}

async function using(config: Config, work: (engine: Engine) => Promise<void>): Promise<void> {
  const engine = await openEngine(config)
  try {
    await work(engine)
  } finally {
    await engine.close()
  }
}

/** What has events already is copied with them, and need not be published a thousand times. */
async function publishNews(engine: Engine): Promise<void> {
  const publisher = createPublisher({
    engine,
    resources,
    publicUrl: () => '',
    sign: () => '',
    // Nobody has subscribed to anything yet.
    fanOut: async () => {},
    log: console,
  })
  await publisher.publishAll()
  await publisher.stop()
}

interface CopiedFile {
  account_id: string
  id: string
  content_id: string
  size: number
  sha256: string
}

/** Each account has bytes of its own, because they go with its record. */
async function copyContents(engine: Engine, config: Config, original: string): Promise<void> {
  const { rows: files } = await sql<CopiedFile>`
    select account_id, id, content_id, size, sha256 from uploaded_files`.execute(engine.reader)
  const directory = join(config.dataDirectory, 'files', 'incoming')
  makeDirectory(directory)
  const store = storeFor(config)
  const originals = new Map(
    files.filter((file) => file.account_id === original).map((file) => [withoutEnding(file.id), file]),
  )
  try {
    for (const { account_id, id, content_id, size, sha256 } of files) {
      const from = originals.get(withoutEnding(id))
      if (!from || account_id === original) continue
      const path = join(directory, `copy-of-${content_id}`)
      await copyFile(join(config.dataDirectory, 'files', keyOf(from.content_id)), path)
      await store.put({ contentId: content_id, path, size, sha256 })
    }
  } finally {
    store.close()
  }
}

function withoutEnding(id: string): string {
  return id.slice(0, -4)
}

interface KeylessAccount {
  account_id: string
  account_name: string
  id: string
  name: string
  email: string
}

function accountsWithoutKey(engine: Engine): Promise<KeylessAccount[]> {
  return engine.reader
    .selectFrom('users')
    .innerJoin('accounts', 'accounts.id', 'users.account_id')
    .select(['users.account_id', 'accounts.name as account_name', 'users.id', 'users.name', 'users.email'])
    .where('users.role', '=', 'admin')
    .where((on) =>
      on.not(
        on.exists(
          on.selectFrom('api_keys').select('id').whereRef('api_keys.account_id', '=', 'users.account_id'),
        ),
      ),
    )
    .execute()
}

async function openApi(engine: Engine, secrets: Secrets, account: KeylessAccount): Promise<void> {
  const { account_id: accountId, account_name: accountName, id: userId, name, email } = account
  const by = { userId, name, email, accountId, accountName }
  await enableAccess({ engine, secrets, announce: async () => {} }, { by, origin: noOrigin })
}
