import { readFileSync } from 'node:fs'
import type { Config } from '../config.ts'
import { storeFor } from '../files/files.ts'
import { findSecrets } from '../secrets.ts'
import { type ArchiveWriter, writeArchive } from './archive-writer.ts'
import { explained } from './backup-errors.ts'
import { contentsOf, readContent } from './contents.ts'
import type { Destination } from './destination.ts'
import { type End, formatVersion, type Header } from './format.ts'
import { openSnapshot } from './open.ts'
import { newestSealingKeyId } from './sealing.ts'
import type { Snapshot } from './snapshot.ts'
import { leftOut } from './tables.ts'

export interface BackupOptions {
  config: Config
  destination: Destination
  /** Copy the bytes of uploaded files as well. */
  withFiles: boolean
  signal: AbortSignal
  progress?: (done: number, all: number) => void
}

/** What a backup holds. */
export interface Made {
  header: Header
  end: End
}

/**
 * Copies the whole installation, but for its secret, as it is at this moment; a server that runs goes on. The
 * destination is kept when all of it was written, and else discarded.
 * @throws BackupError, StorageError, or ApiError of the file storage
 */
export async function backUp(options: BackupOptions): Promise<Made> {
  const { config, destination, withFiles, signal } = options
  let snapshot: Snapshot | null = null
  try {
    const takenAt = new Date().toISOString()
    snapshot = await openSnapshot(config)
    const header = await describe(snapshot, options, takenAt)
    const archive = writeArchive(destination.output, header, signal)
    await copyRows(snapshot, archive, options)
    const missing = withFiles ? await copyFiles(snapshot, archive, options) : 0
    const end = await archive.end({ missing_files: missing })
    await destination.keep()
    return { header, end }
  } catch (error) {
    await destination.discard()
    throw explained(error, `The backup to ${destination.path ?? 'standard output'} could not be made`)
  } finally {
    await snapshot?.close()
  }
}

async function describe(
  snapshot: Snapshot,
  { config, withFiles }: BackupOptions,
  takenAt: string,
): Promise<Header> {
  return {
    format: 'latchkey backup',
    version: formatVersion,
    latchkey: JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')).version,
    taken_at: takenAt,
    engine: snapshot.engine,
    migrations: [...snapshot.migrations],
    sealing_key_id: (await newestSealingKeyId(snapshot)) ?? findSecrets(config)?.sealingKeyId ?? null,
    has_files: withFiles,
    tables: snapshot.tables.map(({ name, columns }) => ({ name, columns })),
    left_out: [...leftOut],
  }
}

async function copyRows(
  snapshot: Snapshot,
  archive: ArchiveWriter,
  { signal, progress }: BackupOptions,
): Promise<void> {
  const all = snapshot.tables.reduce((sum, { about }) => sum + about, 1)
  let before = 0
  for (const table of snapshot.tables) {
    let bytes = 0
    for await (const lines of snapshot.rows(table)) {
      signal.throwIfAborted()
      await archive.rows(table.name, lines)
      bytes += lines.length
      // How far within a table is a guess: rows of one table are of about one length.
      progress?.(Math.min(before + bytes / usualRow, before + table.about), all)
    }
    before += table.about
    progress?.(before, all)
  }
}

const usualRow = 400

async function copyFiles(
  snapshot: Snapshot,
  archive: ArchiveWriter,
  { config, signal }: BackupOptions,
): Promise<number> {
  const store = storeFor(config)
  let missing = 0
  try {
    for await (const named of contentsOf(snapshot)) {
      signal.throwIfAborted()
      const bytes = await readContent(store, named)
      if (bytes) await archive.file(named.contentId, named.size, bytes)
      else missing += 1
    }
  } finally {
    store.close()
  }
  return missing
}
