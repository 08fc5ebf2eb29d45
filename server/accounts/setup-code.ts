import { createHash, timingSafeEqual } from 'node:crypto'
import { ApiError } from '../errors/api-error.ts'
import { randomText, unambiguous } from './random-text.ts'

/** What proves that whoever sets Latchkey up can read the terminal that it was started in. */
export interface SetupCode {
  readonly text: string
  /** @throws ApiError invalid_setup_code, or sign_in_throttled after too many tries in a minute */
  check(given: string): void
}

/** A code of 8 characters that lives as long as the process. */
export function createSetupCode(now: () => number = Date.now): SetupCode {
  const text = randomText(8, unambiguous)
  const expected = digest(text)
  let tries: number[] = []
  return {
    text,
    check(given) {
      const at = now()
      tries = tries.filter((time) => time > at - minute)
      const [oldest] = tries
      if (oldest !== undefined && tries.length >= triesAMinute) {
        const seconds = String(Math.ceil((oldest + minute - at) / 1_000))
        throw new ApiError('sign_in_throttled', 'Too many codes were tried. Wait a minute and try again.', {
          headers: { 'retry-after': seconds },
        })
      }
      tries.push(at)
      const isRight = timingSafeEqual(digest(given.trim().toUpperCase()), expected)
      if (!isRight) {
        throw new ApiError('invalid_setup_code', 'The code is wrong. It stands in the terminal.', {
          param: 'code',
        })
      }
    },
  }
}

const minute = 60_000
const triesAMinute = 10

/** Equal lengths, which a comparison in constant time needs. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
