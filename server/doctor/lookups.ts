import type { Kysely } from 'kysely'
import { definitionsOf, keptValues, lookupName, lookupOf } from '../resource-layer/custom-values.ts'
import type { Lookup, Resource } from '../resource-layer/resource.ts'
import { resources } from '../resources/operations.ts'
import { accountStore, type Row } from '../storage/account-store.ts'
import type { Tables } from '../storage/tables.ts'
import { type Findings, findingsOf } from './finding.ts'
import { accountsIn, add, type Extent, looked, rowsOf, told } from './rows.ts'

/** Whether e-mail addresses, phone numbers and custom fields find the records in which they stand. */
export async function checkLookups(reader: Kysely<Tables>, extent: Extent): Promise<Findings> {
  const { ok, problem } = findingsOf('lookups')
  const wrong = new Map<string, number>()
  let count = 0
  for (const accountId of await accountsIn(reader, extent)) {
    for (const resource of resources) {
      const expected = await expecting(reader, accountId, resource)
      if (!expected) continue
      for await (const rows of rowsOf(reader, resource.name, { ...extent, accountId })) {
        count += rows.length
        const kept = await keptOf(reader, accountId, rows)
        const differs = (row: Row) => {
          const { names, lookups } = expected(row)
          const own = (kept.get(String(row.id)) ?? []).filter(({ name }) => names.includes(name))
          return own.map(keyOf).sort().join('\n') !== lookups.map(keyOf).sort().join('\n')
        }
        add(wrong, resource, rows.filter(differs).length)
      }
    }
  }
  if (wrong.size === 0) return [ok(`${looked(count, extent)} agree with what they are looked up by`)]
  const todo = 'Write the values of each of them anew'
  return [problem(`They are looked up by other values than they have: ${told(wrong)}`, todo)]
}

type Named = Lookup & { name: string }

/** What a row of the resource is to be looked up by, and the names under which; null where nothing is. */
async function expecting(reader: Kysely<Tables>, accountId: string, resource: Resource) {
  const fields = Object.values(resource.fields).flatMap(({ lookups }) => lookups ?? [])
  const { customFields } = resource
  if (fields.length === 0 && customFields === null) return null
  const store = accountStore(reader, accountId)
  const definitions = customFields === null ? [] : await definitionsOf(store, customFields)
  return (row: Row): { names: string[]; lookups: Named[] } => {
    const groups = Object.assign({}, ...fields.map((lookups) => lookups(row))) as Record<string, Lookup[]>
    const values = customFields === null ? {} : keptValues(row)
    for (const definition of definitions) {
      const kept = values[definition.id]
      groups[lookupName(definition)] = kept ? [lookupOf(definition, kept.value)] : []
    }
    const lookups = Object.entries(groups).flatMap(([name, own]) => own.map((one) => ({ ...one, name })))
    return { names: Object.keys(groups), lookups }
  }
}

async function keptOf(
  reader: Kysely<Tables>,
  accountId: string,
  rows: readonly Row[],
): Promise<Map<string, Named[]>> {
  if (rows.length === 0) return new Map()
  const found = await accountStore(reader, accountId)
    .from('lookups')
    .select(['record_id', 'name', 'words', 'number'])
    .where(
      'record_id',
      'in',
      rows.map(({ id }) => String(id)),
    )
    .execute()
  const named = found.map((row) => ({
    record: String(row.record_id),
    name: String(row.name),
    words: row.words === null ? null : String(row.words),
    number: row.number === null ? null : Number(row.number),
  }))
  return Map.groupBy(named, ({ record }) => record)
}

function keyOf({ name, words, number }: Named): string {
  return JSON.stringify([name, words, number])
}
