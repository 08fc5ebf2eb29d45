import { createHash } from 'node:crypto'
import type { Readable } from 'node:stream'
import { ApiError } from '../errors/api-error.ts'
import type { ContentStore } from '../files/content-store.ts'
import type { Snapshot } from './snapshot.ts'

/** The bytes that a row of an uploaded file stands for. */
export interface Named {
  contentId: string
  size: number
  /** Hexadecimal. */
  sha256: string
}

const table = 'uploaded_files'

/** The contents that the rows of a snapshot name; none under an old schema that had no files. */
export async function* contentsOf(snapshot: Snapshot): AsyncGenerator<Named> {
  if (!snapshot.tables.some(({ name }) => name === table)) return
  for await (const lines of snapshot.rows({ name: table, columns: ['content_id', 'size', 'sha256'] })) {
    for (const line of lines.toString('utf8').trimEnd().split('\n')) {
      const [contentId, size, sha256] = JSON.parse(line) as [string, number, string]
      yield { contentId, size, sha256 }
    }
  }
}

/** What is kept in memory while it is looked at. Larger ones are read twice. */
const largestInMemory = 8 * 1024 * 1024

/**
 * The bytes of a content when they are those that came in, so that no size is promised that they do not have.
 * @returns null when they are gone or were altered
 * @throws ApiError when the storage does not work
 */
export async function readContent(store: ContentStore, named: Named): Promise<Buffer | Readable | null> {
  const chunks: Buffer[] = []
  const hash = createHash('sha256')
  let size = 0
  try {
    for await (const chunk of (await store.open(named.contentId, null)) as AsyncIterable<Buffer>) {
      hash.update(chunk)
      size += chunk.length
      if (named.size <= largestInMemory) chunks.push(chunk)
      if (size > named.size) return null
    }
  } catch (error) {
    if (error instanceof ApiError && error.code === 'content_missing') return null
    throw error
  }
  if (size !== named.size || hash.digest('hex') !== named.sha256) return null
  return named.size <= largestInMemory ? Buffer.concat(chunks) : store.open(named.contentId, null)
}
