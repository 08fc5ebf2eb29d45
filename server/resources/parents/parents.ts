import Type from 'typebox'
import { ApiError } from '../../errors/api-error.ts'
import type { Bounds } from '../../resource-layer/access.ts'
import { idSchema } from '../../resource-layer/fields/schemas.ts'
import { idFilter, requireId } from '../../resource-layer/fields/standard.ts'
import { textFilter } from '../../resource-layer/fields/text.ts'
import { type Draft, type Field, FieldProblem, type Hooks } from '../../resource-layer/resource.ts'
import { oneText } from '../../resource-layer/values.ts'
import type { AccountWriter, Row } from '../../storage/account-store.ts'

/** What can carry notes and files: the word for one of them, and the table. */
const kinds = [
  { word: 'Deal', table: 'deals' },
  { word: 'Contact', table: 'contacts' },
  { word: 'Property', table: 'properties' },
  { word: 'Unit', table: 'units' },
  { word: 'Process', table: 'processes' },
  { word: 'Task', table: 'tasks' },
  { word: 'Conversation', table: 'conversations' },
] as const

type Kind = (typeof kinds)[number]

interface ParentOptions {
  /** Column and field that say what kind of record it is: `parent_type`. */
  type: string
  /** Column and field that say which: `parent_id`. */
  id: string
  /** How the kind reads and is kept: `Deal` or `deals`. Both are understood (`contract.md` §3). */
  shows: keyof Kind
  /** What belongs there, in a sentence: `the note`. */
  what: string
  /** The plural of it: `notes`. */
  many: string
}

/** The record of any of several kinds that something belongs to. */
export interface Parent {
  typeField: Field
  idField: Field
  /** Whoever sees the parent may see what belongs to it. */
  bounds: Bounds
  /** Part of `beforeWrite`: the parent has to be there. */
  check(draft: Draft): Promise<void>
  /** It does not come back before its parent. */
  beforeRestore: NonNullable<Hooks['beforeRestore']>
}

export function parentOf(options: ParentOptions): Parent {
  const { type, id, shows, what, many } = options
  const words = kinds.map((kind) => kind[shows])
  return {
    bounds: {
      parent: { kind: type, id, tables: Object.fromEntries(kinds.map((kind) => [kind[shows], kind.table])) },
    },
    typeField: {
      description: 'What kind of record it belongs to. `Deal` and `deals` are both understood.',
      example: words[0],
      schema: Type.String({ enum: words }),
      columns: [type],
      present: (row) => row[type],
      filters: [
        {
          ...textFilter(type),
          apply: (query, condition) =>
            condition.kind === 'any'
              ? query.where(
                  type,
                  'in',
                  condition.values.map((value) => requireKind(value, shows)[shows]),
                )
              : query,
        },
      ],
      write: {
        names: [type],
        schema: Type.String(),
        required: true,
        accept(value, draft) {
          if (value === null || value === '') throw new FieldProblem('is missing', 'missing_field')
          draft.row[type] = requireKind(value, shows)[shows]
        },
      },
    },
    idField: {
      description: 'The record it belongs to.',
      schema: idSchema,
      columns: [id],
      present: (row) => row[id],
      filters: [idFilter(id, `Only the ${many} of these records.`)],
      write: {
        names: [id],
        schema: idSchema,
        required: true,
        accept(value, draft) {
          if (value === null || value === '') throw new FieldProblem('is missing', 'missing_field')
          draft.row[id] = requireId(value)
        },
      },
    },
    async check({ row, existing, supplied, writer, problem }) {
      if (existing && existing[id] === row[id] && existing[type] === row[type]) return
      if (await isLive(writer, row)) return
      const param = supplied.get(id) ?? null
      problem('unknown_parent', param, `${param ?? id} is invalid`)
    },
    async beforeRestore(writer, row) {
      if (await isLive(writer, row)) return
      throw new ApiError('parent_deleted', `What ${what} belongs to is deleted; restore that first`)
    },
  }

  async function isLive(writer: AccountWriter, row: Row): Promise<boolean> {
    const kind = kinds.find((known) => known[shows] === row[type])
    const parent = kind ? await writer.find(kind.table, String(row[id])) : null
    return parent?.deleted_at === null
  }
}

/** `Deal`, `deal` and `deals` mean the same. @throws FieldProblem */
function requireKind(value: unknown, shows: keyof Kind): Kind {
  const wanted = oneText(value).toLowerCase()
  const kind = kinds.find(({ word, table }) => wanted === word.toLowerCase() || wanted === table)
  if (!kind) throw new FieldProblem(`must be one of ${kinds.map((known) => known[shows]).join(', ')}`)
  return kind
}
