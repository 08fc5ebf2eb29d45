import { createHash } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { Config } from '../config.ts'
import type { ContentStore } from '../files/content-store.ts'
import { storeFor } from '../files/files.ts'
import { diskError } from '../files/storage-errors.ts'

/** Stores the bytes of uploaded files where the configuration says. What is there already is the same, and replaced. */
export interface ContentKeeper {
  keep(contentId: string, bytes: AsyncIterable<Buffer>): Promise<void>
  /** Resolves when all are stored. */
  settle(): Promise<void>
  close(): void
}

/** A bucket answers each alone after some time; a disk does not mind. */
const atOnce = 8

export function contentKeeper(config: Pick<Config, 'dataDirectory' | 'bucket'>): ContentKeeper {
  const store = storeFor(config)
  const folder = join(config.dataDirectory, 'files', 'incoming')
  const storing = new Set<Promise<void>>()
  return {
    async keep(contentId, bytes) {
      const content = await spool(folder, contentId, bytes)
      const stored = store.put(content).finally(() => rm(content.path, { force: true }))
      storing.add(stored)
      stored.then(
        () => storing.delete(stored),
        // Whoever waits for it hears of it.
        () => {},
      )
      if (storing.size >= atOnce) await Promise.race(storing)
    },
    async settle() {
      await Promise.all(storing)
    },
    close: store.close,
  }
}

type Content = Parameters<ContentStore['put']>[0]

/** Brings the bytes to the disk, where the storage takes them from. */
async function spool(folder: string, contentId: string, bytes: AsyncIterable<Buffer>): Promise<Content> {
  const path = join(folder, contentId)
  const hash = createHash('sha256')
  let size = 0
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    await pipeline(
      bytes,
      async function* (chunks: AsyncIterable<Buffer>) {
        for await (const chunk of chunks) {
          hash.update(chunk)
          size += chunk.length
          yield chunk
        }
      },
      createWriteStream(path, { mode: 0o600, flush: true }),
    )
  } catch (error) {
    await rm(path, { force: true })
    throw diskError(error)
  }
  return { contentId, path, size, sha256: hash.digest('hex') }
}
