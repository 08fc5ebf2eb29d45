import type { Select } from '../storage/account-store.ts'
import type { Draft, Lookup } from './resource.ts'

export type { Lookup } from './resource.ts'

/**
 * Keeps the `lookups` rows of one name in step with the record. The record's own row is the truth; these are
 * an index on values that are kept inside of a JSON column.
 */
export function keepLookups(draft: Draft, name: string, lookups: readonly Lookup[]): void {
  const { writer, resource, row } = draft
  draft.later(async () => {
    if (draft.existing) await writer.remove('lookups', { record_id: row.id, name })
    if (lookups.length === 0) return
    const rows = lookups.map((lookup, position) => ({
      record_id: row.id,
      name,
      position,
      resource: resource.name,
      words: lookup.words,
      number: lookup.number,
    }))
    await writer.insert('lookups', rows)
  })
}

/** The ids of the records of a resource that have a lookup of that name; narrow it further with `where`. */
export function lookedUp(query: Select, resource: string, name: string): Select {
  return query.select('record_id').where('resource', '=', resource).where('name', '=', name)
}
