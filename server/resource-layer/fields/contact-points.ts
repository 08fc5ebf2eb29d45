import { parsePhoneNumberFromString } from 'libphonenumber-js/min'
import Type from 'typebox'
import type { Row } from '../../storage/account-store.ts'
import { keepLookups, type Lookup } from '../lookups.ts'
import type { Field } from '../resource.ts'
import { FieldProblem } from '../resource.ts'
import { lookupFilter } from './lookup-filter.ts'
import { parseText } from './text.ts'

const mostEntries = 50
const emailShape = /^[^\s\p{Cc}@,;<>"]+@[^\s\p{Cc}@,;<>"]+$/u
/** Numbers without a country code are read as North American, where the product's users are. */
export const homeCountry = 'US'

export interface PhoneNumber {
  kind: string
  phone: string
}

/** E-mail addresses, read as `emails` and written as `email_addresses` (`contract.md` §3, §4). */
export function emails(): Field {
  return {
    description: 'E-mail addresses, the main one first.',
    example: ['rosa.field@example.com'],
    schema: Type.Array(Type.String()),
    columns: ['emails'],
    initial: { emails: '[]' },
    present: (row) => JSON.parse(String(row.emails)),
    search: emailsOf,
    lookups: (row) => ({ email: emailLookups(row) }),
    filters: [
      lookupFilter({
        resource: 'contacts',
        param: 'email',
        description: 'Only contacts with one of these e-mail addresses.',
        key: emailKey,
      }),
    ],
    write: {
      names: emailNames,
      schema: Type.Array(Type.String({ maxLength: 255 }), { maxItems: mostEntries }),
      accept(value, draft) {
        const list = parseEmails(value)
        const kept = list.filter((email, at) => list.findIndex((e) => emailKey(e) === emailKey(email)) === at)
        draft.row.emails = JSON.stringify(kept)
        keepLookups(draft, 'email', emailLookups(draft.row))
      },
    },
  }
}

function emailLookups(row: Row): Lookup[] {
  return emailsOf(row).map((email) => ({ words: emailKey(email), number: null }))
}

function phoneLookups(row: Row): Lookup[] {
  const keys = new Set(phonesOf(row).map(({ phone }) => phoneKey(phone)))
  return [...keys].map((words) => ({ words, number: null }))
}

/** Phone numbers with their kind, kept as they were typed. */
export function phoneNumbers(): Field {
  return {
    description: 'Phone numbers, the main one first, each with a kind such as `mobile`, `home` or `work`.',
    example: [{ kind: 'mobile', phone: '(555) 010-4477' }],
    schema: Type.Array(
      Type.Object({ kind: Type.String(), phone: Type.String() }, { additionalProperties: false }),
    ),
    columns: ['phone_numbers'],
    initial: { phone_numbers: '[]' },
    present: (row) => JSON.parse(String(row.phone_numbers)),
    search: (row) => phonesOf(row).flatMap(({ phone }) => [phone, phoneKey(phone)]),
    lookups: (row) => ({ phone: phoneLookups(row) }),
    filters: [
      lookupFilter({
        resource: 'contacts',
        param: 'phone',
        description: 'Only contacts with one of these phone numbers, however they are punctuated.',
        key: phoneKey,
      }),
    ],
    write: {
      names: phoneNames,
      schema: Type.Array(
        Type.Object({
          kind: Type.Optional(Type.String({ maxLength: 50 })),
          phone: Type.String({ maxLength: 50 }),
        }),
        { maxItems: mostEntries },
      ),
      accept(value, draft) {
        const list = parsePhones(value)
        draft.row.phone_numbers = JSON.stringify(list)
        keepLookups(draft, 'phone', phoneLookups(draft.row))
      },
    },
  }
}

/** The names under which a body may hold a person's addresses and numbers. */
export const emailNames = ['email_addresses', 'emails', 'email', 'email_address'] as const
export const phoneNames = ['phone_numbers', 'phone', 'phone_number'] as const

/** @throws FieldProblem when one of them is no e-mail address. */
export function parseEmails(value: unknown): string[] {
  return entries(value).map(parseEmail)
}

/** @throws FieldProblem when one of them is no phone number. */
export function parsePhones(value: unknown): PhoneNumber[] {
  return entries(value).map(parsePhone)
}

/** The form in which two spellings of an e-mail address are the same. */
export function emailKey(email: string): string {
  return email.trim().toLowerCase()
}

/** The digits by which two spellings of a phone number are the same, with the country code where it is known. */
export function phoneKey(phone: string): string {
  const known = latestKeys.get(phone)
  if (known !== undefined) return known
  const parsed = parsePhoneNumberFromString(phone, homeCountry)
  const key = (parsed?.number ?? phone).replace(/\D/g, '')
  latestKeys.set(phone, key)
  const [oldest] = latestKeys.keys()
  if (latestKeys.size > mostEntries && oldest !== undefined) latestKeys.delete(oldest)
  return key
}

/**
 * As many as one record can have: a write asks for the keys of its numbers several times, and each takes about as
 * long as its row's insert.
 */
const latestKeys = new Map<string, string>()

export function emailsOf(row: Row): string[] {
  return JSON.parse(String(row.emails))
}

export function phonesOf(row: Row): PhoneNumber[] {
  return JSON.parse(String(row.phone_numbers))
}

/** One entry or several; the empty ones that a form sends for an untouched line are left out. */
function entries(value: unknown): unknown[] {
  const list = Array.isArray(value) ? value : value === null || value === '' ? [] : [value]
  const filled = list.filter((entry) => entry !== '' && entry !== null)
  if (filled.length > mostEntries)
    throw new FieldProblem(`has more than ${mostEntries} entries`, 'too_many_values')
  return filled
}

function parseEmail(value: unknown): string {
  const email = parseText(value, 255)
  if (!emailShape.test(email)) throw new FieldProblem('must be e-mail addresses such as rosa@example.com')
  return email
}

function parsePhone(value: unknown): PhoneNumber {
  const given =
    typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : { phone: value }
  const phone = parseText(given.phone ?? given.number ?? '', 50)
  if (phone.replace(/\D/g, '').length < 3)
    throw new FieldProblem('must hold phone numbers such as (555) 010-4477')
  const kind =
    given.kind === undefined || given.kind === null || given.kind === ''
      ? 'mobile'
      : parseText(given.kind, 50)
  return { kind, phone }
}
