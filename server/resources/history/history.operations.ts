import Type from 'typebox'
import { ApiError } from '../../errors/api-error.ts'
import { eventNamesOf } from '../../resource-layer/events.ts'
import { idSchema, nullableIf, timeSchema } from '../../resource-layer/fields/schemas.ts'
import type { Resource } from '../../resource-layer/resource.ts'
import { tellChanges, toldSchema } from '../../resource-layer/told-changes.ts'
import { presentTime } from '../../resource-layer/values.ts'
import { notFound } from '../../resource-layer/write.ts'
import { pageParameters } from '../../rest/list-documentation.ts'
import { readPage } from '../../rest/list-query.ts'
import { accessTo, type Call, type Operation, type Parameter } from '../../rest/operation.ts'
import { deletedParameter, idParameter, listMeta, pascal, words } from '../../rest/shapes.ts'
import type { AccountStore, Row } from '../../storage/account-store.ts'
import { actorNames } from '../events/events.actors.ts'
import { actorSchema, presentActor } from '../events/events.data.ts'
import type { StayOwner } from '../stage-stays/stage-stays.keeping.ts'
import { entryStays, stayFields } from './history.stays.ts'

/**
 * `GET /{resource}/{id}/history`: every change of a record, from the change log, which is kept for ever.
 * @param owner of what stands in stages: each change of the stage tells of the stay that it began
 */
export function historyOperation(resource: Resource, owner: StayOwner | null = null): Operation {
  const word = words(resource.singular)
  return {
    id: `list${pascal(resource.singular)}History`,
    method: 'GET',
    path: `/${resource.name}/{id}/history`,
    tag: resource.title,
    summary: `List what happened to a ${word}`,
    description: [
      'Every change, the newest last unless it is asked for otherwise: when, by whom, and what was changed, with the values before and after.',
      ...(owner === null
        ? []
        : [
            'A change that brought it into a stage tells the `stage`, when it came and left, and how long it stood there; elsewhere these are null.',
          ]),
    ].join(' '),
    parameters: [idParameter, deletedParameter, ...pageParameters, direction],
    responses: [
      {
        status: 200,
        description: 'A page of them.',
        schema: Type.Object(
          { data: Type.Array(entrySchema(resource, owner)), meta: listMeta },
          { additionalProperties: false },
        ),
      },
    ],
    ...accessTo(resource, 'read'),
    async handle(call) {
      const id = await recordId(resource, call)
      const { page, size } = readPage(call.query)
      const newestFirst = isDescending(call)
      const { rows, total } = await changesOf(call.read.store, resource, id, { page, size, newestFirst })
      const data = await entriesOf(rows, resource, owner, call.read.store)
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

const direction: Parameter = {
  name: 'order_direction',
  in: 'query',
  description: '`desc` begins with the newest.',
  schema: Type.String({ enum: ['asc', 'desc'], default: 'asc' }),
}

function entrySchema(resource: Resource, owner: StayOwner | null) {
  return Type.Object(
    {
      id: idSchema,
      occurred_at: timeSchema,
      action: Type.String({ enum: ['created', 'updated', 'deleted', 'restored'] }),
      events: Type.Array(Type.String(), { description: 'The types of its events.' }),
      actor: actorSchema,
      request_id: nullableIf(true, Type.String()),
      changed: toldSchema(resource),
      ...(owner === null ? {} : stayFields),
    },
    { additionalProperties: false },
  )
}

function isDescending({ query }: Call): boolean {
  const given = query.order_direction
  if (given === undefined || given === '' || given === 'asc') return false
  if (given === 'desc') return true
  throw new ApiError('invalid_parameter', 'order_direction must be asc or desc', { param: 'order_direction' })
}

async function recordId(resource: Resource, call: Call): Promise<string> {
  const id = call.path.id ?? ''
  const row = await call.read.store.find(resource.name, id)
  const isHidden = row?.deleted_at !== null && !call.read.flags.has(deletedParameter.name)
  if (!row || isHidden) throw notFound(resource, id, row !== null)
  return id
}

async function changesOf(
  store: AccountStore,
  resource: Resource,
  id: string,
  { page, size, newestFirst }: { page: number; size: number; newestFirst: boolean },
): Promise<{ rows: Row[]; total: number }> {
  const changes = store.from('changes').where('resource', '=', resource.name).where('record_id', '=', id)
  const [counted, rows] = await Promise.all([
    changes.select((on) => on.fn.countAll<number>().as('total')).executeTakeFirst(),
    changes
      .selectAll()
      .orderBy('occurred_at', newestFirst ? 'desc' : 'asc')
      .orderBy('id', newestFirst ? 'desc' : 'asc')
      .limit(size)
      .offset((page - 1) * size)
      .execute(),
  ])
  return { rows, total: Number(counted?.total ?? 0) }
}

async function entriesOf(
  rows: readonly Row[],
  resource: Resource,
  owner: StayOwner | null,
  store: AccountStore,
) {
  const actors = rows.map((row) => ({
    actor_kind: String(row.actor_kind),
    actor_id: row.actor_id === null ? null : String(row.actor_id),
  }))
  const names = await actorNames(actors, store)
  const changes = rows.map((row) => JSON.parse(String(row.changed)))
  const stays = owner === null ? null : await entryStays(rows, changes, owner, store)
  const kept = changes.map((changed) => ({
    table: resource.name,
    record: null,
    changed: tellChanges(resource, changed),
  }))
  const told = (await store.sight?.withoutUnseen(kept, store)) ?? kept
  return rows.map((row, at) => {
    const happened = { action: String(row.action), changed: changes[at] }
    return {
      id: row.id,
      occurred_at: presentTime(Number(row.occurred_at)),
      action: row.action,
      events: eventNamesOf(resource, happened),
      actor: presentActor({ ...row, actor_name: names.get(String(row.actor_id)) ?? null }),
      request_id: row.request_id,
      changed: told[at]?.changed,
      ...stays?.[at],
    }
  })
}
