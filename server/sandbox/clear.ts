import type { Transaction } from 'kysely'
import { readingMs } from '../files/loose-contents.ts'
import type { AccountWriter } from '../storage/account-store.ts'
import { forgetSearchTexts } from '../storage/search-index.ts'
import type { Tables } from '../storage/tables.ts'
import { clearedTables, keptTables } from './tables.ts'

/** Empties a sandbox of all but its people, its keys, its settings and its audit log. */
export async function clear(tx: Transaction<Tables>, writer: AccountWriter): Promise<void> {
  const files = await writer.from('uploaded_files').select('content_id').execute()
  if (files.length > 0)
    await writer.insert(
      'loose_contents',
      files.map(({ content_id }) => ({
        content_id: content_id ?? null,
        removable_at: writer.at + readingMs,
      })),
    )
  for (const table of clearedTables) await writer.remove(table, {})
  await forgetSearchTexts(tx, writer.accountId, keptTables)
}
