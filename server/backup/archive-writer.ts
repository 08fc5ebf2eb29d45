import type { Readable, Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { constants, createZstdCompress } from 'node:zlib'
import { pack as packTar } from 'tar-stream'
import { keyOf } from '../files/content-store.ts'
import { type End, endName, type Header, headerHash, headerHashName, headerName, rowsName } from './format.ts'
import { linesIn, tallying } from './tally.ts'

/** Writes the parts of a backup in their order, no faster than they are taken. */
export interface ArchiveWriter {
  /** Whole lines. */
  rows(table: string, lines: Buffer): Promise<void>
  file(contentId: string, size: number, bytes: Buffer | Readable): Promise<void>
  /** Resolves when the last byte was taken. */
  end(told: Pick<End, 'missing_files'>): Promise<End>
}

/** @param output is ended, or destroyed when something fails */
export function writeArchive(output: Writable, header: Header, signal: AbortSignal): ArchiveWriter {
  const tar = packTar()
  const compress = createZstdCompress({ params: { [constants.ZSTD_c_checksumFlag]: 1 } })
  const written = pipeline(tar, compress, output, { signal })
  // Whatever is being added hears of it; until something is, nobody does.
  written.catch(() => {})
  // Standard output may say once more what the pipeline has heard.
  output.on('error', () => {})

  const tables = new Map(header.tables.map(({ name }) => [name, { part: 0, tally: tallying() }]))
  const files = tallying()
  const headerText = JSON.stringify(header, null, 2)
  let begun = false

  /** One after the other: a tar has no place for two at once. */
  async function add(name: string, size: number, content: Buffer | Readable): Promise<void> {
    const entry = { name, size, mode: 0o600, mtime: new Date(header.taken_at) }
    const added = new Promise<void>((resolve, reject) => {
      const done = (error?: Error | null) => (error ? reject(error) : resolve())
      if (Buffer.isBuffer(content)) tar.entry(entry, content, done).on('error', reject)
      else pipeline(content, tar.entry(entry, done)).catch(reject)
    })
    added.catch(() => {})
    // When the output breaks, what is being added is never called back.
    await Promise.race([added, written.then(() => added)]).catch(async (error: unknown) => {
      // A tar that was broken by its output says only that it is broken.
      tar.destroy()
      await written.catch((cause: NodeJS.ErrnoException) => {
        throw cause.code === 'ERR_STREAM_PREMATURE_CLOSE' ? error : cause
      })
      throw error
    })
  }

  async function begin(): Promise<void> {
    if (begun) return
    begun = true
    await addText(headerName, headerText)
    await addText(headerHashName, headerHash(headerText))
  }

  function addText(name: string, text: string): Promise<void> {
    const bytes = Buffer.from(text)
    return add(name, bytes.length, bytes)
  }

  return {
    async rows(table, lines) {
      await begin()
      const known = tables.get(table)
      if (!known) throw new Error(`${table} is not in the header`)
      known.part += 1
      known.tally.add(lines)
      known.tally.count(linesIn(lines))
      await add(rowsName(table, known.part), lines.length, lines)
    },
    async file(contentId, size, bytes) {
      await begin()
      files.count(1)
      if (Buffer.isBuffer(bytes)) files.add(bytes)
      else bytes.on('data', (chunk: Buffer) => files.add(chunk))
      await add(`files/${keyOf(contentId)}`, size, bytes)
    },
    async end(told) {
      await begin()
      const end: End = {
        tables: Object.fromEntries([...tables].map(([name, { tally }]) => [name, tally.told()])),
        files: files.told(),
        ...told,
      }
      await addText(endName, JSON.stringify(end, null, 2))
      tar.finalize()
      await written
      return end
    },
  }
}
