import { createHash, randomUUID } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Readable, Writable } from 'node:stream'
import { sealKey } from '../../server/api-keys/key-at-rest.ts'
import { backUp, type Made } from '../../server/backup/backup.ts'
import { type Restored, restore } from '../../server/backup/restore.ts'
import { keyOf } from '../../server/files/content-store.ts'
import { loadSecrets } from '../../server/secrets.ts'
import { newId } from '../../server/storage/ids.ts'
import { openEngine } from '../../server/storage/open.ts'
import type { OpenEngine } from '../support/engines.ts'
import { configOf } from './places.ts'

const { signal: never } = new AbortController()

/** The least that an installation has: a company, its admin, a sealed key and a file. Returns the file's path. */
export async function fillSmall(storage: OpenEngine): Promise<{ content: string }> {
  const secrets = loadSecrets(configOf(storage))
  const engine = await openEngine({ dataDirectory: storage.directory, databaseUrl: storage.url })
  const at = 1_700_000_000_000
  const [account_id, created_by, keyId] = [newId(), newId(), newId()]
  const record = { account_id, created_at: at, updated_at: at, deleted_at: null, version: 1 }
  const text = 'Dear tenant,\n'
  const contentId = randomUUID()
  const { sealed, sealingKeyId } = sealKey(secrets, 'lk_live_never', { accountId: account_id, keyId })
  const rows: [table: string, row: Record<string, unknown>][] = [
    [
      'accounts',
      { id: account_id, name: 'Acme Homes', slug: account_id, created_at: new Date(at).toISOString() },
    ],
    [
      'users',
      {
        ...record,
        id: created_by,
        search_text: 'ann ash',
        name: 'Ann Ash',
        email: 'ann@example.com',
        role: 'admin',
      },
    ],
    [
      'api_keys',
      {
        account_id,
        id: keyId,
        name: 'Main',
        sealed,
        sealing_key_id: sealingKeyId,
        last_four: 'ever',
        created_at: at,
        created_by,
        is_main: 1,
      },
    ],
    [
      'uploaded_files',
      {
        ...record,
        id: newId(),
        search_text: 'letter',
        name: 'letter.txt',
        size: text.length,
        content_type: 'text/plain',
        sha256: createHash('sha256').update(text).digest('hex'),
        content_id: contentId,
        public_access: 0,
        uploadable_type: 'deals',
        uploadable_id: newId(),
      },
    ],
  ]
  for (const [table, row] of rows)
    await engine.writer
      .insertInto(table as 'accounts')
      .values(row as never)
      .execute()
  await engine.close()
  const content = join(storage.directory, 'files', keyOf(contentId))
  await mkdir(dirname(content), { recursive: true })
  await writeFile(content, text)
  return { content }
}

/** A backup in memory. */
export async function backUpSmall(
  storage: OpenEngine,
  { withFiles = true } = {},
): Promise<Made & { bytes: Buffer }> {
  const chunks: Buffer[] = []
  const output = new Writable({
    write(chunk, _, done) {
      chunks.push(chunk)
      done()
    },
  })
  const destination = { path: null, output, keep: async () => {}, discard: async () => {} }
  const made = await backUp({ config: configOf(storage), destination, withFiles, signal: never })
  return { ...made, bytes: Buffer.concat(chunks) }
}

export function restoreSmall(
  place: OpenEngine,
  bytes: Buffer | Readable,
  { withoutSecret = false, signal = never }: { withoutSecret?: boolean; signal?: AbortSignal } = {},
): Promise<Restored> {
  const input = Buffer.isBuffer(bytes) ? Readable.from([bytes]) : bytes
  return restore({ config: configOf(place), input, withoutSecret, signal })
}
