import type { AccountStore, Row } from '../storage/account-store.ts'
import { parseText } from './fields/text.ts'
import type { Lookup } from './lookups.ts'
import { type CustomFieldCategory, FieldProblem } from './resource.ts'
import { dayOf, oneText, parseDate, parseDecimal, parseTime, searchForm } from './values.ts'

export const dataTypes = [
  'text',
  'choices',
  'number',
  'currency',
  'percentage',
  'date',
  'date_time',
  'url',
] as const
export type DataType = (typeof dataTypes)[number]

/** A custom field as the account defined it. */
export interface Definition {
  id: string
  created_at: number
  updated_at: number
  category: string
  key: string
  label: string
  data_type: DataType
  options: string[]
  /** Of the category `process`: the one type whose processes have it; null for those of every type. */
  process_type_id: string | null
}

/** A value as the row's `custom_values` column keeps it, by definition id; times in milliseconds. */
export interface Kept {
  value: string | number
  created_at: number
  updated_at: number
}

export type KeptValues = Record<string, Kept>

const longestText = 20_000

/** The custom fields that an account has defined for a category, oldest first. */
export async function definitionsOf(
  store: AccountStore,
  category: CustomFieldCategory,
): Promise<Definition[]> {
  const rows = await store
    .from('custom_fields')
    .select([
      'id',
      'created_at',
      'updated_at',
      'category',
      'key',
      'label',
      'data_type',
      'options',
      'process_type_id',
    ])
    .where('category', '=', category)
    .where('deleted_at', 'is', null)
    .orderBy('created_at')
    .orderBy('id')
    .execute()
  return rows.map(definitionOf)
}

export function definitionOf(row: Row): Definition {
  return {
    id: String(row.id),
    created_at: Number(row.created_at),
    updated_at: Number(row.updated_at),
    category: String(row.category),
    key: String(row.key),
    label: String(row.label),
    data_type: row.data_type as DataType,
    options: JSON.parse(String(row.options)),
    process_type_id: row.process_type_id === null ? null : String(row.process_type_id),
  }
}

/** The definitions that a record has: those of its own process type, and those without a type. */
export function definitionsFor(definitions: readonly Definition[], row: Row): Definition[] {
  return definitions.filter(
    ({ process_type_id: type }) => type === null || type === (row.process_type_id ?? null),
  )
}

export function keptValues(row: Row): KeptValues {
  return JSON.parse(String(row.custom_values))
}

/**
 * A value as it is kept: numbers as numbers, dates as `YYYY-MM-DD`, date_times as unix seconds; null empties
 * the field. Dates are accepted as ISO or as unix seconds, which mean the day at the account (`contract.md` §1).
 * @throws FieldProblem
 */
export function parseCustomValue(
  definition: Definition,
  input: unknown,
  timeZone: string,
): string | number | null {
  if (input === null || input === undefined || input === '') return null
  switch (definition.data_type) {
    case 'text':
      return parseText(input, longestText, true) || null
    case 'url':
      return parseUrl(input)
    case 'choices':
      return parseOption(definition, input)
    case 'number':
    case 'currency':
    case 'percentage':
      return parseDecimal(input) / 10_000
    case 'date':
      return /^-?\d+$/.test(oneText(input)) ? dayOf(parseTime(input), timeZone) : parseDate(input)
    case 'date_time':
      return Math.floor(parseTime(input) / 1000)
  }
}

/** A kept value as the API shows it: empty text is "", an empty number or date null (`contract.md` §1). */
export function presentCustomValue(
  definition: Definition,
  kept: Kept | undefined,
  timeZone: string,
): string | number | null {
  if (!kept) return ['text', 'choices', 'url'].includes(definition.data_type) ? '' : null
  if (definition.data_type === 'date') return midnight(String(kept.value), timeZone)
  return kept.value
}

/** What a custom value is found by: text in its search form, numbers in ten-thousandths, times in seconds. */
export function lookupOf(definition: Definition, value: string | number): Lookup {
  switch (definition.data_type) {
    case 'number':
    case 'currency':
    case 'percentage':
      return { words: null, number: Math.round(Number(value) * 10_000) }
    case 'date_time':
      return { words: null, number: Number(value) }
    case 'date':
      return { words: null, number: Math.floor(Date.parse(String(value)) / 1000) }
    default:
      return { words: searchForm(String(value)).slice(0, 500), number: null }
  }
}

export function lookupName(definition: { id: string }): string {
  return `custom:${definition.id}`
}

function parseOption(definition: Definition, input: unknown): string {
  const given = parseText(input, longestText)
  const option = definition.options.find((known) => known.toLowerCase() === given.toLowerCase())
  if (option === undefined) throw new FieldProblem(`must be one of ${definition.options.join(', ')}`)
  return option
}

function parseUrl(input: unknown): string {
  const given = parseText(input, 2_000)
  const url = URL.canParse(given) ? new URL(given) : null
  if (!url || !['http:', 'https:'].includes(url.protocol)) {
    throw new FieldProblem('must be an address such as https://example.com')
  }
  return given
}

function midnight(day: string, timeZone: string): number {
  return Math.floor(Temporal.PlainDate.from(day).toZonedDateTime(timeZone).epochMilliseconds / 1000)
}
