import type { Resource } from '../resource-layer/resource.ts'
import { toldSchema } from '../resource-layer/told-changes.ts'
import { allEventTypes, payloadSchema } from '../resources/events/event-types.ts'
import { events } from '../resources/events/events.schema.ts'
import { webhookSubscriptions } from '../resources/webhook-subscriptions/webhook-subscriptions.schema.ts'
import {
  testEventSchema,
  testType,
} from '../resources/webhook-subscriptions/webhook-subscriptions.test-event.ts'
import { pascal } from '../rest/shapes.ts'
import type { JsonObject, WebhookObject } from './openapi.types.ts'
import { plain, type Schemas } from './schemas.ts'

/** What is sent to the addresses of webhook subscriptions: one entry a type of event (OpenAPI 3.1, `webhooks`). */
export function webhooksOf(resources: readonly Resource[], schemas: Schemas): Record<string, WebhookObject> {
  const types = allEventTypes(resources).map((type) => ({
    name: type.name,
    description: type.description,
    schema: schemas.of(payloadSchema(type)),
  }))
  const test = {
    name: testType,
    description: 'Somebody tries the subscription; nothing has happened.',
    schema: schemas.of(testEventSchema(webhookSubscriptions)),
  }
  return Object.fromEntries(
    [...types, test].map(({ name, description, schema }) => [
      name,
      {
        post: {
          operationId: `on${pascal(name.replace('.', '_'))}`,
          tags: [events.title],
          summary: name,
          description,
          parameters: headers,
          requestBody: { required: true, content: { 'application/json': { schema } } },
          responses: answers,
        },
      },
    ]),
  )
}

/** Named schemas of what changes in the records of each kind, which several types of event have. */
export function changeSchemas(resources: readonly Resource[]): Record<string, JsonObject> {
  const kinds = new Set(allEventTypes(resources).map(({ resource }) => resource))
  return Object.fromEntries(
    [...kinds].map((resource) => [`${pascal(resource.singular)}Changes`, plain(toldSchema(resource))]),
  )
}

const headers = [
  header('webhook-id', 'The id of the event: the same in every attempt.', { type: 'string', format: 'uuid' }),
  header('webhook-timestamp', 'When the attempt was made, in seconds since 1970.', { type: 'integer' }),
  header('webhook-signature', 'Signatures by Standard Webhooks, separated by spaces.', { type: 'string' }),
  header('webhook-attempt', 'The number of the attempt, from 1.', { type: 'integer', minimum: 1 }),
]

function header(name: string, description: string, schema: JsonObject) {
  return { name, in: 'header', description, required: true, schema }
}

const answers = {
  '2XX': { description: 'It has arrived.' },
  '410': { description: 'The subscription is disabled, and nothing more is sent to it.' },
  default: { description: 'It has not arrived, and is sent again later.' },
}
