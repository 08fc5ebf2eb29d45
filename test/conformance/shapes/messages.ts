import { contact } from './records.ts'
import {
  address,
  flag,
  integer,
  list,
  nullable,
  object,
  schemaOf,
  shape,
  text,
  time,
  uuid,
  words,
} from './schema.ts'
import { person } from './set-up.ts'

const record = { id: uuid, created_at: time, updated_at: time }
const direction = words('inbound', 'outbound')
const linked = object({ id: uuid, name: text, link: address })
const conversationOf = object({ id: uuid, subject: text })

/** What Latchkey says of every call, text and mail beside the contract. */
const associations = {
  contact: nullable(linked),
  user: nullable(person),
}

/** What became of a message (honest sending). */
const outcome = {
  status: words('queued', 'sent', 'delivered', 'failed', 'not_sent', 'received', 'recorded'),
  status_reason: nullable(text),
  sent_at: nullable(time),
  delivered_at: nullable(time),
}

/** There is no such object in the contract. */
export const capturedMessage = shape(
  { id: uuid, created_at: time, updated_at: time },
  {
    added: {
      kind: words('email', 'text', 'webhook'),
      from: nullable(text),
      to: list(text),
      subject: nullable(text),
      body: text,
      headers: { type: 'object' },
      record: nullable(object({ type: text, id: uuid })),
    },
  },
)

export const call = shape(
  {
    ...record,
    direction,
    outcome: text,
    from: text,
    to: text,
    deal: nullable(linked),
    process: nullable(linked),
    recording_url: nullable(address),
  },
  {
    added: {
      ...associations,
      description: nullable(text),
      duration_seconds: nullable(integer),
      conversation: nullable(conversationOf),
    },
  },
)

export const textMessage = shape(
  {
    ...record,
    to: text,
    from: text,
    description: nullable(text),
    body: nullable(text),
    direction,
    manually_added: flag,
  },
  {
    added: {
      ...associations,
      ...outcome,
      deal: nullable(linked),
      process: nullable(linked),
      conversation: conversationOf,
    },
  },
)

/** There is no such object in the contract. */
export const email = shape(record, {
  added: {
    ...textMessage.added,
    from: text,
    to: list(text),
    cc: list(text),
    subject: text,
    body: nullable(text),
    description: nullable(text),
    direction,
    manually_added: flag,
  },
})

export const conversation = shape(
  {
    ...record,
    kind: words('email', 'phone'),
    inbox: text,
    subject: text,
    status: words('active', 'resolved'),
    tags: list(text),
    assignee: nullable(person),
    link: address,
  },
  {
    added: {
      participant: nullable(text),
      contacts: list(schemaOf(contact)),
      deal: nullable(linked),
      process: nullable(linked),
      last_message_at: nullable(time),
    },
  },
)

export const uploadedFile = shape(
  { ...record, name: text, size: integer, content_type: text, url: address },
  {
    added: {
      public_access: flag,
      uploadable_id: uuid,
      uploadable_type: text,
      user: nullable(person),
      sha256: { type: 'string', pattern: '^[0-9a-f]{64}$' },
      link: address,
    },
  },
)
