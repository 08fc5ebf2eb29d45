import { randomInt } from 'node:crypto'

/** Letters that nobody confuses, written on paper or read aloud. */
const letters = 'abcdefghjkmnpqrstuvwxyz23456789'

/** Each of them signs in once in place of the app's code. */
export function newRecoveryCodes(): string[] {
  const five = () => Array.from({ length: 5 }, () => letters[randomInt(letters.length)]).join('')
  return Array.from({ length: 10 }, () => `${five()}-${five()}`)
}
