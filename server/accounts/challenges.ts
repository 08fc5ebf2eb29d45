import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Secrets } from '../secrets.ts'
import type { Engine } from '../storage/engine.ts'
import { onceIn } from './once.ts'

/** What a passkey signs. Nothing is kept of one before it is used, so that strangers cannot fill the disk. */
export interface Challenges {
  /** @param purpose what it is good for, and for whom */
  make(purpose: string): Uint8Array<ArrayBuffer>
  /** Whether it was made here for that purpose, less than an hour ago, and not used yet; now it is. */
  spend(purpose: string, challenge: string): Promise<boolean>
}

export function createChallenges(engine: Pick<Engine, 'transaction'>, secrets: Secrets): Challenges {
  const key = secrets.derive('passkey challenges')
  const once = onceIn(engine, 'passkey-challenge', lifetimeSeconds)
  const sign = (purpose: string, head: Buffer) =>
    createHmac('sha256', key).update(purpose).update('\n').update(head).digest()
  return {
    make(purpose) {
      const head = Buffer.alloc(24)
      randomBytes(16).copy(head)
      head.writeBigUInt64BE(BigInt(Date.now() + lifetimeSeconds * 1_000), 16)
      return new Uint8Array(Buffer.concat([head, sign(purpose, head)]))
    },
    async spend(purpose, challenge) {
      const bytes = Buffer.from(challenge, 'base64url')
      if (bytes.length !== 56) return false
      const [head, signature] = [bytes.subarray(0, 24), bytes.subarray(24)]
      if (!timingSafeEqual(signature, sign(purpose, head))) return false
      if (head.readBigUInt64BE(16) < BigInt(Date.now())) return false
      return once.isFirst(head.toString('hex'))
    },
  }
}

/** A sign-in page may stand open for a while before somebody chooses a passkey that it offers. */
const lifetimeSeconds = 60 * 60
