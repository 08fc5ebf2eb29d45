import { ApiError } from '../../errors/api-error.ts'
import { lookupName } from '../../resource-layer/custom-values.ts'
import { parseText } from '../../resource-layer/fields/text.ts'
import { type Draft, FieldProblem } from '../../resource-layer/resource.ts'
import { searchForm } from '../../resource-layer/values.ts'
import type { AccountStore, AccountWriter, Row } from '../../storage/account-store.ts'

const mostOptions = 500
export const keyShape = /^[a-z][a-z0-9_]{0,99}$/

export function acceptOptions(value: unknown, draft: Draft): void {
  const list = Array.isArray(value) ? value : value === null || value === '' ? [] : [value]
  if (list.length > mostOptions)
    throw new FieldProblem(`has more than ${mostOptions} entries`, 'too_many_values')
  const options = [...new Set(list.map((option) => parseText(option, 500)).filter(Boolean))]
  draft.row.options = JSON.stringify(options)
}

/** Completes the key, and refuses what would make existing values unreadable. */
export async function keyField(draft: Draft): Promise<void> {
  const { row, existing, writer } = draft
  if (!row.key) row.key = keyFrom(String(row.label))
  const param = draft.supplied.get('key') ?? draft.supplied.get('label') ?? null
  if (!keyShape.test(String(row.key))) {
    draft.problem(
      'invalid_field',
      param,
      'key must be snake_case: letters a to z, digits and _, beginning with a letter',
    )
  }
  if (row.data_type === 'choices' && row.options === '[]') {
    draft.problem(
      'missing_field',
      draft.supplied.get('options') ?? 'options',
      'options is missing: a field of type choices needs some',
    )
  }
  if (row.process_type_id !== null && row.category !== 'process') {
    const given = draft.supplied.get('process_type') ?? null
    draft.problem('invalid_field', given, `${given ?? 'process_type_id'} is only for the category process`)
  }
  const same = await sameKey(writer, row)
  if (same)
    draft.problem(
      'already_exists',
      param,
      `key is taken: there is a ${row.category} field "${same.label}" with it`,
    )
  if (existing && existing.data_type !== row.data_type && (await hasValues(writer, row))) {
    draft.problem(
      'invalid_field',
      draft.supplied.get('data_type') ?? null,
      'data_type cannot change: records already have values of this field',
    )
  }
}

/** A field of a process type comes back with its type only, and where its key is still free. */
export async function refuseTakenKey(writer: AccountWriter, row: Row): Promise<void> {
  const type =
    row.process_type_id === null ? null : await writer.find('process_types', String(row.process_type_id))
  if (type && type.deleted_at !== null) {
    throw new ApiError('parent_deleted', 'Its process type is deleted; restore the process type first')
  }
  const same = await sameKey(writer, row)
  if (same)
    throw new ApiError('already_exists', `The key "${row.key}" is taken by now by the field "${same.label}"`)
}

/** `Roof Type (2)` → `roof_type_2` */
export function keyFrom(label: string): string {
  return searchForm(label)
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^[_0-9]+|_+$/g, '')
    .slice(0, 100)
}

/** Two process types may have the same key; a field of every process shares it with none. */
async function sameKey(store: AccountStore, row: Row): Promise<Row | undefined> {
  const same = store
    .from('custom_fields')
    .select(['id', 'label'])
    .where('category', '=', String(row.category))
    .where('key', '=', String(row.key))
    .where('deleted_at', 'is', null)
    .where('id', '!=', String(row.id))
  const type = row.process_type_id
  if (type === null) return same.executeTakeFirst()
  return same
    .where((on) => on.or([on('process_type_id', 'is', null), on('process_type_id', '=', String(type))]))
    .executeTakeFirst()
}

async function hasValues(store: AccountStore, row: Row): Promise<boolean> {
  const value = await store
    .from('lookups')
    .select(['record_id'])
    .where('name', '=', lookupName({ id: String(row.id) }))
    .limit(1)
    .executeTakeFirst()
  return value !== undefined
}
