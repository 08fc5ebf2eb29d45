import Type from 'typebox'
import { choice } from '../../resource-layer/fields/choice.ts'
import { readOnly } from '../../resource-layer/fields/read-only.ts'
import { reference } from '../../resource-layer/fields/reference.ts'
import { id, recordTime, time } from '../../resource-layer/fields/standard.ts'
import { text } from '../../resource-layer/fields/text.ts'
import { defineResource } from '../../resource-layer/resource.ts'
import { eventNameField, eventNamesField } from './webhook-subscriptions.events.ts'
import { filtersField } from './webhook-subscriptions.filters.ts'
import { checkSubscription, closeSubscription, restoreSubscription } from './webhook-subscriptions.rules.ts'
import { stateField } from './webhook-subscriptions.state.ts'
import { targetUrlField } from './webhook-subscriptions.target.ts'

const user = reference({
  column: 'user_id',
  to: 'users',
  description: 'Who created it, or who is behind the key that did.',
  shows: ['id', 'name'],
  unknown: 'unknown_user',
})

const status = choice({
  column: 'status',
  description:
    '`active`, or `paused`: what happens is kept and delivered in order once it is active again. Latchkey makes it `disabled` when it has failed for 3 days, or at once when the receiver answers 410; then nothing is kept for it. Writing `active` enables it again; `POST …/redeliver` brings what was missed.',
  choices: ['active', 'paused', 'disabled'],
  default: 'active',
})

export const webhookSubscriptions = defineResource({
  name: 'webhook_subscriptions',
  singular: 'webhook_subscription',
  title: 'Webhook subscriptions',
  area: 'webhooks',
  bounds: { maker: 'key_id' },
  description:
    'An address that Latchkey tells of events as they happen, by the Standard Webhooks specification: a signed POST for each event, repeated until the receiver answers with 2xx.',
  setup: true,
  adminsOnly: true,
  hooks: {
    beforeWrite: checkSubscription,
    beforeDelete: closeSubscription,
    beforeRestore: restoreSubscription,
  },
  fields: {
    id: id(),
    event_name: eventNameField(),
    event_names: eventNamesField(),
    target_url: targetUrlField(),
    filters: filtersField(),
    description: text({
      column: 'description',
      description: 'What it is for.',
      example: 'Accounting: new owners',
      max: 1_000,
      search: true,
    }),
    status,
    disabled_reason: text({
      column: 'disabled_reason',
      description: 'Why Latchkey disabled it; null while it has not.',
      nullable: true,
      readOnly: true,
    }),
    disabled_at: readOnly(
      time({ column: 'disabled_at', description: 'When Latchkey disabled it; null while it has not.' }),
    ),
    failing_since: stateField(
      'failing_since',
      'Since when every delivery to it has failed; null while all is well.',
    ),
    last_delivered_at: stateField('last_delivered_at', 'When a delivery last arrived; null while none has.'),
    created_by: readOnly({
      ...user,
      schema: Type.Union([
        Type.Object(
          { id: Type.String({ format: 'uuid' }), name: Type.String() },
          { additionalProperties: false },
        ),
        Type.Null(),
      ]),
    }),
    created_at: recordTime('created_at'),
    updated_at: recordTime('updated_at'),
  },
})
