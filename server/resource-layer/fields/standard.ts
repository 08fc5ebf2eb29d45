import Type from 'typebox'
import { parseId } from '../../storage/ids.ts'
import type { Field, Filter } from '../resource.ts'
import { FieldProblem } from '../resource.ts'
import { parseTime, presentTime } from '../values.ts'
import { orEmpty } from './empty-filter.ts'
import { rangeFilter } from './range.ts'
import { idSchema, nullableIf, timeSchema } from './schemas.ts'

/** The record's UUID. */
export function id(): Field {
  return {
    description: 'The id of the record: a UUID that never changes.',
    example: '0197a1c2-5b1e-7c3a-9d40-2f6b8e1a7c55',
    schema: idSchema,
    columns: ['id'],
    present: (row) => row.id,
    filters: [idFilter('id', 'Only the records with these ids.')],
  }
}

/** `created_at` or `updated_at`, kept by Latchkey. */
export function recordTime(column: 'created_at' | 'updated_at', options: { writable?: true } = {}): Field {
  const field: Field = {
    description: column === 'created_at' ? 'When it was created.' : 'When it was last changed.',
    example: '2026-03-01T09:30:00Z',
    schema: timeSchema,
    columns: [column],
    present: (row) => presentTime(Number(row[column])),
    filters: [timeFilter(column)],
    sort: { column, kind: 'number', nullable: false },
  }
  if (options.writable) {
    field.write = {
      names: [column],
      schema: Type.Union([timeSchema, Type.Integer()]),
      accept(value, draft) {
        if (value !== null && value !== '') draft.row[column] = parseTime(value)
      },
    }
  }
  return field
}

/** The address of the record in the web app. */
export function link(resource: string): Field {
  return {
    description: 'Opens the record in the web app.',
    example: `https://latchkey.example.com/${resource}/0197a1c2-5b1e-7c3a-9d40-2f6b8e1a7c55`,
    schema: Type.String({ format: 'uri' }),
    columns: [],
    present: (row, context) => `${context.origin}/${resource}/${row.id}`,
  }
}

/** A moment that the client sets. */
export function time(options: {
  column: string
  description: string
  example?: string
  /** It is never empty. */
  always?: true
}): Field {
  const { column } = options
  const nullable = !options.always
  const filter = timeFilter(column)
  return {
    description: options.description,
    example: options.example,
    schema: nullableIf(nullable, timeSchema),
    columns: [column],
    initial: { [column]: null },
    present: (row) => (row[column] === null ? null : presentTime(Number(row[column]))),
    filters: [nullable ? orEmpty(filter, column) : filter],
    sort: { column, kind: 'number', nullable },
    write: {
      names: [column],
      schema: Type.Union([timeSchema, Type.Integer(), Type.Null()]),
      accept(value, draft) {
        draft.row[column] = value === null || value === '' ? null : parseTime(value)
      },
    },
  }
}

export function idFilter(column: string, description: string): Filter {
  return {
    param: column,
    description,
    schema: idSchema,
    list: true,
    range: false,
    apply: (query, condition) =>
      condition.kind === 'any' ? query.where(column, 'in', condition.values.map(requireId)) : query,
  }
}

/** What a filter by the ids of linked records says, and takes. */
export const orNone = '`none` means those without one.'
export const idOrNone = Type.Union([idSchema, Type.Literal('none')])

/** The ids among the values, and whether `none` is. @throws FieldProblem */
export function idsOrNone(values: readonly string[]): { ids: string[]; none: boolean } {
  const isNone = (value: string) => value.toLowerCase() === 'none'
  return { ids: values.filter((value) => !isNone(value)).map(requireId), none: values.some(isNone) }
}

/** @throws FieldProblem when the text is not a UUID. */
export function requireId(value: unknown): string {
  const parsed = typeof value === 'string' ? parseId(value) : null
  if (!parsed) throw new FieldProblem('is not a valid id', 'invalid_id')
  return parsed
}

function timeFilter(column: string): Filter {
  return rangeFilter({
    column,
    description: `Only records whose \`${column}\` is in this range; unix seconds or ISO 8601.`,
    schema: Type.Union([timeSchema, Type.Integer()]),
    parse: parseTime,
    // Times are shown in whole seconds, so a shown time means the whole second.
    step: 1000,
  })
}
