import Type from 'typebox'
import { ApiError } from '../../errors/api-error.ts'
import type { EventType } from '../../resource-layer/events.ts'
import type { Resource } from '../../resource-layer/resource.ts'
import { exportOperations } from '../../rest/export.ts'
import { pageParameters } from '../../rest/list-documentation.ts'
import { readFlag, readPage } from '../../rest/list-query.ts'
import type { Operation, Parameter } from '../../rest/operation.ts'
import { resourceOperations } from '../../rest/resource-operations.ts'
import { listMeta } from '../../rest/shapes.ts'
import { allEventTypes, payloadSchema } from './event-types.ts'
import { events } from './events.schema.ts'
import { type Live, streamOperation } from './events.stream.ts'

/** `GET /events`, `/events/{id}`, `/events/stream` and `/event_types`. */
export function eventOperations(resources: readonly Resource[], live: Live): Operation[] {
  return [
    ...[...resourceOperations(events), ...exportOperations(events)].map((operation) =>
      afterPublishing(operation, live),
    ),
    streamOperation(live),
    ...typeOperations(allEventTypes(resources)),
  ]
}

/** Lets an operation on events see the change that its client has just made. */
export function afterPublishing(operation: Operation, { settled }: Pick<Live, 'settled'>): Operation {
  return {
    ...operation,
    async handle(call) {
      await settled(call.caller.accountId)
      return operation.handle(call)
    },
  }
}

const typeName = {
  name: Type.String({ description: 'As in `type` of an event.' }),
  resource: Type.String({ description: 'The kind of record it is about.' }),
  action: Type.String(),
  description: Type.String(),
}

const jsonSchema = Type.Record(Type.String(), Type.Unknown(), {
  description: 'The JSON schema (2020-12) of such an event, as it is read and delivered.',
})

const typeSchema = Type.Object({ ...typeName, schema: jsonSchema }, { additionalProperties: false })

const listedTypeSchema = Type.Object(
  { ...typeName, schema: Type.Optional(jsonSchema) },
  { additionalProperties: false },
)

const schemaFlag: Parameter = {
  name: 'include_schema',
  in: 'query',
  description: 'With false, the types come without their schemas, which are long.',
  schema: Type.Boolean({ default: true }),
}

function typeOperations(types: readonly EventType[]): Operation[] {
  return [
    {
      id: 'listEventTypes',
      method: 'GET',
      path: '/event_types',
      tag: events.title,
      summary: 'List the types of events',
      description: 'Every type of event that there is, with the JSON schema of its payload.',
      parameters: [...pageParameters, schemaFlag],
      responses: [
        {
          status: 200,
          description: 'A page of them.',
          schema: Type.Object(
            { data: Type.Array(listedTypeSchema), meta: listMeta },
            { additionalProperties: false },
          ),
        },
      ],
      access: 'read',
      need: null,
      async handle(call) {
        const { page, size } = readPage(call.query)
        const show = readFlag(call.query, schemaFlag.name) === false ? named : shown
        const data = types.slice((page - 1) * size, page * size).map(show)
        const meta = {
          page_number: page,
          total_count: types.length,
          total_pages: Math.ceil(types.length / size),
          per_page: size,
          next_cursor: null,
          has_more: page * size < types.length,
        }
        return { status: 200, body: { data, meta }, records: data.length }
      },
    },
    {
      id: 'getEventType',
      method: 'GET',
      path: '/event_types/{name}',
      tag: events.title,
      summary: 'Get one type of event',
      description: 'Its description, and the JSON schema of its payload.',
      parameters: [
        {
          name: 'name',
          in: 'path',
          description: 'Its name, such as `deal.stage_changed`.',
          schema: Type.String({ examples: ['deal.stage_changed'] }),
          required: true,
        },
      ],
      responses: [
        {
          status: 200,
          description: 'The type.',
          schema: Type.Object({ data: typeSchema }, { additionalProperties: false }),
        },
      ],
      access: 'read',
      need: null,
      async handle(call) {
        const type = types.find(({ name }) => name === call.path.name)
        if (!type) {
          throw new ApiError(
            'not_found',
            'There is no such type of event. GET /rest/event_types lists all that there are.',
          )
        }
        return { status: 200, body: { data: shown(type) }, records: 1 }
      },
    },
  ]
}

function shown(type: EventType) {
  return { ...named(type), schema: payloadSchema(type) }
}

function named({ name, resource, action, description }: EventType) {
  return { name, resource: resource.name, action, description }
}
