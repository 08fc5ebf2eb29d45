import Type from 'typebox'
import { nullableIf, timeSchema } from '../../resource-layer/fields/schemas.ts'
import type { Resource } from '../../resource-layer/resource.ts'
import { presentTime } from '../../resource-layer/values.ts'
import { notFound } from '../../resource-layer/write.ts'
import { pageParameters } from '../../rest/list-documentation.ts'
import { readPage } from '../../rest/list-query.ts'
import type { Operation } from '../../rest/operation.ts'
import { idParameter, listMeta, pascal, words } from '../../rest/shapes.ts'
import type { AccountStore } from '../../storage/account-store.ts'
import type { StayOwner } from '../stage-stays/stage-stays.keeping.ts'
import { shownStage, stagesOf } from '../stage-stays/stage-stays.stage.ts'

const staySchema = Type.Object(
  {
    stage: shownStage,
    entered_at: timeSchema,
    left_at: nullableIf(true, timeSchema),
    seconds: Type.Integer({ description: 'How long it stood there, until now for the last one.' }),
  },
  { additionalProperties: false },
)

/** `GET /{deals|processes}/{id}/history`: the stages that a record stood in. */
export function historyOperation(resource: Resource, owner: StayOwner): Operation {
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
      const { data, total } = await staysOf(store, owner, id, { page, size })
      const meta = {
        page_number: page,
        total_count: total,
        total_pages: Math.ceil(total / size),
        per_page: size,
        next_cursor: null,
        has_more: page * size < total,
      }
      return { status: 200, body: { data, meta }, records: data.length }
    },
  }
}

async function staysOf(
  store: AccountStore,
  owner: StayOwner,
  id: string,
  { page, size }: { page: number; size: number },
) {
  const stays = store.from('stage_stays').where(owner, '=', id)
  const [counted, rows] = await Promise.all([
    stays.select((on) => on.fn.countAll<number>().as('total')).executeTakeFirst(),
    stays
      .select(['stage_id', 'entered_at', 'left_at'])
      .orderBy('entered_at')
      .orderBy('id')
      .limit(size)
      .offset((page - 1) * size)
      .execute(),
  ])
  const byId = await stagesOf(store, rows)
  const now = Date.now()
  const data = rows.map(({ stage_id: stageId, entered_at: entered, left_at: left }) => ({
    stage: byId.get(stageId ?? null),
    entered_at: presentTime(Number(entered)),
    left_at: left === null ? null : presentTime(Number(left)),
    seconds: Math.max(0, Math.floor((Number(left ?? now) - Number(entered)) / 1000)),
  }))
  return { data, total: Number(counted?.total ?? 0) }
}
