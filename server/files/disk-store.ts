import { mkdir, open, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { between } from '../storage/directories.ts'
import { type ContentStore, keyOf } from './content-store.ts'
import { diskError } from './storage-errors.ts'

/**
 * Bytes in a directory. They come by renaming a file that is already on the disk, so that there is never half
 * of one, not even after a crash.
 */
export function diskStore(directory: string): ContentStore {
  const pathOf = (contentId: string) => join(directory, keyOf(contentId))
  return {
    async put({ contentId, path }) {
      const target = pathOf(contentId)
      try {
        const place = dirname(target)
        const first = await mkdir(place, { recursive: true, mode: 0o700 })
        await rename(path, target)
        const made = first === undefined ? [] : between(first, place)
        for (const directory of [place, ...made.map((one) => dirname(one))]) await syncDirectory(directory)
      } catch (error) {
        throw diskError(error)
      }
    },
    async open(contentId, range) {
      try {
        const file = await open(pathOf(contentId))
        return file.createReadStream(range ?? {})
      } catch (error) {
        throw diskError(error)
      }
    },
    async remove(contentId) {
      try {
        await rm(pathOf(contentId), { force: true })
      } catch (error) {
        throw diskError(error)
      }
    },
    close() {},
  }
}

/** A name in a directory is safe only once the directory itself is on the disk. */
async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path)
  try {
    await directory.sync()
  } finally {
    await directory.close()
  }
}
