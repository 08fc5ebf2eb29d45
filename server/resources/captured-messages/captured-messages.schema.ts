import Type from 'typebox'
import { choice } from '../../resource-layer/fields/choice.ts'
import { computed } from '../../resource-layer/fields/computed.ts'
import { readOnly } from '../../resource-layer/fields/read-only.ts'
import { idSchema, nullableIf } from '../../resource-layer/fields/schemas.ts'
import { id, idFilter, recordTime } from '../../resource-layer/fields/standard.ts'
import { text } from '../../resource-layer/fields/text.ts'
import { defineResource } from '../../resource-layer/resource.ts'
import { capturedKinds } from '../../sandbox/capture.ts'
import { receivers } from './captured-messages.receivers.ts'

/** What a captured message is, by the name of its resource, which decides who sees it as well. */
const recordTypes = ['emails', 'text_messages', 'webhook_deliveries'] as const

const example = { type: 'emails', id: '0197a1c2-5b1e-7c3a-9d40-2f6b8e1a7c55' }

/** Read only: what a sandbox would have sent. */
export const capturedMessages = defineResource({
  name: 'captured_messages',
  singular: 'captured_message',
  title: 'Outbox',
  area: 'messages',
  bounds: {
    parent: {
      kind: 'record_type',
      id: 'record_id',
      tables: Object.fromEntries(recordTypes.map((type) => [type, type])),
    },
  },
  description:
    'What a sandbox would have sent: e-mails, texts and webhooks. Nothing leaves a sandbox; it is captured here instead, and kept for 42 days. In a live account there are none. Whoever may not see a message or a webhook delivery does not see it here either.',
  operations: ['list', 'get'],
  isLogged: false,
  fields: {
    id: id(),
    created_at: { ...recordTime('created_at'), description: 'When it would have been sent.' },
    kind: readOnly(
      choice({
        column: 'kind',
        description: 'What it is.',
        choices: [...capturedKinds],
        required: true,
      }),
    ),
    from: text({
      column: 'from',
      description: 'The address or number that it would have come from; null for a webhook.',
      example: 'office@example.com',
      nullable: true,
      readOnly: true,
      filter: true,
      search: true,
    }),
    to: receivers(),
    subject: text({
      column: 'subject',
      description: 'The subject of an e-mail, the type of the event of a webhook; null for a text.',
      example: 'Your viewing on Friday',
      nullable: true,
      readOnly: true,
      search: true,
    }),
    body: text({
      column: 'body',
      description: 'All that it says; of a webhook exactly what was signed.',
      example: 'See you at 10.',
      long: true,
      readOnly: true,
      search: true,
    }),
    headers: computed({
      description: 'The headers that it would have had; of a webhook with its signatures. A text has none.',
      example: { 'message-id': '<0197a1c2-5b1e-7c3a-9d40-2f6b8e1a7c55@example.com>' },
      schema: Type.Record(Type.String(), Type.String()),
      columns: ['headers'],
      present: (row) => JSON.parse(String(row.headers)),
    }),
    record: {
      ...computed({
        description:
          'The e-mail, text or webhook delivery that it is; null for a mail of Latchkey itself, such as one about a key.',
        example,
        schema: nullableIf(
          true,
          Type.Object(
            { type: Type.String({ enum: [...recordTypes] }), id: idSchema },
            { additionalProperties: false },
          ),
        ),
        columns: ['record_type', 'record_id'],
        present: (row) => (row.record_id === null ? null : { type: row.record_type, id: row.record_id }),
      }),
      filters: [
        idFilter('record_id', 'Only what was captured of these e-mails, texts or webhook deliveries.'),
      ],
    },
    updated_at: recordTime('updated_at'),
  },
})
