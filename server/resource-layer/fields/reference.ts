import Type, { type TSchema } from 'typebox'
import type { ErrorCode } from '../../errors/error-codes.ts'
import type { Row } from '../../storage/account-store.ts'
import type { Draft, Field, ReadContext } from '../resource.ts'
import { FieldProblem } from '../resource.ts'
import { orEmpty } from './empty-filter.ts'
import { idSchema, nullableIf } from './schemas.ts'
import { idFilter, requireId } from './standard.ts'

interface ReferenceOptions {
  column: string
  /** The table of the record that is referred to. */
  to: string
  description: string
  /** Which columns of it are shown. */
  shows: readonly string[]
  example?: unknown
  required?: true
  /** Never null once it is created: what the client leaves out is completed. */
  filled?: true
  aliases?: readonly string[]
  /** Other query parameters for the same filter. */
  filterNames?: readonly string[]
  unknown: ErrorCode
  /** Whether the record's page in the web app is linked. */
  linked?: true
  /** Once created it stays as it is. */
  fixed?: true
}

/** A reference to one record: written by its id, read as a small object. */
export function reference(options: ReferenceOptions): Field {
  const { column, to } = options
  const nullable = !options.required && !options.filled
  const filter = idFilter(column, `Only records of these ${to.replaceAll('_', ' ')}.`)
  return {
    description: options.description,
    example: options.example,
    schema: nullableIf(nullable, shownSchema(options)),
    columns: [column],
    initial: { [column]: null },
    shows: { table: to, without: () => null },
    load: (rows, context) => loadShown(options, rows, context),
    filters: [column, ...(options.filterNames ?? [])].map((param) => ({
      ...(nullable ? orEmpty(filter, column, requireId) : filter),
      param,
    })),
    write: {
      names: [column, ...(options.aliases ?? [])],
      schema: nullableIf(nullable, idSchema),
      required: options.required === true,
      async accept(value, draft, param) {
        if (value === null || value === '') {
          if (options.required || (options.filled && draft.existing))
            throw new FieldProblem('is missing', 'missing_field')
          draft.row[column] = null
          return
        }
        await acceptId(value, draft, param, options)
      },
    },
  }
}

/** The record of that id if it exists and is not deleted; otherwise a problem in the draft. */
export async function knownRecord(
  draft: Draft,
  to: string,
  id: string,
  param: string,
  unknown: ErrorCode,
): Promise<Row | null> {
  const row = await draft.writer.find(to, id)
  if (row && row.deleted_at === null) return row
  draft.problem(unknown, param, `${param} is invalid`)
  return null
}

async function acceptId(value: unknown, draft: Draft, param: string, options: ReferenceOptions) {
  const { column, to } = options
  let id: string
  try {
    id = requireId(value)
  } catch {
    draft.problem(options.unknown, param, `${param} is invalid`)
    return
  }
  // Sending back what was read is no error, even when that record was deleted meanwhile.
  if (draft.existing && draft.existing[column] === id) return
  if (options.fixed && draft.existing) throw new FieldProblem('cannot be changed after creation')
  if (await knownRecord(draft, to, id, param, options.unknown)) draft.row[column] = id
}

function shownSchema(options: ReferenceOptions): TSchema {
  const properties = Object.fromEntries(
    options.shows.map((name) => [name, name === 'id' ? idSchema : Type.String()] as const),
  )
  return Type.Object(options.linked ? { ...properties, link: Type.String({ format: 'uri' }) } : properties, {
    additionalProperties: false,
  })
}

async function loadShown(options: ReferenceOptions, rows: readonly Row[], context: ReadContext) {
  const ids = [
    ...new Set(rows.map((row) => row[options.column]).filter((id) => id !== null && id !== undefined)),
  ]
  const shown = new Map<unknown, Record<string, unknown>>()
  if (ids.length > 0) {
    const columns = [...new Set(['id', ...options.shows])]
    const found = await context.store.rowsIn({ table: options.to, columns, column: 'id', values: ids })
    for (const row of found) {
      const object: Record<string, unknown> = {}
      for (const name of options.shows) object[name] = row[name]
      if (options.linked) object.link = `${context.origin}/${options.to}/${row.id}`
      shown.set(row.id, object)
    }
  }
  return (row: Row) => shown.get(row[options.column]) ?? null
}
