import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createWriteStream, existsSync, statSync } from 'node:fs'
import { open, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Writable } from 'node:stream'
import { BackupError, reasonOf } from './backup-errors.ts'

/** Where a backup goes to. */
export interface Destination {
  /** Null for standard output. */
  readonly path: string | null
  readonly output: Writable
  /** Gives it its name, once every byte was written. From then on it outlives a power cut. */
  keep(): Promise<void>
  /** Leaves nothing of it. */
  discard(): Promise<void>
}

/**
 * A file that only its owner may read, under another name until it is whole. In a folder it is named by the time.
 * `-` is standard output.
 * @throws BackupError when it is there already or cannot be written
 */
export async function openDestination(
  place: string,
  { now, stdout = process.stdout }: { now: Date; stdout?: Writable & { isTTY?: boolean } },
): Promise<Destination> {
  if (place !== '-') return openFile(isFolder(place) ? join(place, nameAt(now)) : place)
  if (stdout.isTTY) {
    throw new BackupError(
      'A backup is nothing to read on a terminal: send it on, as in latchkey backup - > file, or name a file.',
    )
  }
  return { path: null, output: stdout, keep: async () => {}, discard: async () => {} }
}

async function openFile(path: string): Promise<Destination> {
  if (existsSync(path))
    throw new BackupError(`${path} is there already and stays as it is; name another file, or a folder.`)
  const partial = `${path}.${randomBytes(4).toString('hex')}.partial`
  const cannot = (error: unknown) => new BackupError(`${path} cannot be written: ${reasonOf(error)}`)
  // On the disk before it is closed.
  const output = createWriteStream(partial, { flags: 'wx', mode: 0o600, flush: true })
  await once(output, 'open').catch((error: unknown) => {
    throw cannot(error)
  })
  const discard = async () => {
    output.destroy()
    await rm(partial, { force: true })
  }
  return {
    path,
    output,
    async keep() {
      try {
        await rename(partial, path)
        await syncFolder(dirname(path))
      } catch (error) {
        throw cannot(error)
      }
    },
    discard,
  }
}

function isFolder(place: string): boolean {
  return place.endsWith('/') || (existsSync(place) && statSync(place).isDirectory())
}

/** `latchkey-2026-11-28T210704Z.backup`: in the order of their names they are in the order of time. */
function nameAt(now: Date): string {
  const time = now.toISOString().replaceAll(':', '').replace(/\.\d+/, '')
  return `latchkey-${time}.backup`
}

/** A name is on the disk only once its folder is. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path)
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}
