import { reassigned } from '../../resource-layer/events.ts'
import { choice } from '../../resource-layer/fields/choice.ts'
import { links } from '../../resource-layer/fields/links.ts'
import { readOnly } from '../../resource-layer/fields/read-only.ts'
import { reference } from '../../resource-layer/fields/reference.ts'
import { id, link, recordTime, time } from '../../resource-layer/fields/standard.ts'
import { tags } from '../../resource-layer/fields/tags.ts'
import { text } from '../../resource-layer/fields/text.ts'
import { defineResource } from '../../resource-layer/resource.ts'
import { contacts } from '../contacts/contacts.schema.ts'
import { acceptInbox, acceptParticipant, deleteMessages, restoreMessages } from './conversations.rules.ts'

const inbox = text({
  column: 'inbox',
  description: "The account's own address or number in it.",
  example: '+15550104400',
  filter: true,
  sort: true,
  search: true,
})
const participant = text({
  column: 'participant',
  description: "The other party's address or number.",
  example: '+15550104477',
  nullable: true,
  filter: true,
  sort: true,
  search: true,
})

export const conversations = defineResource({
  name: 'conversations',
  singular: 'conversation',
  title: 'Conversations',
  area: 'messages',
  bounds: {
    through: [
      { column: 'deal_id', table: 'deals' },
      { column: 'process_id', table: 'processes' },
    ],
  },
  description:
    'All that went to and fro between an address or number of the account and another party: e-mails, or texts and calls. A message finds its conversation by itself. Deleting it deletes its messages, and restoring it brings them back.',
  searchThrough: [
    {
      table: 'conversation_contacts',
      own: 'conversation_id',
      to: { table: 'contacts', other: 'contact_id' },
    },
  ],
  events: [
    reassigned,
    {
      action: 'resolved',
      description: 'Nobody has to look at it any more.',
      when: ({ status }) => status?.[1] === 'resolved',
    },
    {
      action: 'reopened',
      description: 'Somebody has to look at it again.',
      when: ({ status }) => status?.[1] === 'active',
    },
  ],
  hooks: { beforeDelete: deleteMessages, beforeRestore: restoreMessages },
  fields: {
    id: id(),
    kind: choice({
      column: 'kind',
      description: 'By what it goes: `phone` covers texts and calls.',
      choices: ['email', 'phone'],
      required: true,
      fixed: true,
    }),
    inbox: {
      ...inbox,
      write: { names: ['inbox'], schema: inbox.schema, required: true, accept: acceptInbox },
    },
    participant: {
      ...participant,
      write: { names: ['participant'], schema: participant.schema, accept: acceptParticipant },
    },
    subject: text({
      column: 'subject',
      description: 'What it is about. One that begins with a message is called after it.',
      example: 'Text from (555) 010-4477',
      filter: true,
      sort: true,
      search: true,
    }),
    status: choice({
      column: 'status',
      description: 'Whether somebody has to look at it. What comes in makes it active again.',
      choices: ['active', 'resolved'],
      default: 'active',
    }),
    tags: tags('conversations'),
    assignee: reference({
      column: 'user_id',
      to: 'users',
      description:
        'Who takes care of it: whoever writes or calls first, unless somebody is named. It stays with them when others answer.',
      shows: ['id', 'name', 'email'],
      aliases: ['assignee_id'],
      filterNames: ['assignee_id'],
      unknown: 'unknown_user',
    }),
    contacts: links({
      to: contacts,
      table: 'conversation_contacts',
      own: 'conversation_id',
      other: 'contact_id',
      description: 'Who takes part.',
      writeName: 'contact_ids',
      aliases: ['contact_id'],
      filterName: 'contact_id',
      unknown: 'unknown_contact',
    }),
    deal: reference({
      column: 'deal_id',
      to: 'deals',
      description: 'The deal it belongs to; at first that of its first message.',
      shows: ['id', 'name'],
      linked: true,
      unknown: 'unknown_deal',
    }),
    process: reference({
      column: 'process_id',
      to: 'processes',
      description: 'The process it belongs to; at first that of its first message.',
      shows: ['id', 'name'],
      linked: true,
      unknown: 'unknown_process',
    }),
    last_message_at: readOnly(
      time({
        column: 'last_message_at',
        description: 'When the latest of its messages and calls was; null while it has none.',
      }),
    ),
    created_at: recordTime('created_at'),
    updated_at: recordTime('updated_at'),
    link: link('conversations'),
  },
})
