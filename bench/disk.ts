import { chmodSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Where everything that is measured keeps its data; removed when this process ends. */
export interface Disk {
  directory: string
  /** As Linux names it, such as `ext4`. */
  fileSystem: string
}

const inMemory = new Set(['tmpfs', 'ramfs'])

/**
 * Takes a directory for temporary files that is on a disk, and makes it the one of this process and of those that
 * it starts: in memory, a commit that waits for the disk would cost nothing. TMPDIR chooses another.
 * @throws Error where there is none
 */
export function openDisk(): Disk {
  const places = [tmpdir(), '/var/tmp']
  const place = places.find((path) => !inMemory.has(fileSystemOf(path)))
  if (place === undefined) {
    throw new Error(`${places.join(' and ')} are in memory; set TMPDIR to a directory on a disk.`)
  }
  const directory = mkdtempSync(join(place, 'latchkey-bench-'))
  // PostgreSQL runs as another user where this is root's.
  chmodSync(directory, 0o711)
  process.env.TMPDIR = directory
  process.once('exit', () => rmSync(directory, { recursive: true, force: true, maxRetries: 5 }))
  return { directory, fileSystem: fileSystemOf(place) }
}

/** Of the mount that is nearest to the path. */
function fileSystemOf(path: string): string {
  const real = realpathSync(path)
  const mounts = readFileSync('/proc/mounts', 'utf8')
    .trim()
    .split('\n')
    .map((line) => line.split(' '))
    .filter(([, at = '']) => real === at || real.startsWith(at === '/' ? at : `${at}/`))
  // The last of the longest: a later mount hides an earlier one.
  const [, , type] = mounts.reduce((near, one) =>
    (one[1] ?? '').length >= (near[1] ?? '').length ? one : near,
  )
  return type ?? 'unknown'
}
