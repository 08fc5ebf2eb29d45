import Type from 'typebox'
import type { ErrorCode } from '../../errors/error-codes.ts'
import { idSchema } from '../../resource-layer/fields/schemas.ts'
import { requireId } from '../../resource-layer/fields/standard.ts'
import { tagKey, tagNames } from '../../resource-layer/fields/tags.ts'
import { type Draft, type Field, FieldProblem } from '../../resource-layer/resource.ts'
import type { Row, Value } from '../../storage/account-store.ts'
import { keptTags } from '../events/events.filters.ts'

/** Each list that is not empty narrows the events to those of records that stand in one of what it names. */
export interface Filters {
  pipeline_ids: string[]
  stage_ids: string[]
  process_type_ids: string[]
  tags: string[]
}

const none: Filters = { pipeline_ids: [], stage_ids: [], process_type_ids: [], tags: [] }
const mostEntries = 100
const column = 'filters'

const idLists = [
  { name: 'pipeline_ids', tables: ['pipelines'], unknown: 'unknown_pipeline' },
  { name: 'stage_ids', tables: ['stages', 'process_stages'], unknown: 'unknown_stage' },
  { name: 'process_type_ids', tables: ['process_types'], unknown: 'unknown_process_type' },
] as const satisfies readonly { name: keyof Filters; tables: readonly string[]; unknown: ErrorCode }[]

const ids = Type.Array(idSchema, { maxItems: mostEntries })
const tags = Type.Array(Type.String({ maxLength: 100 }), { maxItems: mostEntries })

/** The filters as they are stored. */
export function filtersIn(stored: Value | undefined): Filters {
  return { ...none, ...JSON.parse(String(stored ?? '{}')) }
}

/** Whether a row of `events` is one that the filters let through. */
export function passes(filters: Filters, event: Row): boolean {
  const stands = (wanted: readonly string[], id: Value | undefined) =>
    wanted.length === 0 || (typeof id === 'string' && wanted.includes(id))
  return (
    stands(filters.pipeline_ids, event.pipeline_id) &&
    stands(filters.stage_ids, event.stage_id) &&
    stands(filters.process_type_ids, event.process_type_id) &&
    (filters.tags.length === 0 || filters.tags.some((tag) => String(event.tags).includes(keptTags([tag]))))
  )
}

export function filtersField(): Field {
  return {
    description:
      'Only events of records that stand in one of each list: of these pipelines, stages, process types, and with one of these tags. An empty list lets all through; what stands in nothing of the kind does not pass. Writing replaces all four lists.',
    example: { ...none, tags: ['vip'] },
    schema: Type.Object(
      { pipeline_ids: ids, stage_ids: ids, process_type_ids: ids, tags },
      { additionalProperties: false },
    ),
    columns: [column],
    initial: { [column]: '{}' },
    present: (row) => filtersIn(row[column]),
    write: {
      names: [column],
      schema: Type.Object({
        pipeline_ids: Type.Optional(ids),
        stage_ids: Type.Optional(ids),
        process_type_ids: Type.Optional(ids),
        tags: Type.Optional(tags),
      }),
      async accept(value, draft, param) {
        const given = objectOf(value)
        for (const name of Object.keys(given)) if (!(name in none)) draft.ignored.add(`${param}[${name}]`)
        const filters: Filters = { ...none }
        for (const list of idLists) filters[list.name] = await knownIds(given[list.name], list, draft, param)
        filters.tags = tagNames(given.tags ?? []).filter((tag) => tagKey(tag) !== '')
        draft.row[column] = JSON.stringify(filters)
      },
    },
  }
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  if (value === null || value === '') return {}
  if (typeof value === 'object' && !Array.isArray(value)) return value as Record<string, unknown>
  throw new FieldProblem('must be an object of lists, such as {"tags": ["vip"]}')
}

async function knownIds(
  given: unknown,
  { name, tables, unknown }: (typeof idLists)[number],
  draft: Draft,
  param: string,
): Promise<string[]> {
  const list = Array.isArray(given)
    ? given
    : given === undefined || given === null || given === ''
      ? []
      : [given]
  if (list.length > mostEntries)
    throw new FieldProblem(`has more than ${mostEntries} entries in ${name}`, 'too_many_values')
  const found = [...new Set(list.filter((id) => id !== '').map(requireId))]
  // Sending back what was read is no error, even when one of them was deleted meanwhile.
  const before = filtersIn(draft.existing?.[column])[name]
  for (const id of found.filter((one) => !before.includes(one))) {
    const rows = await Promise.all(tables.map((table) => draft.writer.find(table, id)))
    if (rows.some((row) => row?.deleted_at === null)) continue
    draft.problem(unknown, `${param}[${name}]`, `${param}[${name}] is invalid`)
  }
  return found
}
