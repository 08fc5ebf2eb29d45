import { createHash } from 'node:crypto'
import type { Tally } from './format.ts'

/** Counts and hashes what goes by. */
export function tallying(): { add(bytes: Buffer): void; count(more: number): void; told(): Tally } {
  const hash = createHash('sha256')
  const tally = { count: 0, bytes: 0 }
  return {
    add(bytes) {
      hash.update(bytes)
      tally.bytes += bytes.length
    },
    count(more) {
      tally.count += more
    },
    told: () => ({ ...tally, sha256: hash.copy().digest('hex') }),
  }
}

const lineFeed = 10

export function linesIn(bytes: Buffer): number {
  let lines = 0
  for (let at = bytes.indexOf(lineFeed); at !== -1; at = bytes.indexOf(lineFeed, at + 1)) lines++
  return lines
}
