/** Characters of the longest name that is kept. */
export const longestName = 255

/**
 * The name as it is kept: without a path, without characters that no file system or header takes, and not
 * longer than 255 characters, its ending kept. An empty text when nothing is left.
 */
export function cleanName(given: string): string {
  const last = given.toWellFormed().split(/[/\\]/).at(-1) ?? ''
  const plain = last.replace(unprintable, '').trim()
  if (/^\.*$/.test(plain)) return ''
  if (plain.length <= longestName) return plain
  const ending = /\.[^.]{1,20}$/.exec(plain)?.[0] ?? ''
  return (
    plain
      .slice(0, longestName - ending.length)
      .toWellFormed()
      .replace('\uFFFD', '') + ending
  )
}

/** Control characters, and those that turn the direction of the text so that an ending seems to be another. */
const unprintable = /[\p{Cc}\p{Zl}\p{Zp}\u200E\u200F\u202A-\u202E\u2066-\u2069\uFEFF]/gu
