import Type from 'typebox'
import { type EventType, eventTypesOf } from '../../resource-layer/events.ts'
import type { Resource } from '../../resource-layer/resource.ts'
import { objectSchema } from '../../resource-layer/schema.ts'
import { toldSchema } from '../../resource-layer/told-changes.ts'
import { dataOf } from './events.data.ts'
import { events } from './events.schema.ts'

/** Every type of event, in the order of the resources. */
export function allEventTypes(resources: readonly Resource[]): EventType[] {
  return resources.flatMap(eventTypesOf)
}

/** The JSON schema of an event of the type, as it is read and delivered. */
export function payloadSchema({ name, resource, description }: EventType): Type.TObject {
  const { properties } = objectSchema(events) as Type.TObject
  return Type.Object(
    {
      ...properties,
      type: Type.Literal(name),
      data: dataOf(Type.Literal(resource.name), toldSchema(resource), objectSchema(resource)),
    },
    { additionalProperties: false, description },
  )
}
