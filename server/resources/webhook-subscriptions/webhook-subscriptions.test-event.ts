import Type from 'typebox'
import { present } from '../../resource-layer/present.ts'
import type { ReadContext, Resource } from '../../resource-layer/resource.ts'
import { objectSchema } from '../../resource-layer/schema.ts'
import type { AccountWriter, Row } from '../../storage/account-store.ts'
import { dataOf } from '../events/events.data.ts'
import { events } from '../events/events.schema.ts'

/** The type of a test event. It is delivered alone, and stands in no list of events. */
export const testType = 'webhook.test'

/** The JSON schema of a test event; `resource` is that of the subscriptions. */
export function testEventSchema(resource: Resource): Type.TObject {
  const { properties } = objectSchema(events) as Type.TObject
  return Type.Object(
    {
      ...properties,
      type: Type.Literal(testType),
      data: dataOf(Type.Literal(resource.name), Type.Object({}), objectSchema(resource)),
    },
    { additionalProperties: false, description: 'A test that somebody asked for: it tells of nothing else.' },
  )
}

/** The body of a test: an event like any other, about the subscription itself. */
export async function testEvent(
  subscription: { resource: Resource; row: Row },
  { writer, read }: { writer: AccountWriter; read: ReadContext },
): Promise<{ id: string; payload: string }> {
  const { resource, row } = subscription
  const id = writer.newId()
  const [record] = await present(resource, [row], { ...read, flags: new Set() })
  const event: Row = {
    id,
    type: testType,
    occurred_at: writer.at,
    position: 0,
    actor_kind: writer.actor.kind,
    actor_id: writer.actor.id,
    actor_name: null,
    resource: resource.name,
    record_id: row.id ?? null,
    request_id: writer.origin.requestId,
    changed: '{}',
    record: JSON.stringify(record),
    created_at: writer.at,
    updated_at: writer.at,
    deleted_at: null,
  }
  const [shown] = await present(events, [event], { ...read, flags: new Set() })
  return { id, payload: JSON.stringify(shown) }
}
