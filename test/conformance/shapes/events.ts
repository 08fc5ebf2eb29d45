import { address, flag, integer, list, nullable, object, shape, text, time, uuid, words } from './schema.ts'

const actor = object({ kind: words('user', 'key', 'system'), id: nullable(uuid), name: nullable(text) })
const changed = { type: 'object', additionalProperties: object({ from: {}, to: {} }) }
const recordTimes = { created_at: time, updated_at: time }

/** There is no such object in the contract; its names are those of `contract.md` §5. */
export const event = shape(
  { id: uuid, ...recordTimes },
  {
    added: {
      type: { type: 'string', pattern: '^[a-z_]+\\.[a-z_]+$' },
      timestamp: time,
      position: integer,
      actor,
      data: object({
        resource: text,
        record_id: uuid,
        request_id: nullable(text),
        changed,
        record: nullable({ type: 'object' }),
      }),
    },
  },
)

export const webhookSubscription = shape(
  { id: uuid, event_name: text, target_url: address, ...recordTimes },
  {
    added: {
      event_names: list(text),
      filters: object({
        pipeline_ids: list(uuid),
        stage_ids: list(uuid),
        process_type_ids: list(uuid),
        tags: list(text),
      }),
      description: text,
      status: words('active', 'paused', 'disabled'),
      disabled_reason: nullable(text),
      disabled_at: nullable(time),
      failing_since: nullable(time),
      last_delivered_at: nullable(time),
      created_by: nullable(object({ id: uuid, name: text })),
    },
  },
)

/** There is no such object in the contract. */
export const webhookDelivery = shape(
  { id: uuid, ...recordTimes },
  {
    added: {
      subscription: object({ id: uuid, target_url: address }),
      event: object({ id: uuid, type: text }),
      status: words('pending', 'delivered', 'failed', 'canceled'),
      is_test: flag,
      is_redelivery: flag,
      attempts_count: integer,
      next_attempt_at: nullable(time),
      response_status: nullable(integer),
      duration_ms: nullable(integer),
      error: nullable(text),
    },
    flagged: {
      include_attempts: { attempts: list({ type: 'object' }) },
      include_payload: { payload: nullable(text) },
    },
  },
)

/** An entry of a history; of deals and processes with the stay in a stage that it began. */
export const historyEntry = {
  id: uuid,
  occurred_at: time,
  action: words('created', 'updated', 'deleted', 'restored'),
  events: list(text),
  actor,
  request_id: nullable(text),
  changed,
}
