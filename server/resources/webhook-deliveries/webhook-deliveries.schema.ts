import Type from 'typebox'
import { boolean } from '../../resource-layer/fields/boolean.ts'
import { choice } from '../../resource-layer/fields/choice.ts'
import { computed } from '../../resource-layer/fields/computed.ts'
import { integer } from '../../resource-layer/fields/number.ts'
import { readOnly } from '../../resource-layer/fields/read-only.ts'
import { reference } from '../../resource-layer/fields/reference.ts'
import { idSchema } from '../../resource-layer/fields/schemas.ts'
import { id, idFilter, recordTime, time } from '../../resource-layer/fields/standard.ts'
import { text } from '../../resource-layer/fields/text.ts'
import { defineResource } from '../../resource-layer/resource.ts'
import { typeFilter } from '../events/events.filters.ts'
import { attemptsField } from './webhook-deliveries.attempts.ts'
import { payloadField } from './webhook-deliveries.payload.ts'

const subscription = reference({
  column: 'subscription_id',
  to: 'webhook_subscriptions',
  description: 'The subscription that it is for.',
  shows: ['id', 'target_url'],
  required: true,
  unknown: 'unknown_record',
})

/** Read only: deliveries follow from events. */
export const webhookDeliveries = defineResource({
  name: 'webhook_deliveries',
  singular: 'webhook_delivery',
  title: 'Webhook deliveries',
  area: 'webhooks',
  bounds: { through: [{ column: 'subscription_id', table: 'webhook_subscriptions' }] },
  description:
    'What was sent to a webhook subscription, or waits to be sent: one for each event, and one more each time that it is delivered again. They are kept for 42 days.',
  operations: ['list', 'get'],
  isLogged: false,
  adminsOnly: true,
  fields: {
    id: id(),
    subscription: readOnly(subscription),
    event: {
      ...computed({
        description: 'The event that is told of. Its id is the `webhook-id` of every attempt.',
        schema: Type.Object({ id: idSchema, type: Type.String() }, { additionalProperties: false }),
        columns: ['event_id', 'type', 'record_id'],
        example: { id: '0197a1c2-5b1e-7c3a-9d40-2f6b8e1a7c55', type: 'deal.created' },
        present: (row) => ({ id: row.event_id, type: row.type }),
      }),
      filters: [
        {
          ...typeFilter,
          description: 'Only deliveries of events of these types; `deal.*` means all of deals.',
        },
        idFilter('event_id', 'Only deliveries of these events.'),
        idFilter('record_id', 'Only deliveries of events of these records.'),
      ],
    },
    status: readOnly(
      choice({
        column: 'status',
        description:
          '`pending` until the receiver answers with 2xx (`delivered`), all attempts have failed (`failed`), or the subscription is disabled or deleted (`canceled`).',
        choices: ['pending', 'delivered', 'failed', 'canceled'],
        required: true,
      }),
    ),
    is_test: readOnly(boolean({ column: 'is_test', description: 'Whether it is a test.' })),
    is_redelivery: readOnly(
      boolean({
        column: 'is_redelivery',
        description: 'Whether somebody asked for it to be delivered again.',
      }),
    ),
    attempts_count: readOnly(
      integer({
        column: 'attempts_count',
        description: 'How many attempts have begun.',
        example: 1,
        required: true,
      }),
    ),
    next_attempt_at: readOnly(
      time({
        column: 'next_attempt_at',
        description:
          'When the next attempt is due; during an attempt, when the next begins if nothing is heard of it. Null when none will be, and while an earlier delivery of the same record has not ended.',
      }),
    ),
    response_status: readOnly(
      integer({
        column: 'response_status',
        description: 'The status that the last attempt was answered with; null where there was no answer.',
        example: 200,
      }),
    ),
    duration_ms: readOnly(
      integer({
        column: 'duration_ms',
        description: 'How long the last attempt took, in milliseconds.',
        example: 87,
      }),
    ),
    error: text({
      column: 'error',
      description: 'Why the last attempt failed; null where it did not.',
      nullable: true,
      readOnly: true,
    }),
    attempts: attemptsField(),
    payload: payloadField(),
    created_at: recordTime('created_at'),
    updated_at: recordTime('updated_at'),
  },
})
