import Type from 'typebox'
import { idSchema, nullableIf } from '../../resource-layer/fields/schemas.ts'
import { idFilter } from '../../resource-layer/fields/standard.ts'
import type { Field, ReadContext } from '../../resource-layer/resource.ts'
import type { Row } from '../../storage/account-store.ts'

/** What was acted on. People are named as they are now, also those who left; the rest as it was noted. */
export function subject(): Field {
  return {
    description: 'What it was done to, with its name where it is known; null where it has no id.',
    example: { id: '0197a1c2-5b1e-7c3a-9d40-2f6b8e1a7c55', name: 'Ash Park' },
    schema: nullableIf(
      true,
      Type.Object({ id: idSchema, name: nullableIf(true, Type.String()) }, { additionalProperties: false }),
    ),
    columns: ['subject', 'details'],
    load: loadSubjects,
    filters: [{ ...idFilter('subject', 'Only acts on these records.'), param: 'subject_id' }],
  }
}

async function loadSubjects(rows: readonly Row[], { store }: ReadContext) {
  const ids = [...new Set(rows.map((row) => row.subject).filter((id) => typeof id === 'string'))]
  const names = new Map<unknown, unknown>()
  if (ids.length > 0) {
    const people = await store.from('users').select(['id', 'name']).where('id', 'in', ids).execute()
    for (const { id, name } of people) names.set(id, name)
  }
  return (row: Row) =>
    row.subject === null ? null : { id: row.subject, name: names.get(row.subject) ?? notedName(row) }
}

function notedName(row: Row): string | null {
  const { name, target_url: url, last_four: lastFour } = JSON.parse(String(row.details))
  const key = lastFour === undefined ? null : `API key …${lastFour}`
  const [noted] = [name, url, key].filter((value) => typeof value === 'string')
  return noted ?? null
}
