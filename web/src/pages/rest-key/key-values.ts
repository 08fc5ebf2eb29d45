import type { UseFormReturnType } from '@mantine/form'
import type { RestKey } from '../../api/rest-access.ts'
import type { KeyFields } from '../../api/rest-keys.ts'
import { dayIn, endOfDay } from '../rest-access/expiry.ts'
import { everyScope, hasSameScopes, readOnly, withoutRepetition } from '../rest-access/scopes.ts'

/** The form flat, in the order of its fields. What is empty was not chosen yet. */
export interface KeyValues {
  name: string
  access: 'everything' | 'read_only' | 'chosen' | ''
  scopes: string[]
  pipelines: Places
  pipeline_ids: string[]
  process_types: Places
  process_type_ids: string[]
  expires: 'kept' | 'never' | '30' | '90' | '365' | 'date' | ''
  /** `2026-03-01` */
  expires_on: string
  /** One a line. */
  allowed_addresses: string
  requests_per_minute: number | string
}

export type Places = 'all' | 'chosen' | 'none'

export type KeyFormState = UseFormReturnType<KeyValues>

/** Where the API calls a field by another name. */
export const names = { expires_at: 'expires' } as const

export function valuesFrom(key?: RestKey): KeyValues {
  return {
    name: key?.name ?? '',
    access: key ? accessOf(key.scopes) : '',
    scopes: key && accessOf(key.scopes) === 'chosen' ? key.scopes : [],
    pipelines: placesOf(key?.pipeline_ids ?? null),
    pipeline_ids: key?.pipeline_ids ?? [],
    process_types: placesOf(key?.process_type_ids ?? null),
    process_type_ids: key?.process_type_ids ?? [],
    expires: !key ? '' : key.expires_at === null ? 'never' : 'kept',
    expires_on: '',
    allowed_addresses: key?.allowed_addresses.join('\n') ?? '',
    requests_per_minute: key?.requests_per_minute ?? '',
  }
}

interface Moment {
  zone: string
  now: number
}

/** `existing` is the key that is changed, if one is. Needs values without `problemsIn`. */
export function fieldsFrom(values: KeyValues, { zone, now }: Moment, existing?: RestKey): KeyFields {
  return {
    name: values.name.trim(),
    scopes: scopesFrom(values),
    pipeline_ids: idsFrom(values.pipelines, values.pipeline_ids),
    process_type_ids: idsFrom(values.process_types, values.process_type_ids),
    expires_at: expiryFrom(values, { zone, now }, existing),
    allowed_addresses: addressesIn(values.allowed_addresses),
    requests_per_minute: values.requests_per_minute === '' ? null : Number(values.requests_per_minute),
  }
}

/** Only what is different, so that a change of the name does not answer for an expiry that has passed. */
export function changesOf(fields: KeyFields, existing: RestKey): Partial<KeyFields> {
  const isNew = ([name, value]: [string, unknown]) =>
    JSON.stringify(value) !== JSON.stringify(existing[name as keyof KeyFields])
  return Object.fromEntries(Object.entries(fields).filter(isNew))
}

/** What is missing or cannot be, a sentence by field. The server knows the rest. */
export function problemsIn(
  values: KeyValues,
  { zone, now }: Moment,
): Partial<Record<keyof KeyValues, string>> {
  const { requests_per_minute: requests } = values
  const isWhole = requests === '' || (Number.isSafeInteger(Number(requests)) && Number(requests) >= 1)
  const found: Partial<Record<keyof KeyValues, string | false>> = {
    name: !values.name.trim() && 'Enter a name, such as the program that uses the key.',
    access: !values.access && 'Choose what the key may do.',
    scopes: values.access === 'chosen' && values.scopes.length === 0 && 'Tick at least one box.',
    pipeline_ids:
      values.pipelines === 'chosen' && values.pipeline_ids.length === 0 && 'Choose at least one pipeline.',
    process_type_ids:
      values.process_types === 'chosen' &&
      values.process_type_ids.length === 0 &&
      'Choose at least one process type.',
    expires: !values.expires && 'Choose how long the key works.',
    expires_on:
      values.expires === 'date' &&
      (!endOfDay(values.expires_on, zone) || values.expires_on < dayIn(0, zone, now)) &&
      'Choose a day from today on.',
    requests_per_minute: !isWhole && 'Enter a whole number from 1, or leave it empty.',
  }
  return Object.fromEntries(Object.entries(found).filter(([, sentence]) => sentence))
}

function scopesFrom({ access, scopes }: KeyValues): string[] {
  if (access === 'everything') return everyScope
  return access === 'read_only' ? readOnly : withoutRepetition(scopes)
}

function accessOf(scopes: readonly string[]): KeyValues['access'] {
  if (hasSameScopes(scopes, everyScope)) return 'everything'
  return hasSameScopes(scopes, readOnly) ? 'read_only' : 'chosen'
}

function placesOf(ids: readonly string[] | null): Places {
  if (ids === null) return 'all'
  return ids.length === 0 ? 'none' : 'chosen'
}

function idsFrom(places: Places, ids: string[]): string[] | null {
  if (places === 'all') return null
  return places === 'none' ? [] : ids
}

function expiryFrom(
  { expires, expires_on }: KeyValues,
  { zone, now }: Moment,
  existing?: RestKey,
): string | null {
  if (expires === 'kept') return existing?.expires_at ?? null
  if (expires === 'never') return null
  return endOfDay(expires === 'date' ? expires_on : dayIn(Number(expires), zone, now), zone)
}

/** Commas are a habit, not a mistake. */
function addressesIn(text: string): string[] {
  return [...new Set(text.split(/[\s,;]+/).filter((line) => line !== ''))]
}
