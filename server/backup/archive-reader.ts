import { hash } from 'node:crypto'
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
  // It makes the loop below fail as well, which is where it is handled.
  read.catch(() => {})
  const check = checking()
  let isWhole = false
  try {
    for await (const entry of tar) {
      if (isWhole) throw damaged('something follows its end')
      const part = await partOf(entry, check)
      isWhole = part.kind === 'end'
      yield part
    }
    await read
  } catch (error) {
    // The file's own errors, and those of whoever reads the parts, are no damage.
    if (error instanceof BackupError || isOfTheSystem(error) || !isOfTheFormat(error)) throw error
    throw damaged(reasonOf(error))
  } finally {
    input.destroy()
  }
  if (!isWhole) throw damaged('it breaks off before its end')
}

interface Checking {
  header: string | null
  tables: Map<string, { part: number; tally: ReturnType<typeof tallying> }>
  files: ReturnType<typeof tallying>
}

function checking(): Checking {
  return { header: null, tables: new Map(), files: tallying() }
}

async function partOf(entry: Entry, check: Checking): Promise<Part> {
  const { name, size = 0 } = entry.header
  if (check.header === null) {
    if (name !== headerName) throw damaged('it begins otherwise')
    return { kind: 'header', header: beginCheck(await textOf(entry), check) }
  }
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

function beginCheck(text: string, check: Checking): Header {
  const header = parseHeader(text)
  if (header.version > formatVersion) {
    throw new BackupError(
      `This backup was written by Latchkey ${header.latchkey}, in a form that this one does not know. Install that version or a later one.`,
    )
  }
  check.header = hash('sha256', text)
  for (const { name } of header.tables) check.tables.set(name, { part: 0, tally: tallying() })
  return header
}

function endCheck(text: string, check: Checking): End {
  const end = parseEnd(text)
  if (end.header !== check.header) throw damaged('its description was changed')
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
