import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { isDeepStrictEqual } from 'node:util'
import { createZstdDecompress } from 'node:zlib'
import { extract } from 'tar-stream'
import { keyOf } from '../files/content-store.ts'
import { parseId } from '../storage/ids.ts'
import { BackupError, damaged, reasonOf } from './backup-errors.ts'
import {
  type End,
  endName,
  formatVersion,
  type Header,
  headerHash,
  headerHashName,
  headerName,
  parseEnd,
  parseHeader,
  rowsName,
} from './format.ts'
import { linesIn, tallying } from './tally.ts'

/** The parts of a backup. `end` comes last, and only when all that came before is what was written. */
export type Part =
  | { kind: 'header'; header: Header }
  /** `lines` are whole. */
  | { kind: 'rows'; table: string; lines: Buffer }
  /** `bytes` must be read before the next part is asked for. */
  | { kind: 'file'; contentId: string; size: number; bytes: AsyncIterable<Buffer> }
  | { kind: 'end'; end: End }

type Entry = ReturnType<typeof extract> extends AsyncIterable<infer E> ? E : never

/**
 * Reads a backup part by part.
 * @throws BackupError when it is damaged, broke off, or is newer than this program
 */
export async function* readArchive(input: Readable, signal: AbortSignal): AsyncGenerator<Part, void, void> {
  const tar = extract()
  const read = pipeline(input, createZstdDecompress(), tar, { signal })
  // What breaks off while nobody waits for the next entry would never be heard of.
  const broken = read.then(() => new Promise<never>(() => {}))
  broken.catch(() => {})
  const entries = tar[Symbol.asyncIterator]()
  const check = checking()
  let isWhole = false
  try {
    for (;;) {
      const { value: entry, done } = await Promise.race([entries.next(), broken])
      if (done) break
      if (isWhole) throw damaged('something follows its end')
      const part = await Promise.race([partOf(entry, check), broken])
      isWhole = part?.kind === 'end'
      if (part) yield part
    }
    await read
  } catch (error) {
    // The file's own errors, and those of whoever reads the parts, are no damage.
    if (error instanceof BackupError || isOfTheSystem(error) || !isOfTheFormat(error)) throw error
    throw damaged(reasonOf(error))
  } finally {
    input.destroy()
    tar.destroy()
  }
  if (!isWhole) throw damaged('it breaks off before its end')
}

interface Checking {
  /** `latchkey.json`, until it is known to be what was written. */
  headerText: string | null
  hasBegun: boolean
  tables: Map<string, { part: number; tally: ReturnType<typeof tallying> }>
  files: ReturnType<typeof tallying>
}

function checking(): Checking {
  return { headerText: null, hasBegun: false, tables: new Map(), files: tallying() }
}

/** Null for what is only half of a part. */
async function partOf(entry: Entry, check: Checking): Promise<Part | null> {
  const { name, size = 0 } = entry.header
  if (!check.hasBegun) return beginning(entry, check)
  if (name === endName) return { kind: 'end', end: endCheck(await textOf(entry), check) }
  const [place, ...words] = name.split('/')
  if (place === 'rows') return rowsPart(entry, String(words[0]), check)
  const contentId = parseId(words.at(-1) ?? '')
  if (place !== 'files' || !contentId || name !== `files/${keyOf(contentId)}`)
    throw damaged(`it has the part ${JSON.stringify(name)}`)
  check.files.count(1)
  return { kind: 'file', contentId, size, bytes: tallied(entry, check) }
}

async function rowsPart(entry: Entry, table: string, check: Checking): Promise<Part> {
  const known = check.tables.get(table)
  if (!known || entry.header.name !== rowsName(table, known.part + 1))
    throw damaged(`it has the part ${JSON.stringify(entry.header.name)}`)
  known.part += 1
  const lines = await bytesOf(entry)
  known.tally.add(lines)
  known.tally.count(linesIn(lines))
  return { kind: 'rows', table, lines }
}

async function beginning(entry: Entry, check: Checking): Promise<Part | null> {
  const text = await textOf(entry)
  if (check.headerText === null) {
    if (entry.header.name !== headerName) throw damaged('it begins otherwise')
    check.headerText = text
    return null
  }
  if (entry.header.name !== headerHashName || text !== headerHash(check.headerText))
    throw damaged('its description is not the one that was written')
  const header = parseHeader(check.headerText)
  if (header.version > formatVersion) {
    throw new BackupError(
      `This backup was written by Latchkey ${header.latchkey}, in a form that this one does not know. Install that version or a later one.`,
    )
  }
  for (const { name } of header.tables) check.tables.set(name, { part: 0, tally: tallying() })
  check.hasBegun = true
  return { kind: 'header', header }
}

function endCheck(text: string, check: Checking): End {
  const end = parseEnd(text)
  for (const [table, { tally }] of check.tables) {
    if (!isDeepStrictEqual(end.tables?.[table], tally.told()))
      throw damaged(`the rows of ${table} are not those that were written`)
  }
  if (!isDeepStrictEqual(end.files, check.files.told()))
    throw damaged('the uploaded files are not those that were written')
  return end
}

async function* tallied(entry: Entry, check: Checking): AsyncGenerator<Buffer> {
  for await (const chunk of entry as AsyncIterable<Buffer>) {
    check.files.add(chunk)
    yield chunk
  }
}

async function bytesOf(entry: Entry): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of entry as AsyncIterable<Buffer>) chunks.push(chunk)
  return Buffer.concat(chunks)
}

async function textOf(entry: Entry): Promise<string> {
  return (await bytesOf(entry)).toString('utf8')
}

function isOfTheSystem(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error
}

/** What zstd and tar say of what they cannot read. */
function isOfTheFormat(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const code = 'code' in error ? String(error.code) : ''
  return (
    /^(ZSTD_|Z_|ERR_STREAM_PREMATURE_CLOSE)/.test(code) ||
    /tar|unexpected end|size mismatch|header/i.test(error.message)
  )
}
