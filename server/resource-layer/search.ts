import { sql } from 'kysely'
import type { AccountStore, Select } from '../storage/account-store.ts'
import type { Resource, SearchPath } from './resource.ts'
import { searchForm } from './values.ts'

const mostWords = 8

/**
 * Narrows a query to the records in which every word of `text` occurs, in any case and anywhere inside of a
 * word: in the record itself, or in one that it is searched through.
 */
export function search(query: Select, resource: Resource, text: string, store: AccountStore): Select {
  let narrowed = query
  for (const word of wordsOf(text)) {
    narrowed = narrowed.where((on) =>
      on.or([
        contains('search_text', word),
        ...resource.searchThrough.map((path) => on('id', 'in', foundThrough(store, path, word))),
      ]),
    )
  }
  return narrowed
}

/** LIKE patterns. A phone number is one word of digits, however it is punctuated. */
function wordsOf(text: string): string[] {
  const digits = text.replace(/[\s().+\-/]/g, '')
  const words = /^\d{5,}$/.test(digits) ? [digits] : searchForm(text).split(/[\s,]+/)
  return words
    .filter(Boolean)
    .slice(0, mostWords)
    .map((word) => `%${word.replace(/[\\%_]/g, '\\$&')}%`)
}

function foundThrough(store: AccountStore, path: SearchPath, word: string): Select {
  const target = path.to?.table ?? path.table
  const from = path.to ? store.joined(path.table, target, path.to.other, 'id') : store.from(target)
  return from
    .select(`${path.table}.${path.own}`)
    .where(contains(`${target}.search_text`, word))
    .where(`${target}.deleted_at`, 'is', null)
}

function contains(column: string, word: string) {
  // SQLite knows no escape character unless it is named.
  return sql<boolean>`${sql.ref(column)} like ${word} escape '\\'`
}
