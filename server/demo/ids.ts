import { createHash } from 'node:crypto'
import { v7 } from 'uuid'

/** Gives out UUIDv7 of given times that are the same whenever the seed and the topic are. */
export function seededIds(seed: number, topic: string): (at: number) => string {
  let count = 0
  return (at) => {
    const random = createHash('sha256').update(`${seed} ${topic} ${count}`).digest().subarray(0, 16)
    return v7({ msecs: at, seq: count++, random })
  }
}
