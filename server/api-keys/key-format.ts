import { randomInt } from 'node:crypto'
import { crc32 } from 'node:zlib'

export type KeyKind = 'live' | 'test'

/** A text that has the shape and the checksum of a key. Whether such a key exists is for the store to say. */
export interface ParsedKey {
  kind: KeyKind
  text: string
}

/**
 * What a key looks like anywhere in a text, as the source of a regular expression for secret scanners. It has
 * no edges, because an address may put a letter right before a key (`token%3Dlk_live_…`).
 */
export const keyPattern = 'lk_(?:live|test)_[0-9A-Za-z]{38}'

/**
 * A new key: `lk_live_` or `lk_test_`, 32 random characters of base62 (190 bits) and a checksum of six, the
 * CRC-32 of everything before it as a base62 number (digits, capitals, small letters).
 */
export function newKey(kind: KeyKind): string {
  // randomInt draws again instead of taking a remainder, so that every character is equally likely.
  const random = Array.from({ length: randomLength }, () => base62.charAt(randomInt(base62.length)))
  return withChecksum(`lk_${kind}_${random.join('')}`)
}

/** The well-formed key of its beginning and its random characters. */
export function withChecksum(body: string): string {
  return body + checksum(body)
}

/** The key that a text is, or null when its shape or checksum is wrong: a mistyped or cut-off key. */
export function parseKey(text: string): ParsedKey | null {
  const kind = wholeKey.exec(text)?.[1]
  if (kind !== 'live' && kind !== 'test') return null
  if (checksum(text.slice(0, -checksumLength)) !== text.slice(-checksumLength)) return null
  return { kind, text }
}

/** Whether a text, such as the address of a request, holds something of a key's shape, percent-encoded or not. */
export function holdsKey(text: string): boolean {
  return anyKey.test(text) || (text.includes('%') && anyKey.test(withoutEscapes(text)))
}

/** How a key is shown to someone who did not ask to see it. */
export function maskKey(lastFour: string, kind: KeyKind): string {
  return `lk_${kind}_••••••••${lastFour}`
}

const base62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const randomLength = 32
const checksumLength = 6
const anyKey = new RegExp(keyPattern)
const wholeKey = /^lk_(live|test)_[0-9A-Za-z]{38}$/

function checksum(text: string): string {
  let rest = crc32(text)
  let digits = ''
  for (let position = 0; position < checksumLength; position++) {
    digits = base62.charAt(rest % base62.length) + digits
    rest = Math.floor(rest / base62.length)
  }
  return digits
}

/** Only ASCII matters for a key, and a broken escape elsewhere must not hide it. */
function withoutEscapes(text: string): string {
  return text.replace(/%([0-7][0-9a-f])/gi, (_, code: string) =>
    String.fromCharCode(Number.parseInt(code, 16)),
  )
}
