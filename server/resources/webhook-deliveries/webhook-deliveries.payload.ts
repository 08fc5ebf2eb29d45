import Type from 'typebox'
import { loaded } from '../../resource-layer/fields/computed.ts'
import { present } from '../../resource-layer/present.ts'
import { columnsOf, type Field, type ReadContext } from '../../resource-layer/resource.ts'
import type { Row } from '../../storage/account-store.ts'
import { events } from '../events/events.schema.ts'

/**
 * The bodies of these deliveries by their ids, exactly as they are sent: the JSON of the event. An event never
 * changes, so it is not stored a second time.
 */
export async function payloadsOf(rows: readonly Row[], context: ReadContext): Promise<Map<string, string>> {
  const eventIds = [...new Set(rows.filter((row) => row.payload === null).map((row) => String(row.event_id)))]
  const told = new Map<string, string>()
  if (eventIds.length > 0) {
    const found = await context.store
      .from('events')
      .select(columnsOf(events))
      .where('id', 'in', eventIds)
      .execute()
    const objects = await present(events, found, { ...context, flags: new Set() })
    for (const [at, event] of found.entries()) told.set(String(event.id), JSON.stringify(objects[at]))
  }
  return new Map(
    rows.flatMap((row): [string, string][] => {
      const payload = row.payload ?? told.get(String(row.event_id))
      return payload === undefined ? [] : [[String(row.id), String(payload)]]
    }),
  )
}

export function payloadField(): Field {
  return {
    ...loaded({
      description: 'The body exactly as it is sent and signed, as a text.',
      schema: Type.String(),
      async load(rows, context) {
        const payloads = await payloadsOf(rows, context)
        return (row) => payloads.get(String(row.id)) ?? ''
      },
    }),
    columns: ['payload'],
    flag: 'include_payload',
  }
}
