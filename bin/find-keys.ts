import { createReadStream } from 'node:fs'
import { open, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { keyPattern, maskKey, parseKey } from '../server/api-keys/key-format.ts'
import { CommandError } from './failure.ts'

const skippedFolders = new Set(['.git', '.hg', '.svn', 'node_modules'])
const largestFile = 64 * 1024 * 1024

interface Found {
  line: number
  column: number
  masked: string
}

/**
 * Looks for Latchkey keys in files, in folders with all that lies in them, and for `-` in standard input. Prints
 * where each is, masked. What has a key's shape but not its checksum is no key. Needs no database: whether a key
 * still works is not asked.
 * @returns whether any was found
 * @throws CommandError when something named cannot be read
 */
export async function findKeys(
  places: readonly string[],
  {
    input = process.stdin,
    print = console.log,
    warn = console.error,
  }: { input?: Readable; print?: (line: string) => void; warn?: (line: string) => void } = {},
): Promise<boolean> {
  let count = 0
  const tell = async (name: string, content: Readable) => {
    for await (const { line, column, masked } of keysIn(content)) {
      count += 1
      print(`${name}:${line}:${column} ${masked}`)
    }
  }
  for (const place of places) {
    if (place === '-') await tell('(standard input)', input)
    else for await (const file of filesIn(place, warn)) await tell(file, createReadStream(file))
  }
  if (count > 0)
    warn(`${count} ${count === 1 ? 'key was' : 'keys were'} found. Rotate whatever others may have seen.`)
  return count > 0
}

async function* keysIn(content: Readable): AsyncGenerator<Found> {
  let line = 0
  for await (const text of createInterface({ input: content, crlfDelay: Number.POSITIVE_INFINITY })) {
    line += 1
    for (const { 0: key, index } of text.matchAll(new RegExp(keyPattern, 'g'))) {
      const parsed = parseKey(key)
      if (parsed) yield { line, column: index + 1, masked: maskKey(key.slice(-4), parsed.kind) }
    }
  }
}

/** The texts at a place. Links inside of folders are not followed: what they lead to is found where it lies. */
async function* filesIn(place: string, warn: (line: string) => void): AsyncGenerator<string> {
  const known = await stat(place).catch((error: NodeJS.ErrnoException) => {
    throw new CommandError(`${place} cannot be read (${error.code}).`)
  })
  if (!known.isDirectory()) {
    if (known.isFile() && (await isText(place, known.size, warn))) yield place
    return
  }
  const entries = await readdir(place, { withFileTypes: true })
  for (const entry of entries.sort((one, other) => (one.name < other.name ? -1 : 1))) {
    const path = join(place, entry.name)
    if (entry.isDirectory() && !skippedFolders.has(entry.name)) yield* filesIn(path, warn)
    if (entry.isFile()) yield* filesIn(path, warn)
  }
}

/** A NUL in the beginning is how git as well tells what is no text. */
async function isText(path: string, size: number, warn: (line: string) => void): Promise<boolean> {
  if (size > largestFile) {
    warn(`${path} was skipped: it is larger than ${largestFile / 1024 / 1024} MiB.`)
    return false
  }
  const file = await open(path)
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(8_192), 0, 8_192, 0)
    return !buffer.subarray(0, bytesRead).includes(0)
  } finally {
    await file.close()
  }
}
