import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { disagreements } from '../agreement/agreement.ts'
import { stoppedCompany } from '../api/stopped-company.ts'
import { openSmallDisk, type SmallDisk } from '../support/small-disk.ts'

/** A small disk that holds the data of a company. */
export interface DataOnDisk {
  disk: SmallDisk
  key: string
  /** For a server within the disk. */
  storage: { url: null; directory: string }
  /** Where the data on the disk disagrees with itself, once its server is stopped. */
  disagreements(): Promise<string[]>
}

/** @returns null where none can be mounted; the test is skipped then */
export async function dataOnDisk(test: TestContext, bytes: number): Promise<DataOnDisk | null> {
  const disk = await openSmallDisk(bytes)
  if (typeof disk === 'string') {
    test.skip(disk)
    return null
  }
  // SQLite opens nothing by the detour on which the disk is seen from outside: so a copy goes in, and comes out.
  const outside = mkdtempSync(join(tmpdir(), 'latchkey-test-'))
  test.after(async () => {
    rmSync(outside, { recursive: true })
    await disk.close()
  })
  const before = join(outside, 'before')
  const { key } = await stoppedCompany({ url: null, directory: before, close: async () => {} })
  const inside = join(disk.seen, 'data')
  cpSync(before, inside, { recursive: true })
  return {
    disk,
    key,
    storage: { url: null, directory: join(disk.path, 'data') },
    async disagreements() {
      const directory = join(outside, 'after')
      cpSync(inside, directory, { recursive: true })
      return disagreements({ url: null, directory, close: async () => {} })
    },
  }
}

/** `latchkey serve` on the disk, of which it is known that it will not start. */
export function serveWithin({ disk, storage }: DataOnDisk): { code: number | null; said: string } {
  const program = fileURLToPath(new URL('../../bin/latchkey.ts', import.meta.url))
  const [command = '', ...others] = [...disk.within, process.execPath, program, 'serve', '--no-build']
  const { status, stderr } = spawnSync(command, [...others, '--data', storage.directory, '--port', '0'], {
    encoding: 'utf8',
    timeout: 60_000,
  })
  return { code: status, said: stderr.trim() }
}

/** The contents of the database as bytes, by which it is seen that nothing was written. */
export function snapshotOf(seen: string): string {
  return createHash('sha256')
    .update(readFileSync(join(seen, 'data', 'latchkey.db')))
    .digest('hex')
}
