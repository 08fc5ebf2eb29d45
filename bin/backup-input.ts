import { createReadStream, statSync } from 'node:fs'
import type { Readable } from 'node:stream'
import { CommandError } from './failure.ts'
import { type Progress, showProgress } from './progress.ts'

/** Opens a backup to read; `-` is standard input. @throws CommandError when there is none */
export function openBackup(place: string, what: string): { input: Readable; progress: Progress } {
  const progress = showProgress(what)
  if (place === '-') return { input: process.stdin, progress }
  const size = sizeOf(place)
  const input = createReadStream(place, { highWaterMark: 1024 * 1024 })
  let done = 0
  input.on('data', (chunk) => {
    done += chunk.length
    progress.at(done, size)
  })
  // The listener has set it going before anybody reads.
  input.pause()
  return { input, progress }
}

function sizeOf(place: string): number {
  try {
    const known = statSync(place)
    if (known.isFile()) return known.size
  } catch (error) {
    throw new CommandError(`${place} cannot be read (${(error as NodeJS.ErrnoException).code}).`)
  }
  throw new CommandError(`${place} is no file.`)
}
