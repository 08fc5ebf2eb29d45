import { randomFillSync } from 'node:crypto'
import { v7 } from 'uuid'

const uuidShape = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/** Asking for many random bytes at once costs hardly more than asking for those of one id. */
const random = new Uint8Array(4_096)
let used = random.length
let last = { msecs: 0, seq: 0 }

/**
 * A new record id: UUIDv7, so that ids made later sort later and index pages fill in order. Those of this process
 * only grow, also within a millisecond and when the clock goes back (RFC 9562 §6.2, method 1).
 */
export function newId(): string {
  const bytes = randomBytes()
  const now = Date.now()
  if (now <= last.msecs) last.seq++
  // It has 32 bits and begins with 31, which leaves room for two billion ids in one millisecond.
  else last = { msecs: now, seq: firstSeq(bytes) }
  return v7({ msecs: last.msecs, seq: last.seq, random: bytes })
}

function randomBytes(): Uint8Array {
  if (used + idLength > random.length) {
    randomFillSync(random)
    used = 0
  }
  const bytes = random.subarray(used, used + idLength)
  used += idLength
  return bytes
}

const idLength = 16

/** From bytes that are not in the id themselves. */
function firstSeq(bytes: Uint8Array): number {
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(0) >>> 1
}

/** The id in its stored form, or null when it is not a UUID. */
export function parseId(input: string): string | null {
  const id = input.toLowerCase()
  return uuidShape.test(id) ? id : null
}
