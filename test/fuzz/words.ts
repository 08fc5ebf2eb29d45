/**
 * Words that occur in one account alone, so that a text which tells of it is known by them where it has no id:
 * by the number of the account, the kind of record that they were written to, and the set of records.
 */
export function wordOf(account: number, kind: string, set: string): string {
  return `zq${account.toString(16).padStart(6, '0')}x${kind.replaceAll('_', '')}x${set}zq`
}

/** A word as it is searched for: what it begins with finds it, and is not it where an answer repeats the search. */
export function beginningOf(word: string): string {
  return word.slice(0, -2)
}

export interface Word {
  text: string
  account: number
}

export function wordsIn(text: string): Word[] {
  return [...text.matchAll(/zq([0-9a-f]{6})x[a-z]+x[a-z]+zq/g)].map(([found, account = '']) => ({
    text: found,
    account: Number.parseInt(account, 16),
  }))
}
