import Type, { type TSchema } from 'typebox'
import type { ErrorCode } from '../../errors/error-codes.ts'
import type { Row, Select } from '../../storage/account-store.ts'
import { present } from '../present.ts'
import {
  columnsOf,
  type Draft,
  type Field,
  FieldProblem,
  type ReadContext,
  type Resource,
} from '../resource.ts'
import { objectSchema } from '../schema.ts'
import { readNotedList } from '../told-changes.ts'
import { knownRecord } from './reference.ts'
import { idSchema } from './schemas.ts'
import { idOrNone, idsOrNone, orNone, requireId } from './standard.ts'

interface LinksOptions {
  to: Resource
  /** The table of pairs. */
  table: string
  own: string
  other: string
  description: string
  /** The field that takes the ids, such as `contact_ids`. */
  writeName: string
  aliases?: readonly string[]
  filterName: string
  unknown: ErrorCode
}

const mostLinks = 200
const noFlags: ReadonlySet<string> = new Set()

/** Records of another resource, many to many: written by their ids, read whole. */
export function links(options: LinksOptions): Field {
  const { to, table, own, other } = options
  return {
    description: options.description,
    schema: Type.Array(objectSchema(to)),
    columns: [],
    shows: { table: to.name, without: () => [] },
    told: [
      {
        stored: options.writeName,
        name: options.writeName,
        schema: Type.Array(idSchema),
        read: readNotedList,
      },
    ],
    async load(rows, context) {
      const linked = await context.store
        .joined(table, to.name, other, 'id')
        .select([
          `${table}.${own} as owner_id`,
          ...columnsOf(to, noFlags).map((column) => `${to.name}.${column}`),
        ])
        .where(
          `${table}.${own}`,
          'in',
          rows.map((row) => String(row.id)),
        )
        .where(`${to.name}.deleted_at`, 'is', null)
        .orderBy(`${table}.position`)
        .orderBy(`${to.name}.id`)
        .execute()
      const objects = await present(to, linked, { ...context, flags: noFlags })
      const byOwner = Map.groupBy(objects, (_, at) => linked[at]?.owner_id)
      return (row) => byOwner.get(row.id) ?? []
    },
    filters: [
      {
        param: options.filterName,
        description: `Only records with one of these ${to.name}. ${orNone}`,
        schema: idOrNone,
        list: true,
        range: false,
        apply: (query, condition, context) =>
          condition.kind === 'any'
            ? linkedTo(query, condition.values, { ...options, to: to.name }, context)
            : query,
      },
    ],
    write: {
      names: [options.writeName, ...(options.aliases ?? [])],
      schema: Type.Array(idSchema, { maxItems: mostLinks }) as TSchema,
      accept: async (value, draft, param) => {
        const list = Array.isArray(value) ? value : value === null || value === '' ? [] : [value]
        if (list.length > mostLinks)
          throw new FieldProblem(`has more than ${mostLinks} entries`, 'too_many_values')
        const ids = [...new Set(list.filter((id) => id !== '').map(requireId))]
        for (const id of ids) await knownRecord(draft, to.name, id, param, options.unknown)
        setLinks(draft, options, ids)
      },
    },
  }
}

/** The records that are linked to one of the ids, or to no record that is there. */
export function linkedTo(
  query: Select,
  values: readonly string[],
  { table, own, other, to }: { table: string; own: string; other: string; to: string },
  { store }: Pick<ReadContext, 'store'>,
): Select {
  const { ids, none } = idsOrNone(values)
  const live = store
    .joined(table, to, other, 'id')
    .select(`${table}.${own}`)
    .where(`${to}.deleted_at`, 'is', null)
  const one = store
    .joined(table, to, other, 'id')
    .select(`${table}.${own}`)
    .where(`${table}.${other}`, 'in', ids)
  if (!none) return query.where('id', 'in', one)
  if (ids.length === 0) return query.where('id', 'not in', live)
  return query.where((on) => on.or([on('id', 'in', one), on('id', 'not in', live)]))
}

/** Makes the record's links exactly these, once its row is written. */
export function setLinks(
  draft: Draft,
  pairs: { table: string; own: string; other: string; writeName: string },
  ids: readonly string[],
): void {
  const { writer, row } = draft
  // For rules that look at what is linked before it is written.
  draft.options.set(pairs.writeName, ids)
  draft.later(async () => {
    const before = draft.existing ? await linkedIds(draft, pairs) : []
    if (before.join() === ids.join()) return
    await writer.remove(pairs.table, { [pairs.own]: row.id })
    await writer.insert(
      pairs.table,
      ids.map((id, position): Row => ({ [pairs.own]: row.id, [pairs.other]: id, position })),
    )
    draft.noteChange(pairs.writeName, JSON.stringify(before), JSON.stringify(ids))
  })
}

async function linkedIds(
  draft: Draft,
  pairs: { table: string; own: string; other: string },
): Promise<string[]> {
  const rows = await draft.writer
    .from(pairs.table)
    .select([pairs.other])
    .where(pairs.own, '=', draft.row.id)
    .orderBy('position')
    .execute()
  return rows.map((row) => String(row[pairs.other]))
}
