import Type, { type TSchema } from 'typebox'
import { reference } from '../../resource-layer/fields/reference.ts'
import { idSchema, nullableIf, timeSchema } from '../../resource-layer/fields/schemas.ts'
import type { Field, ReadContext } from '../../resource-layer/resource.ts'
import { presentTime } from '../../resource-layer/values.ts'
import type { AccountStore, Row, Value } from '../../storage/account-store.ts'
import { parentFilters } from './tasks.filters.ts'

const named = shape({ id: idSchema, name: Type.String() })
const linked = shape({ id: idSchema, name: Type.String(), link: Type.String({ format: 'uri' }) })
const stage = shape({ id: idSchema, name: Type.String(), status: Type.String() })
const exampleId = '0197a1c2-5b1e-7c3a-9d40-2f6b8e1a7c55'

/** The process of a task with its type and stage (`contract.md` §4). */
export function itsProcess(): Field {
  const field = reference({
    column: 'process_id',
    to: 'processes',
    description: 'The process it is part of.',
    example: {
      id: exampleId,
      name: 'Renewal of 18 Alder Court',
      process_type_id: exampleId,
      process_type: {
        id: exampleId,
        name: 'Lease Renewals',
        link: `https://latchkey.example.com/process_types/${exampleId}`,
      },
      created_at: '2026-03-01T09:30:00Z',
      stage: { id: exampleId, name: 'In progress', status: 'working' },
    },
    shows: ['id', 'name'],
    unknown: 'unknown_process',
  })
  return {
    ...field,
    schema: nullableIf(
      true,
      shape({
        id: idSchema,
        name: Type.String(),
        process_type_id: idSchema,
        process_type: linked,
        created_at: timeSchema,
        stage,
      }),
    ),
    filters: [...(field.filters ?? []), ...parentFilters],
    load: loadProcesses,
  }
}

/** The deal of a task with its pipeline and stage (`contract.md` §4). */
export function itsDeal(): Field {
  return {
    ...reference({
      column: 'deal_id',
      to: 'deals',
      description: 'The deal it is part of.',
      shows: ['id', 'name'],
      unknown: 'unknown_deal',
    }),
    schema: nullableIf(true, shape({ id: idSchema, name: Type.String(), pipeline: named, stage })),
    load: loadDeals,
  }
}

/** The step that it was made from (`contract.md` §4). */
export function itsStep(): Field {
  return {
    ...reference({
      column: 'step_id',
      to: 'steps',
      description:
        'The step of the process type that it does. A new task takes over the kind, name and description of its step unless they are sent.',
      shows: ['id', 'kind', 'description', 'delay_minutes'],
      filterNames: ['step_ids'],
      unknown: 'unknown_step',
    }),
    schema: nullableIf(
      true,
      shape({
        id: idSchema,
        kind: Type.String(),
        description: Type.String(),
        delay_minutes: Type.Integer(),
      }),
    ),
  }
}

function shape(properties: Record<string, TSchema>): TSchema {
  return Type.Object(properties, { additionalProperties: false })
}

async function loadProcesses(rows: readonly Row[], { store, origin }: ReadContext) {
  const columns = ['id', 'name', 'process_type_id', 'created_at', 'stage_id']
  const processes = await byId(store, 'processes', columns, valuesIn(rows, 'process_id'))
  const [types, stages] = await Promise.all([
    byId(store, 'process_types', ['id', 'name'], valuesIn(processes.values(), 'process_type_id')),
    byId(store, 'process_stages', stageColumns, valuesIn(processes.values(), 'stage_id')),
  ])
  const linked = mapped(types, ({ id, name }) => ({ id, name, link: `${origin}/process_types/${id}` }))
  const shown = mapped(processes, ({ id, name, process_type_id, created_at, stage_id }) => ({
    id,
    name,
    process_type_id,
    process_type: linked.get(process_type_id ?? null),
    created_at: presentTime(Number(created_at)),
    stage: stages.get(stage_id ?? null),
  }))
  return (row: Row) => shown.get(row.process_id ?? null) ?? null
}

async function loadDeals(rows: readonly Row[], { store }: ReadContext) {
  const columns = ['id', 'name', 'pipeline_id', 'stage_id']
  const deals = await byId(store, 'deals', columns, valuesIn(rows, 'deal_id'))
  const [pipelines, stages] = await Promise.all([
    byId(store, 'pipelines', ['id', 'name'], valuesIn(deals.values(), 'pipeline_id')),
    byId(store, 'stages', stageColumns, valuesIn(deals.values(), 'stage_id')),
  ])
  const shown = mapped(deals, ({ id, name, pipeline_id, stage_id }) => ({
    id,
    name,
    pipeline: pipelines.get(pipeline_id ?? null),
    stage: stages.get(stage_id ?? null),
  }))
  return (row: Row) => shown.get(row.deal_id ?? null) ?? null
}

/** What many tasks of a page show is made once. */
function mapped<T>(rows: ReadonlyMap<Value, Row>, show: (row: Row) => T): Map<Value, T> {
  return new Map(Array.from(rows, ([id, row]) => [id, show(row)]))
}

const stageColumns = ['id', 'name', 'status']

function valuesIn(rows: Iterable<Row>, column: string): string[] {
  const values = new Set<string>()
  for (const { [column]: value } of rows) if (typeof value === 'string') values.add(value)
  return [...values]
}

async function byId(
  store: AccountStore,
  table: string,
  columns: readonly string[],
  ids: readonly string[],
): Promise<Map<Value, Row>> {
  const found = await store.rowsIn({ table, columns, column: 'id', values: ids })
  return new Map(found.map((row) => [row.id ?? null, row]))
}
