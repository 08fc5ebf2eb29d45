import { emailAddress, emailAddresses } from '../../resource-layer/fields/email-addresses.ts'
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
import { acceptSubject, deleteEmail, writeEmail } from './emails.rules.ts'

const subject = text({
  column: 'subject',
  description: 'What it is about, on one line.',
  example: 'Your application for 18 Alder Court',
  filter: true,
  sort: true,
  search: true,
})

export const emails = defineResource({
  name: 'emails',
  singular: 'email',
  title: 'E-mails',
  area: 'messages',
  bounds: messageBounds,
  description:
    'An e-mail. An outbound one is sent as soon as it is created, unless it is `manually_added`; its `status` says what became of it.',
  events: sendingEvents,
  hooks: { beforeWrite: writeEmail, beforeDelete: deleteEmail, beforeRestore: rejoinConversation },
  fields: {
    id: id(),
    from: emailAddress({
      column: 'from',
      description:
        'The address it comes from. One that is to be sent comes from the address of this server, which is the default, or of a user of the account.',
      example: 'nadia@example.com',
    }),
    to: emailAddresses({
      resource: 'emails',
      column: 'to',
      description: 'The addresses it goes to.',
      example: ['rosa.field@example.com'],
      required: true,
    }),
    cc: emailAddresses({
      resource: 'emails',
      column: 'cc',
      description: 'The addresses that get a copy. With `to`, at most 50.',
      example: [],
    }),
    subject: subject.write ? { ...subject, write: { ...subject.write, accept: acceptSubject } } : subject,
    body: text({
      column: 'body',
      description: 'What it says, as plain text; newlines are kept.',
      example: 'Hi Rosa,\n\nyour application is complete. We will call you on Friday.',
      long: true,
      nullable: true,
      search: true,
    }),
    description: remark(),
    direction: direction(),
    manually_added: manuallyAdded(),
    ...outcome(),
    ...associations(),
    conversation: itsConversation({ filled: true }),
    created_at: recordTime('created_at', { writable: true }),
    updated_at: recordTime('updated_at'),
  },
})
