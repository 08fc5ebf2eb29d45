import type { Readable } from 'node:stream'
import type { Config } from '../config.ts'
import { findSecrets } from '../secrets.ts'
import { readArchive } from './archive-reader.ts'
import type { Made } from './backup.ts'
import { damaged, explained } from './backup-errors.ts'
import type { End, Header, Table } from './format.ts'
import { type ContentKeeper, contentKeeper } from './keep-content.ts'
import { openTarget } from './open.ts'
import { requireKnown, requireSecret } from './restore-checks.ts'
import { countSealedOtherwise } from './sealing.ts'
import type { Target } from './target.ts'

export interface RestoreOptions {
  config: Config
  input: Readable
  /** Go on where the secret that the backup needs is not there. */
  withoutSecret: boolean
  signal: AbortSignal
}

export interface Restored extends Made {
  /** Keys and secrets of webhooks that the secret of this place does not open. */
  unreadable: number
}

/**
 * Puts a backup into an empty directory or database, whichever engine it was taken from, and brings it up to date.
 * Until the last step there is nothing that a server could be started on; what fails can be run again.
 * @throws BackupError, StorageError, or ApiError of the file storage
 */
export async function restore(options: RestoreOptions): Promise<Restored> {
  const { config, input, signal } = options
  const target = await openTarget(config)
  const contents = contentKeeper(config)
  try {
    const made = await load(readArchive(input, signal), target, contents, options)
    await contents.settle()
    await target.complete(made.end)
    const unreadable = await countSealedOtherwise(target, findSecrets(config))
    signal.throwIfAborted()
    await target.keep()
    return { ...made, unreadable }
  } catch (error) {
    throw explained(error, 'The backup could not be restored')
  } finally {
    contents.close()
    await target.close()
  }
}

async function load(
  parts: ReturnType<typeof readArchive>,
  target: Target,
  contents: ContentKeeper,
  { config, withoutSecret }: RestoreOptions,
): Promise<Made> {
  let header: Header | null = null
  let end: End | null = null
  let tables = new Map<string, Table>()
  for await (const part of parts) {
    if (part.kind === 'header') {
      header = part.header
      requireKnown(header)
      if (!withoutSecret) requireSecret(header, config)
      tables = new Map(header.tables.map((table) => [table.name, table]))
      await target.begin(header)
    }
    if (part.kind === 'rows') {
      const table = tables.get(part.table)
      if (table) await target.load(table, part.lines)
    }
    if (part.kind === 'file') await contents.keep(part.contentId, part.bytes)
    if (part.kind === 'end') end = part.end
  }
  if (header && end) return { header, end }
  throw damaged('it breaks off before its end')
}
