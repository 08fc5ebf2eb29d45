import Type from 'typebox'
import { idSchema, nullableIf, timeSchema } from '../../resource-layer/fields/schemas.ts'
import type { Resource } from '../../resource-layer/resource.ts'
import { presentTime } from '../../resource-layer/values.ts'
import { notFound } from '../../resource-layer/write.ts'
import { pageParameters } from '../../rest/list-documentation.ts'
import { readPage } from '../../rest/list-query.ts'
import type { Operation } from '../../rest/operation.ts'
import { idParameter, listMeta, pascal, words } from '../../rest/shapes.ts'
import type { AccountStore } from '../../storage/account-store.ts'

const staySchema = Type.Object(
  {
    stage: Type.Object(
      { id: idSchema, name: Type.String(), status: Type.String() },
      { additionalProperties: false },
    ),
    entered_at: timeSchema,
    left_at: nullableIf(true, timeSchema),
    seconds: Type.Integer({ description: 'How long it stood there, until now for the last one.' }),
  },
  { additionalProperties: false },
)

const exampleId = '0197a1c2-5b1e-7c3a-9d40-2f6b8e1a7c55'

const example = {
  data: [
    {
      stage: { id: exampleId, name: 'Backlog', status: 'backlog' },
      entered_at: '2026-03-01T09:30:00Z',
      left_at: '2026-03-02T09:30:00Z',
      seconds: 86_400,
    },
    {
      stage: { id: exampleId.replace(/5$/, '6'), name: 'In progress', status: 'working' },
      entered_at: '2026-03-02T09:30:00Z',
      left_at: null,
      seconds: 3_600,
    },
  ],
  meta: { page_number: 1, total_count: 2, total_pages: 1, per_page: 25, next_cursor: null, has_more: false },
}

/** `GET /{deals|processes}/{id}/history`: the stages that a record stood in, from the change log. */
export function historyOperation(resource: Resource, stages: string): Operation {
  return {
    id: `list${pascal(resource.singular)}History`,
    method: 'GET',
    path: `/${resource.name}/{id}/history`,
    tag: resource.title,
    summary: `List the stages that a ${words(resource.singular)} stood in`,
    description:
      'Every stay in a stage, the newest last, with the times of entering and leaving; `left_at` is null where it stands now. Stages have their names of today.',
    parameters: [idParameter, ...pageParameters],
    responses: [
      {
        status: 200,
        description: 'A page of them.',
        schema: Type.Object(
          { data: Type.Array(staySchema), meta: listMeta },
          { additionalProperties: false },
        ),
        example,
      },
    ],
    access: 'read',
    async handle(call) {
      const { store } = call.read
      const id = call.path.id ?? ''
      const row = await store.find(resource.name, id)
      if (!row || row.deleted_at !== null) throw notFound(resource, id, row !== null)
      const { page, size } = readPage(call.query)
      for (const name of Object.keys(call.query)) {
        if (!pageParameters.some((known) => known.name === name)) call.ignored.add(name)
      }
      const stays = await staysOf(store, resource.name, id, stages)
      const data = stays.slice((page - 1) * size, page * size)
      const meta = {
        page_number: page,
        total_count: stays.length,
        total_pages: Math.ceil(stays.length / size),
        per_page: size,
        next_cursor: null,
        has_more: page * size < stays.length,
      }
      return { status: 200, body: { data, meta }, records: data.length }
    },
  }
}

async function staysOf(store: AccountStore, resource: string, id: string, stages: string) {
  const entered = await stageEntries(store, resource, id)
  const ids = [...new Set(entered.map(({ stageId }) => stageId))]
  const known =
    ids.length === 0
      ? []
      : await store.from(stages).select(['id', 'name', 'status']).where('id', 'in', ids).execute()
  const byId = new Map(known.map((stage) => [String(stage.id), stage]))
  const now = Date.now()
  return entered.map(({ stageId, at }, index) => {
    const left = entered[index + 1]?.at ?? null
    const stage = byId.get(stageId)
    return {
      stage: { id: stageId, name: stage?.name ?? '', status: stage?.status ?? '' },
      entered_at: presentTime(at),
      left_at: left === null ? null : presentTime(left),
      seconds: Math.max(0, Math.floor(((left ?? now) - at) / 1000)),
    }
  })
}

interface Entry {
  stageId: string
  /** Milliseconds since 1970. */
  at: number
}

async function stageEntries(store: AccountStore, resource: string, id: string): Promise<Entry[]> {
  const changes = await store
    .from('changes')
    .select(['occurred_at', 'changed'])
    .where('resource', '=', resource)
    .where('record_id', '=', id)
    .where('action', 'in', ['created', 'updated'])
    .orderBy('occurred_at')
    .orderBy('id')
    .execute()
  return changes.flatMap(({ occurred_at: at, changed }): Entry[] => {
    const moved: unknown = JSON.parse(String(changed)).stage_id?.[1]
    return typeof moved === 'string' ? [{ stageId: moved, at: Number(at) }] : []
  })
}
