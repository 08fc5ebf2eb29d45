import { parsePhoneNumberFromString } from 'libphonenumber-js/min'
import Type from 'typebox'
import { type Field, FieldProblem } from '../resource.ts'
import { oneText } from '../values.ts'
import { homeCountry } from './contact-points.ts'
import { textSort } from './text.ts'

interface PhoneOptions {
  column: string
  description: string
  required?: true
}

const longestNumber = 50

/** One phone number, accepted in any spelling and kept as E.164: `+15550104477`. Empty where it is not known. */
export function phone({ column, description, required }: PhoneOptions): Field {
  return {
    description,
    example: '+15550104477',
    schema: Type.String(),
    columns: [column],
    initial: { [column]: '' },
    present: (row) => row[column],
    search: (row) => [String(row[column])],
    sort: textSort(column),
    filters: [
      {
        param: column,
        description: `Only records whose \`${column}\` is one of these numbers, however they are punctuated.`,
        schema: Type.String(),
        list: true,
        range: false,
        apply: (query, condition) =>
          condition.kind === 'any' ? query.where(column, 'in', condition.values.map(parsePhone)) : query,
      },
    ],
    write: {
      names: [column],
      schema: required
        ? Type.String({ minLength: 1, maxLength: longestNumber })
        : Type.Union([Type.String({ maxLength: longestNumber }), Type.Null()]),
      required: required === true,
      accept(value, draft) {
        const isEmpty = value === null || value === ''
        if (isEmpty && required) throw new FieldProblem('is missing', 'missing_field')
        draft.row[column] = isEmpty ? '' : parsePhone(value)
      },
    },
  }
}

/**
 * The number as E.164.
 * @throws FieldProblem when it cannot be a phone number
 */
export function parsePhone(value: unknown): string {
  const text = oneText(value)
  // A plus in a query is read as a space, which leaves the digits.
  for (const spelling of text.length > longestNumber ? [] : [text, `+${text}`]) {
    const parsed = parsePhoneNumberFromString(spelling, homeCountry)
    if (parsed?.isPossible()) return parsed.number
  }
  throw new FieldProblem('must be a phone number such as +15550104477')
}

/** As people write it: `(555) 010-4477`, with the country code where it is abroad. */
export function phoneText(number: string): string {
  const parsed = parsePhoneNumberFromString(number, homeCountry)
  if (!parsed) return number
  return parsed.countryCallingCode === '1' ? parsed.formatNational() : parsed.formatInternational()
}
