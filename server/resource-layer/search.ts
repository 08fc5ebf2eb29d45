import type { AccountStore, Select } from '../storage/account-store.ts'
import type { Resource, SearchPath } from './resource.ts'
import { searchForm } from './values.ts'

const mostWords = 16

/**
 * Narrows a query to the records in which every word of `text` occurs, in any case and anywhere inside of a
 * word: in the record itself, or in one that it is searched through.
 */
export function search(query: Select, resource: Resource, text: string, store: AccountStore): Select {
  let narrowed = query
  for (const spellings of wordsOf(text)) {
    narrowed = narrowed.where((on) =>
      on.or(
        spellings.flatMap((word) => [
          store.contains(resource.name, word),
          ...resource.searchThrough.map((path) => on('id', 'in', foundThrough(store, path, word))),
        ]),
      ),
    )
  }
  return narrowed
}

/**
 * For each word the spellings of which one must occur. A phone number is one word, found by its
 * digits however it is punctuated, and as it stands, for it may be a postal code. A unit is written `#2B` in
 * an address and kept as `2B`.
 */
function wordsOf(text: string): string[][] {
  const digits = text.replace(/[\s().+\-/]/g, '')
  const form = searchForm(text).trim()
  const words = /^\d{5,}$/.test(digits)
    ? [[...new Set([digits, form])]]
    : // An address names its unit as `#2B`, which stands there as `2B`.
      form.split(/[\s,]+/).map((word) => [word.replace(/^#/, '')])
  return words.filter(([word]) => word !== '').slice(0, mostWords)
}

function foundThrough(store: AccountStore, path: SearchPath, word: string): Select {
  const target = path.to?.table ?? path.table
  const from = path.to
    ? store.joined(path.table, target, path.to.other, path.to.key ?? 'id')
    : store.from(target)
  return from
    .select(`${path.table}.${path.own}`)
    .where(store.contains(target, word))
    .where(`${target}.deleted_at`, 'is', null)
}
