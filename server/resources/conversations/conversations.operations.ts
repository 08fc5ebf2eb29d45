import Type, { type TSchema } from 'typebox'
import type { Resource } from '../../resource-layer/resource.ts'
import { bodySchema, objectSchema } from '../../resource-layer/schema.ts'
import { create, notFound, requireRecord } from '../../resource-layer/write.ts'
import { pageParameters } from '../../rest/list-documentation.ts'
import { readPage } from '../../rest/list-query.ts'
import { accessTo, type Operation } from '../../rest/operation.ts'
import { createdReply, inputOf } from '../../rest/replies.ts'
import { idParameter, listMeta } from '../../rest/shapes.ts'
import type { AccountStore, Row } from '../../storage/account-store.ts'
import { emails } from '../emails/emails.schema.ts'
import { textMessages } from '../text-messages/text-messages.schema.ts'
import { conversations } from './conversations.schema.ts'
import { messageResources, threadPage } from './conversations.thread.ts'

const path = `/${conversations.name}/{id}/messages`
const message = Type.Union(messageResources.map(typedSchema))

/** `GET` and `POST /conversations/{id}/messages`: the thread as people read and answer it. */
export function threadOperations(): Operation[] {
  return [listMessages, addMessage]
}

const listMessages: Operation = {
  id: 'listConversationMessages',
  method: 'GET',
  path,
  tag: conversations.title,
  summary: 'List all that stands in a conversation',
  description:
    'Its texts, e-mails and calls together, the oldest first. The `type` of each says which fields it has: those of `GET /text_messages/{id}`, `/emails/{id}` or `/calls/{id}`.',
  parameters: [idParameter, ...pageParameters],
  responses: [
    {
      status: 200,
      description: 'A page of them.',
      schema: Type.Object({ data: Type.Array(message), meta: listMeta }, { additionalProperties: false }),
    },
  ],
  ...accessTo(conversations, 'read'),
  async handle(call) {
    const { id } = await requireLive(call.read.store, call.path.id ?? '')
    const place = readPage(call.query)
    const { objects, total } = await threadPage(String(id), place, call.read)
    const meta = {
      page_number: place.page,
      total_count: total,
      total_pages: Math.ceil(total / place.size),
      per_page: place.size,
      next_cursor: null,
      has_more: place.page * place.size < total,
    }
    return { status: 200, body: { data: objects, meta }, records: objects.length }
  },
}

const addMessage: Operation = {
  id: 'createConversationMessage',
  method: 'POST',
  path,
  tag: conversations.title,
  summary: 'Write a text or e-mail into a conversation',
  description:
    'A text in a conversation of the kind `phone`, an e-mail in one of the kind `email`. It goes from the inbox to the other party unless `from` or `to` say otherwise, and the other way round when it is inbound. Its fields are those of `POST /text_messages` or `POST /emails`.',
  parameters: [idParameter],
  body: { schema: answerSchema(), wrapper: 'message', example: { body: 'See you on Friday at 10.' } },
  responses: [
    {
      status: 201,
      description: 'The text or e-mail, with its status.',
      schema: Type.Object(
        { data: Type.Union([textMessages, emails].map(typedSchema)) },
        { additionalProperties: false },
      ),
    },
  ],
  ...accessTo(conversations, 'write'),
  handle: (call) =>
    call.write(async (writer, read) => {
      const conversation = await requireRecord(writer, conversations, call.path.id ?? '', 'update')
      const resource = conversation.kind === 'email' ? emails : textMessages
      const input = inputOf({ singular: 'message', wrapped: false }, call.body)
      const fields = { ...addressed(conversation, input.fields), conversation_id: conversation.id }
      const row = await create(writer, resource, { ...input, fields }, call.writeSettings)
      const reply = await createdReply(resource, row, read)
      const { data } = reply.body as { data: object }
      return { ...reply, body: { data: { type: resource.singular, ...data } } }
    }),
}

async function requireLive(store: AccountStore, id: string): Promise<Row> {
  const row = await store.find(conversations.name, id)
  if (!row || row.deleted_at !== null) throw notFound(conversations, id, row !== null)
  return row
}

/** The fields with the ends that the client left out. */
function addressed(conversation: Row, fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const ends = [conversation.inbox, conversation.participant]
  const isInbound = String(fields.direction).toLowerCase() === 'inbound'
  const [from, to] = isInbound ? ends.toReversed() : ends
  return { ...(from ? { from } : {}), ...(to ? { to } : {}), ...fields }
}

/** A record with the word for what it is. */
function typedSchema(resource: Resource): TSchema {
  const { properties, ...rest } = objectSchema(resource) as TSchema & { properties: Record<string, TSchema> }
  return Type.Object({ type: Type.Literal(resource.singular), ...properties }, rest)
}

/** What both take, and the subject and copies of an e-mail; nothing is required that the conversation knows. */
function answerSchema(): TSchema {
  const of = (resource: Resource) =>
    (bodySchema(resource, 'update') as { properties?: Record<string, TSchema> }).properties
  const { conversation_id: _, from: __, to: ___, ...properties } = { ...of(textMessages), ...of(emails) }
  return Type.Object(properties)
}
