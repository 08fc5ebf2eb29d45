import { randomInt } from 'node:crypto'

export const base62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
/** Without the letters and digits that are mistaken for each other when read from a screen. */
export const unambiguous = '23456789ABCDEFGHJKMNPQRSTUVWXYZ'

/** Characters drawn evenly by the operating system's generator. */
export function randomText(length: number, alphabet: string): string {
  return Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join('')
}
