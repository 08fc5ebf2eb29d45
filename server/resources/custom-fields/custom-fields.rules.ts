import { ApiError } from '../../errors/api-error.ts'
import { lookupName } from '../../resource-layer/custom-values.ts'
import { parseText } from '../../resource-layer/fields/text.ts'
import { type Draft, FieldProblem } from '../../resource-layer/resource.ts'
import { searchForm } from '../../resource-layer/values.ts'
import type { AccountStore, AccountWriter, Row } from '../../storage/account-store.ts'

const mostOptions = 500
const keyShape = /^[a-z][a-z0-9_]{0,99}$/

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

export async function refuseTakenKey(writer: AccountWriter, row: Row): Promise<void> {
  const same = await sameKey(writer, row)
  if (same)
    throw new ApiError('already_exists', `The key "${row.key}" is taken by now by the field "${same.label}"`)
}

function keyFrom(label: string): string {
  return searchForm(label)
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^[_0-9]+|_+$/g, '')
    .slice(0, 100)
}

async function sameKey(store: AccountStore, row: Row): Promise<Row | undefined> {
  return store
    .from('custom_fields')
    .select(['id', 'label'])
    .where('category', '=', String(row.category))
    .where('key', '=', String(row.key))
    .where('deleted_at', 'is', null)
    .where('id', '!=', String(row.id))
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
