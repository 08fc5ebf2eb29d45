import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { keyOf } from '../../server/files/content-store.ts'
import { type Account, accountRows, rowsOf } from './rows.ts'

/**
 * The bytes of every file are there as its row says; and of all others that are there the database knows, so that
 * they go when their time comes.
 */
export async function filesAgree(account: Account): Promise<string[]> {
  const place = join(account.directory, 'files')
  const found: string[] = []
  for (const { id, content_id, size, sha256 } of await accountRows(account, 'uploaded_files')) {
    const path = join(place, keyOf(String(content_id)))
    const bytes = existsSync(path) ? readFileSync(path) : null
    if (bytes === null) found.push(`the content of file ${id} is not there`)
    else if (bytes.length !== size || createHash('sha256').update(bytes).digest('hex') !== sha256)
      found.push(`the content of file ${id} is another`)
  }
  const known = new Set([
    ...(await rowsOf(account.engine, 'uploaded_files')).map(({ content_id }) => content_id),
    ...(await rowsOf(account.engine, 'loose_contents')).map(({ content_id }) => content_id),
  ])
  const unknown = contentsIn(place).filter((name) => !known.has(name))
  return [...found, ...unknown.map((name) => `nobody knows of the content ${name}`)]
}

/** What is stored; what is still coming in, or was cut off so, is left out and goes after a day. */
function contentsIn(place: string): string[] {
  if (!existsSync(place)) return []
  return readdirSync(place, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && basename(entry.parentPath) !== 'incoming')
    .map(({ name }) => name)
}
