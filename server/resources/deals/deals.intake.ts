import { ApiError } from '../../errors/api-error.ts'
import { parseSwitch } from '../../resource-layer/fields/boolean.ts'
import {
  emailKey,
  emailNames,
  parseEmails,
  parsePhones,
  phoneKey,
  phoneNames,
} from '../../resource-layer/fields/contact-points.ts'
import { asciiLower, lower } from '../../resource-layer/letter-case.ts'
import { FieldProblem } from '../../resource-layer/resource.ts'
import { create, type Input, type WriteSettings } from '../../resource-layer/write.ts'
import type { AccountWriter, Row, Select } from '../../storage/account-store.ts'
import { parseId } from '../../storage/ids.ts'
import { contacts } from '../contacts/contacts.schema.ts'
import { properties } from '../properties/properties.schema.ts'
import { openStatuses } from './deals.rules.ts'
import { deals } from './deals.schema.ts'

/** The three parts of a new lead, as `POST /deals` takes them (`contract.md` §3). */
export interface Intake {
  deal: Input
  contact: Input | null
  property: Input | null
}

/**
 * Takes in a lead: finds or creates the contact and the property and creates the deal, all or nothing. With
 * `accept_duplicates` false, an open deal of the pipeline with the same person is returned instead; with
 * true, nothing is looked for.
 */
export async function takeIn(
  writer: AccountWriter,
  intake: Intake,
  settings: WriteSettings,
): Promise<{ row: Row; duplicate: boolean }> {
  const accepts = acceptsDuplicates(intake.deal)
  if (accepts === false && intake.contact) {
    const row = await openDealLike(writer, intake.deal, keysOf(intake.contact))
    if (row) return { row, duplicate: true }
  }
  const find = accepts !== true
  const contact = intake.contact && (await contactFor(writer, intake.contact, settings, find))
  const property = intake.property && (await propertyFor(writer, intake.property, settings, find))
  const row = await create(writer, deals, withParts(intake.deal, contact, property), settings)
  return { row, duplicate: false }
}

function acceptsDuplicates(deal: Input): boolean | null {
  try {
    return parseSwitch(deal.fields.accept_duplicates)
  } catch (error) {
    if (!(error instanceof FieldProblem)) throw error
    const param = deal.wrapper ? `${deal.wrapper}[accept_duplicates]` : 'accept_duplicates'
    throw new ApiError(error.code, `${param} ${error.message}`, { param })
  }
}

function withParts(deal: Input, contact: Row | null, property: Row | null): Input {
  const fields: Record<string, unknown> = { ...deal.fields }
  if (contact) {
    fields.contact_ids = [contact.id, ...idList(fields.contact_ids ?? fields.contact_id)]
    delete fields.contact_id
    if (fields.name === undefined || fields.name === '') fields.name = contact.name
  }
  if (property) {
    fields.property_ids = [property.id, ...idList(fields.property_ids ?? fields.property_id)]
    delete fields.property_id
    if (!contact && (fields.name === undefined || fields.name === '')) fields.name = property.address
  }
  return { fields, wrapper: deal.wrapper }
}

function idList(value: unknown): unknown[] {
  return Array.isArray(value) ? value : value === undefined || value === null || value === '' ? [] : [value]
}

interface PersonKeys {
  emails: string[]
  phones: string[]
}

/** What the person is known by. A value that is none is left to the contact's own checks. */
function keysOf(contact: Input): PersonKeys {
  const sent = (names: readonly string[]) =>
    contact.fields[names.find((name) => name in contact.fields) ?? ''] ?? null
  try {
    return {
      emails: parseEmails(sent(emailNames)).map(emailKey),
      phones: parsePhones(sent(phoneNames)).map(({ phone }) => phoneKey(phone)),
    }
  } catch (error) {
    if (!(error instanceof FieldProblem)) throw error
    return { emails: [], phones: [] }
  }
}

/** The ids of the contacts with one of these addresses or numbers. */
function contactsLike(writer: AccountWriter, keys: PersonKeys): Select {
  return writer
    .from('lookups')
    .select('record_id')
    .where('resource', '=', 'contacts')
    .where((on) =>
      on.or([
        on.and([on('name', '=', 'email'), on('words', 'in', listOrNone(keys.emails))]),
        on.and([on('name', '=', 'phone'), on('words', 'in', listOrNone(keys.phones))]),
      ]),
    )
}

/** `in ()` is no SQL; no key is the empty text. */
function listOrNone(values: readonly string[]): readonly string[] {
  return values.length > 0 ? values : ['']
}

async function openDealLike(writer: AccountWriter, deal: Input, keys: PersonKeys): Promise<Row | null> {
  const given = deal.fields.pipeline_id
  const pipelineId = typeof given === 'string' ? parseId(given) : null
  if (!pipelineId) return null
  const people = contactsLike(writer, keys)
  const row = await writer
    .from('deals')
    .selectAll()
    .where('pipeline_id', '=', pipelineId)
    .where('deleted_at', 'is', null)
    .where('stage_id', 'in', writer.from('stages').select('id').where('status', 'in', openStatuses))
    .where(
      'id',
      'in',
      writer
        .joined('deal_contacts', 'contacts', 'contact_id', 'id')
        .select('deal_contacts.deal_id')
        .where('contacts.deleted_at', 'is', null)
        .where('deal_contacts.contact_id', 'in', people),
    )
    .orderBy('created_at')
    .orderBy('id')
    .limit(1)
    .executeTakeFirst()
  return row ?? null
}

async function contactFor(
  writer: AccountWriter,
  input: Input,
  settings: WriteSettings,
  find: boolean,
): Promise<Row> {
  const known = find
    ? await writer
        .from('contacts')
        .selectAll()
        .where('deleted_at', 'is', null)
        .where('id', 'in', contactsLike(writer, keysOf(input)))
        .orderBy('created_at')
        .orderBy('id')
        .limit(1)
        .executeTakeFirst()
    : undefined
  return known ?? create(writer, contacts, input, settings)
}

/** A property is known by its street address with city or postal code, whatever the case of their letters. */
async function propertyFor(
  writer: AccountWriter,
  input: Input,
  settings: WriteSettings,
  find: boolean,
): Promise<Row> {
  const known = find ? await propertyLike(writer, input) : null
  return known ?? create(writer, properties, input, settings)
}

async function propertyLike(writer: AccountWriter, input: Input): Promise<Row | null> {
  const sent = (field: string): string => {
    const names = properties.fields[field]?.write?.names ?? []
    const value = input.fields[names.find((name) => name in input.fields) ?? '']
    return typeof value === 'string' ? value.trim() : ''
  }
  const place = (['zip_code', 'city'] as const).find((field) => sent(field) !== '')
  if (sent('address') === '' || !place) return null
  const row = await writer
    .from('properties')
    .selectAll()
    .where('deleted_at', 'is', null)
    .where(lower('address'), '=', asciiLower(sent('address')))
    .where(lower(place), '=', asciiLower(sent(place)))
    .orderBy('created_at')
    .orderBy('id')
    .limit(1)
    .executeTakeFirst()
  return row ?? null
}
