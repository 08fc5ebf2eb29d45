import Type from 'typebox'
import { asciiLower, lower } from '../letter-case.ts'
import type { Draft, Field, Filter, SortKey } from '../resource.ts'
import { FieldProblem } from '../resource.ts'
import { isStorable } from '../values.ts'
import { nullableIf } from './schemas.ts'

interface TextOptions {
  column: string
  description: string
  example?: string
  /** Characters at most. */
  max?: number
  required?: true
  /** Reads null when empty; otherwise an empty text reads "". */
  nullable?: true
  /** Other names under which it is accepted. */
  aliases?: readonly string[]
  readOnly?: true
  filter?: true
  sort?: true
  search?: true
  /** Long text keeps its newlines; other text is trimmed. */
  long?: true
}

/** A text. */
export function text(options: TextOptions): Field {
  const { column, nullable } = options
  const max = options.max ?? (options.long ? 100_000 : 255)
  const schema = nullableIf(nullable, Type.String())
  const field: Field = {
    description: options.description,
    example: options.example,
    schema,
    columns: [column],
    initial: { [column]: nullable ? null : '' },
    present: (row) => row[column],
  }
  if (options.filter) field.filters = [textFilter(column)]
  if (options.sort) field.sort = textSort(column, nullable)
  if (options.search) field.search = (row) => [row[column] === null ? null : String(row[column])]
  if (options.readOnly) return field
  field.write = {
    names: [column, ...(options.aliases ?? [])],
    schema: options.required
      ? Type.String({ maxLength: max, minLength: 1 })
      : nullableIf(true, Type.String({ maxLength: max })),
    required: options.required === true,
    accept: (value, draft) => acceptText(value, draft, options, max),
  }
  return field
}

/** @throws FieldProblem when the value is no text, too long, or cannot be stored. */
export function parseText(value: unknown, max: number, long = false): string {
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') {
    throw new FieldProblem('must be a text')
  }
  const given = long ? String(value).replace(/\r\n/g, '\n') : String(value).trim()
  if (!isStorable(given)) throw new FieldProblem('holds a character that cannot be stored')
  if (given.length > max) throw new FieldProblem(`is longer than ${max} characters`)
  return given
}

/** Equal to one of the values, without regard to the case of ASCII letters. */
export function textFilter(column: string): Filter {
  return {
    param: column,
    description: `Only records whose \`${column}\` is one of these, whatever the case of their letters.`,
    schema: Type.String(),
    list: true,
    range: false,
    apply: (query, condition) =>
      condition.kind === 'any' ? query.where(lower(column), 'in', condition.values.map(asciiLower)) : query,
  }
}

export function textSort(column: string, nullable = false): SortKey {
  return { column, kind: 'text', nullable }
}

function acceptText(value: unknown, draft: Draft, options: TextOptions, max: number): void {
  const given = value === null ? '' : parseText(value, max, options.long)
  if (given === '' && options.required) throw new FieldProblem('is missing', 'missing_field')
  draft.row[options.column] = given === '' && options.nullable ? null : given
}
