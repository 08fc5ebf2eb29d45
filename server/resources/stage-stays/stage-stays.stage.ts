import Type from 'typebox'
import { parseSwitch } from '../../resource-layer/fields/boolean.ts'
import { idSchema } from '../../resource-layer/fields/schemas.ts'
import { idFilter, requireId } from '../../resource-layer/fields/standard.ts'
import type { Field, Filter } from '../../resource-layer/resource.ts'
import type { AccountStore, Row, Value } from '../../storage/account-store.ts'

export const shownStage = Type.Object(
  { id: idSchema, name: Type.String(), status: Type.String() },
  { additionalProperties: false },
)

/** A stage of a pipeline or of a process type, as it is called today. */
export function itsStage(): Field {
  return {
    description:
      'The stage, of a pipeline or of a process type, with its name and status of today; also one that is deleted.',
    example: { id: '0197a1c2-5b1e-7c3a-9d40-2f6b8e1a7c55', name: 'In progress', status: 'working' },
    schema: shownStage,
    columns: ['stage_id'],
    filters: [idFilter('stage_id', 'Only stays in these stages, of pipelines or of process types.')],
    async load(rows, { store }) {
      const byId = await stagesOf(store, rows)
      return (row) => byId.get(row.stage_id ?? null)
    },
  }
}

/** The stages of these stays by their ids. */
export async function stagesOf(store: AccountStore, stays: readonly Row[]): Promise<Map<Value, Row>> {
  const ids = [...new Set(stays.map((stay) => String(stay.stage_id)))]
  if (ids.length === 0) return new Map()
  const found = await Promise.all(
    ['stages', 'process_stages'].map((table) =>
      store.from(table).select(['id', 'name', 'status']).where('id', 'in', ids).execute(),
    ),
  )
  return new Map(found.flat().map((stage) => [stage.id ?? null, stage]))
}

/** By the pipeline or process type that the stage belongs to. */
export function setupFilter(column: 'pipeline_id' | 'process_type_id', stages: string, of: string): Filter {
  return {
    param: column,
    description: `Only stays in stages of these ${of}.`,
    schema: idSchema,
    list: true,
    range: false,
    apply: (query, condition, { store }) =>
      condition.kind === 'any'
        ? query.where(
            'stage_id',
            'in',
            store.from(stages).select('id').where(column, 'in', condition.values.map(requireId)),
          )
        : query,
  }
}

/** Ended, or still going on. */
export const openFilter: Filter = {
  param: 'open',
  description: 'With true, only stays that go on; with false, only those that have ended.',
  schema: Type.Boolean(),
  list: false,
  range: false,
  apply: (query, condition) =>
    condition.kind === 'any'
      ? query.where('left_at', parseSwitch(condition.values[0]) ? 'is' : 'is not', null)
      : query,
}
