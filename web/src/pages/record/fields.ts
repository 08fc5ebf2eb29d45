import type { RecordFields } from '../../api/records.ts'
import { humanise } from './humanise.ts'

export interface CustomField {
  label: string
  value: unknown
  data_type: string
}

/** What the page's frame already says, or shows elsewhere. */
const elsewhere = new Set(['link', 'custom_fields'])
const atTheEnd = ['created_at', 'updated_at', 'id']

/** The record's fields in the order of the API, its id and times last. */
export function ownFieldsOf(record: RecordFields): [string, unknown][] {
  const own = Object.entries(record).filter(([key]) => !elsewhere.has(key))
  const first = own.filter(([key]) => !atTheEnd.includes(key))
  const last = atTheEnd.filter((key) => key in record).map((key): [string, unknown] => [key, record[key]])
  return [...first, ...last]
}

/** A list with labels as the API reads, or values by key as it writes. */
export function customFieldsOf(record: RecordFields): CustomField[] {
  const fields = record.custom_fields
  if (Array.isArray(fields)) return fields.filter(isCustomField)
  if (!isObject(fields)) return []
  return Object.entries(fields).map(([key, value]) => ({ label: humanise(key), value, data_type: 'text' }))
}

/** The record's own name, or the kind of thing that it is. */
export function titleFor(record: RecordFields, kind: string): string {
  const title = nameOf(record) ?? textIn(record, 'description') ?? kind
  return title.length > 80 ? `${title.slice(0, 79)}…` : title
}

/** What people call an object: its name, its address in one line, its number … */
export function nameOf(object: RecordFields): string | null {
  for (const key of ['name', 'full_name', 'full_address', 'unit_number', 'label', 'title', 'subject']) {
    const text = textIn(object, key)
    if (text) return key === 'unit_number' ? `Unit ${text}` : text
    const nested = object[key]
    if (isObject(nested)) return nameOf(nested)
  }
  return textIn(object, 'address') ?? textIn(object, 'email')
}

export function isObject(value: unknown): value is RecordFields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function textIn(object: RecordFields, key: string): string | null {
  const value = object[key]
  return typeof value === 'string' && value.trim() !== '' ? value : null
}

function isCustomField(value: unknown): value is CustomField {
  return isObject(value) && typeof value.label === 'string' && typeof value.data_type === 'string'
}
