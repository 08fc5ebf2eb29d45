import Type, { type TSchema } from 'typebox'
import type { Field } from '../resource.ts'
import { FieldProblem } from '../resource.ts'
import { parseDate, parseDecimal, parseInteger, presentDecimal } from '../values.ts'
import { rangeFilter } from './range.ts'
import { dateSchema, decimalSchema, nullableIf } from './schemas.ts'

interface ColumnOptions {
  column: string
  description: string
  example?: unknown
  aliases?: readonly string[]
  /** Reads 0 rather than null when nothing is known (`contract.md` §4 has some numbers without null). */
  zero?: true
  required?: true
}

/** An exact decimal that reads as a string, such as a rent; numbers and strings are accepted. */
export function decimal(options: ColumnOptions): Field {
  return columnField(options, {
    schema: decimalSchema,
    writeSchema: Type.Union([Type.String({ format: 'decimal' }), Type.Number(), Type.Null()]),
    filterSchema: Type.String({ format: 'decimal' }),
    parse: parseDecimal,
    present: (value) => presentDecimal(Number(value)),
    kind: 'number',
  })
}

/** A whole number, from `min` up. */
export function integer(options: ColumnOptions & { min?: number }): Field {
  const { min } = options
  return columnField(options, {
    schema: Type.Integer(),
    writeSchema: Type.Union([Type.Integer(min === undefined ? {} : { minimum: min }), Type.Null()]),
    filterSchema: Type.Integer(),
    parse(value) {
      const number = parseInteger(value)
      if (min !== undefined && number < min) throw new FieldProblem(`must be ${min} or more`)
      return number
    },
    present: (value) => value,
    kind: 'number',
  })
}

/** A calendar date. */
export function date(options: ColumnOptions): Field {
  return columnField(options, {
    schema: dateSchema,
    writeSchema: nullableIf(true, dateSchema),
    filterSchema: dateSchema,
    parse: parseDate,
    present: (value) => value,
    kind: 'text',
  })
}

interface Kind {
  schema: TSchema
  writeSchema: TSchema
  filterSchema: TSchema
  parse(value: unknown): string | number
  present(value: string | number): unknown
  kind: 'text' | 'number'
}

function columnField(options: ColumnOptions, kind: Kind): Field {
  const { column } = options
  const empty = options.zero ? 0 : null
  const nullable = !options.zero && !options.required
  return {
    description: options.description,
    example: options.example,
    schema: nullableIf(nullable, kind.schema),
    columns: [column],
    initial: { [column]: empty },
    present(row) {
      const value = row[column]
      return value === null || value === undefined ? null : kind.present(value)
    },
    filters: [
      rangeFilter({
        column,
        description: `Only records whose \`${column}\` is one of these, or in a range.`,
        schema: kind.filterSchema,
        parse: kind.parse,
      }),
    ],
    sort: { column, kind: kind.kind, nullable },
    write: {
      names: [column, ...(options.aliases ?? [])],
      schema: options.required ? kind.schema : kind.writeSchema,
      required: options.required === true,
      accept(value, draft) {
        const isEmpty = value === null || value === ''
        if (isEmpty && options.required) throw new FieldProblem('is missing', 'missing_field')
        draft.row[column] = isEmpty ? empty : kind.parse(value)
      },
    },
  }
}
