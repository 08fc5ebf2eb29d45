import { createHash, randomUUID } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { mkdir, readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { ApiError } from '../errors/api-error.ts'
import type { Content } from './content-store.ts'
import { contentTypeOf } from './content-type.ts'
import { cleanName } from './file-name.ts'
import { diskError } from './storage-errors.ts'

/** A file that came with a request, complete on this machine and not yet kept. */
export class SpooledFile implements Content {
  readonly contentId: string
  readonly path: string
  readonly size: number
  readonly sha256: string
  readonly name: string
  readonly contentType: string

  constructor(content: Content, name: string, contentType: string) {
    this.contentId = content.contentId
    this.path = content.path
    this.size = content.size
    this.sha256 = content.sha256
    this.name = name
    this.contentType = contentType
  }

  /** What makes two uploads the same request: the hash of a keyed write is made of this. */
  toJSON() {
    const { name, size, sha256 } = this
    return { name, size, sha256 }
  }
}

/** Where uploads wait until all of a request is there and known to be sound. */
export interface Spool {
  /**
   * Writes what arrives to the disk, as fast as the disk takes it.
   * @throws ApiError file_too_large as soon as there is too much, storage_full, storage_unavailable; nothing
   * is left behind then.
   */
  receive(bytes: Readable, name: string): Promise<SpooledFile>
  /** Never fails: what cannot be removed now is tidied up. */
  discard(file: Pick<SpooledFile, 'path'>): Promise<void>
  /** Removes what a crash has left, older than a day. */
  tidy(now: number): Promise<void>
}

const staleMs = 24 * 3_600_000

/** @param largest bytes of the largest file */
export function createSpool(directory: string, largest: number): Spool {
  const discard: Spool['discard'] = ({ path }) => rm(path, { force: true }).catch(() => {})
  return {
    discard,
    async receive(bytes, name) {
      const contentId = randomUUID()
      const path = join(directory, contentId)
      const hash = createHash('sha256')
      let size = 0
      try {
        await mkdir(directory, { recursive: true, mode: 0o700 })
        await pipeline(
          bytes,
          async function* (chunks: AsyncIterable<Buffer>) {
            for await (const chunk of chunks) {
              size += chunk.length
              if (size > largest) throw fileTooLarge(largest)
              hash.update(chunk)
              yield chunk
            }
          },
          createWriteStream(path, { flags: 'wx', mode: 0o600, flush: true }),
        )
        const cleaned = cleanName(name)
        const content = { contentId, path, size, sha256: hash.digest('hex') }
        return new SpooledFile(content, cleaned, await contentTypeOf(path, cleaned))
      } catch (error) {
        await discard({ path })
        throw diskError(error)
      }
    },
    async tidy(now) {
      const names = await readdir(directory).catch(() => [])
      for (const name of names) {
        const path = join(directory, name)
        const known = await stat(path).catch(() => null)
        if (known && known.mtimeMs < now - staleMs) await discard({ path })
      }
    },
  }
}

export function fileTooLarge(largest: number): ApiError {
  return new ApiError(
    'file_too_large',
    `The file is larger than ${largest.toLocaleString('en-US')} bytes, the most that this server takes`,
  )
}
