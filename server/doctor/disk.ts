import { accessSync, constants, existsSync, statfsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { type Findings, findingsOf } from './finding.ts'

/** What a directory lies on, as `statfs` calls it. */
const networks: Record<number, string> = {
  26985: 'NFS',
  20859: 'SMB',
  4283649346: 'CIFS',
  4266872130: 'SMB',
  16914839: '9p',
}
const inMemory: Record<number, string> = { 16914836: 'tmpfs', 2240043254: 'ramfs' }
const ofContainer: Record<number, string> = { 2035054128: 'overlay' }

const mebibyte = 1024 ** 2
const tooLittle = 100 * mebibyte
const little = 1024 * mebibyte

/** Whether the data directory is there, can be written, has room, and lies where data survives. */
export function checkDisk(directory: string, { hasDatabase }: { hasDatabase: boolean }): Findings {
  const { ok, problem } = findingsOf('data directory')
  if (!existsSync(directory)) return [ok(`${directory} is not there yet; the first start makes it`)]
  const readOnly = [directory, join(directory, 'files'), join(directory, 'latchkey.db')].filter(
    (path) => existsSync(path) && !canWrite(path),
  )
  if (readOnly.length > 0) {
    return [problem(`${readOnly.join(', ')} cannot be written`, 'Give it to the user that Latchkey runs as')]
  }
  return [
    ok(`${directory} can be written`),
    ...checkFileSystem(directory, hasDatabase),
    ...checkSpace(directory),
  ]
}

function canWrite(path: string): boolean {
  try {
    accessSync(path, constants.W_OK)
    return true
  } catch {
    return false
  }
}

function checkFileSystem(directory: string, hasDatabase: boolean): Findings {
  const { ok, warning, problem } = findingsOf('file system')
  const { type } = statfsSync(directory)
  if (networks[type] && hasDatabase) {
    return [
      problem(
        `The database lies on ${networks[type]}, whose locks SQLite cannot rely on: it may be damaged`,
        'Move LATCHKEY_DATA to a disk of this machine, or use PostgreSQL',
      ),
    ]
  }
  if (inMemory[type]) {
    return [
      warning(`The data is in memory (${inMemory[type]}) and gone with the next start`, 'Choose a disk'),
    ]
  }
  if (ofContainer[type]) {
    return [
      warning('The data lies in the container itself and is gone with it', `Mount a volume at ${directory}`),
    ]
  }
  return [ok('The data lies on a file system that keeps it')]
}

function checkSpace(directory: string): Findings {
  const { ok, warning, problem } = findingsOf('disk space')
  const { bavail, blocks, bsize } = statfsSync(directory)
  const free = bavail * bsize
  const says = `${Math.floor(free / mebibyte)} MiB are free of ${Math.floor((blocks * bsize) / mebibyte)} MiB`
  const database = statSync(join(directory, 'latchkey.db'), { throwIfNoEntry: false })?.size ?? 0
  if (free < tooLittle) return [problem(says, 'Make room now: writes fail when nothing is left')]
  if (free < little) return [warning(says, 'Make room soon')]
  if (free < database)
    return [warning(`${says}, less than the database has`, 'A copy of it needs as much room')]
  return [ok(says)]
}
