import Type from 'typebox'
import type { Row } from '../../storage/account-store.ts'
import { keepLookups, type Lookup } from '../lookups.ts'
import { type Field, FieldProblem } from '../resource.ts'
import { emailKey, parseEmails } from './contact-points.ts'
import { lookupFilter } from './lookup-filter.ts'
import { textFilter, textSort } from './text.ts'

const addressSchema = Type.String({ format: 'email', maxLength: 255 })

/** One e-mail address; empty where it is not known. */
export function emailAddress(options: { column: string; description: string; example: string }): Field {
  const { column, description, example } = options
  return {
    description,
    example,
    schema: Type.String(),
    columns: [column],
    initial: { [column]: '' },
    present: (row) => row[column],
    search: (row) => [String(row[column])],
    sort: textSort(column),
    filters: [textFilter(column)],
    write: {
      names: [column],
      schema: Type.Union([addressSchema, Type.Null()]),
      accept(value, draft) {
        const given = parseEmails(value)
        if (given.length > 1) throw new FieldProblem('must be one e-mail address')
        draft.row[column] = given[0] ?? ''
      },
    },
  }
}

/** A list of e-mail addresses, kept as JSON on the row and found by lookups of the column's name. */
export function emailAddresses(options: {
  resource: string
  column: string
  description: string
  example: string[]
  required?: true
}): Field {
  const { resource, column, description, example, required } = options
  return {
    description,
    example,
    schema: Type.Array(Type.String()),
    columns: [column],
    initial: { [column]: '[]' },
    present: (row) => addressesIn(row, column),
    search: (row) => addressesIn(row, column),
    lookups: (row) => ({ [column]: lookupsIn(row, column) }),
    filters: [
      lookupFilter({
        resource,
        param: column,
        description: `Only records with one of these addresses in \`${column}\`.`,
        key: emailKey,
      }),
    ],
    write: {
      names: [column],
      schema: Type.Array(addressSchema, { maxItems: 50, ...(required ? { minItems: 1 } : {}) }),
      required: required === true,
      accept(value, draft) {
        const byKey = new Map(parseEmails(value).map((email) => [emailKey(email), email]))
        if (required && byKey.size === 0) throw new FieldProblem('is missing', 'missing_field')
        draft.row[column] = JSON.stringify([...byKey.values()])
        keepLookups(draft, column, lookupsIn(draft.row, column))
      },
    },
  }
}

export function addressesIn(row: Row, column: string): string[] {
  return JSON.parse(String(row[column]))
}

function lookupsIn(row: Row, column: string): Lookup[] {
  return addressesIn(row, column).map((address) => ({ words: emailKey(address), number: null }))
}
