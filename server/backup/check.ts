import type { Readable } from 'node:stream'
import { readArchive } from './archive-reader.ts'
import type { Made } from './backup.ts'
import { damaged } from './backup-errors.ts'
import type { End, Header } from './format.ts'
import { requireKnown } from './restore-checks.ts'

/**
 * Reads a backup to its end without restoring it.
 * @throws BackupError where it is not whole, StorageError where it is of a newer Latchkey
 */
export async function check(input: Readable, signal: AbortSignal): Promise<Made> {
  let header: Header | null = null
  let end: End | null = null
  for await (const part of readArchive(input, signal)) {
    if (part.kind === 'header') {
      header = part.header
      requireKnown(header)
    }
    if (part.kind === 'file') for await (const _ of part.bytes);
    if (part.kind === 'end') end = part.end
  }
  if (header && end) return { header, end }
  throw damaged('it breaks off before its end')
}
