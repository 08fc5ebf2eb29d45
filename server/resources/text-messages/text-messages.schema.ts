import { phone } from '../../resource-layer/fields/phone.ts'
import { id, recordTime } from '../../resource-layer/fields/standard.ts'
import { text } from '../../resource-layer/fields/text.ts'
import { defineResource } from '../../resource-layer/resource.ts'
import { sendingEvents } from '../messages/messages.events.ts'
import {
  associations,
  direction,
  itsConversation,
  manuallyAdded,
  messageBounds,
  outcome,
  remark,
} from '../messages/messages.fields.ts'
import { rejoinConversation } from '../messages/messages.threads.ts'
import { deleteText, writeText } from './text-messages.rules.ts'

export const textMessages = defineResource({
  name: 'text_messages',
  singular: 'text_message',
  title: 'Text messages',
  area: 'messages',
  bounds: messageBounds,
  description:
    'A text message. An outbound one is sent as soon as it is created, unless it is `manually_added`; its `status` says what became of it.',
  events: sendingEvents,
  hooks: { beforeWrite: writeText, beforeDelete: deleteText, beforeRestore: rejoinConversation },
  fields: {
    id: id(),
    from: phone({
      column: 'from',
      description: 'The number it comes from. For one that is to be sent, a number of yours at the provider.',
      required: true,
    }),
    to: phone({ column: 'to', description: 'The number it goes to.', required: true }),
    description: remark(),
    body: text({
      column: 'body',
      description: 'What it says.',
      example: 'Your showing is confirmed for Friday at 10.',
      max: 1_600,
      long: true,
      nullable: true,
      search: true,
    }),
    direction: direction(),
    manually_added: manuallyAdded(),
    ...outcome(),
    ...associations(),
    conversation: itsConversation({ filled: true }),
    created_at: recordTime('created_at', { writable: true }),
    updated_at: recordTime('updated_at'),
  },
})
