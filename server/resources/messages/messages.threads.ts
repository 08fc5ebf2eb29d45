import { ApiError } from '../../errors/api-error.ts'
import type { Draft } from '../../resource-layer/resource.ts'
import { amend, create } from '../../resource-layer/write.ts'
import type { AccountStore, AccountWriter, Row, Value } from '../../storage/account-store.ts'
import { conversations } from '../conversations/conversations.schema.ts'
import { contactAt, type Parties, usersAt } from './messages.parties.ts'

/** The tables whose rows stand in conversations. */
const threaded = ['text_messages', 'emails', 'calls']
const longestSubject = 255

interface Place {
  /** Null where a call does not say between whom it was. */
  parties: Parties | null
  /** What a conversation that begins with it is about. */
  subject(): string
  /** Of an inbound mail: to whom else it went. */
  receivers?: readonly string[]
}

/**
 * Puts a message into its conversation, in its own transaction: the one that was sent, the latest between the
 * same parties, or a new one. Who sends or makes it is its user, and takes a conversation that nobody has.
 */
export async function placeMessage(draft: Draft, place: Place): Promise<void> {
  const { row, existing, writer, supplied, ownerId } = draft
  const { parties } = place
  if (!existing) {
    if (!supplied.has('user') && row.direction === 'outbound') row.user_id = ownerId
    if (!supplied.has('contact') && parties) row.contact_id = await contactAt(writer.whole, parties)
  }
  if (row.conversation_id !== null) {
    if (row.conversation_id !== existing?.conversation_id) await checkKind(draft)
  } else if (parties) {
    row.conversation_id = (await latestBetween(writer, parties)) ?? (await begin(draft, parties, place))
  }
  draft.later(() => tellConversations(draft, place))
}

/** The message is about to be deleted: its conversation forgets its time. */
export async function leaveConversation(writer: AccountWriter, row: Row): Promise<void> {
  const conversation = row.conversation_id
    ? await writer.find('conversations', String(row.conversation_id))
    : null
  if (!conversation) return
  const last_message_at = await lastMessageAt(writer, String(conversation.id), String(row.id))
  await amend(writer, conversations, conversation, { last_message_at })
}

/** A message comes back only into a conversation that is there. */
export async function rejoinConversation(writer: AccountWriter, row: Row): Promise<void> {
  if (!row.conversation_id) return
  const conversation = await writer.find('conversations', String(row.conversation_id))
  if (conversation?.deleted_at !== null) {
    throw new ApiError('parent_deleted', 'Its conversation is deleted; restore the conversation first')
  }
  const last_message_at = Math.max(Number(conversation.last_message_at), Number(row.created_at))
  await amend(writer, conversations, conversation, { last_message_at })
}

async function checkKind({ row, resource, writer, supplied, problem }: Draft): Promise<void> {
  const kind = resource.name === 'emails' ? 'email' : 'phone'
  const conversation = await writer.find('conversations', String(row.conversation_id))
  if (conversation?.kind === kind) return
  const param = supplied.get('conversation') ?? 'conversation_id'
  problem('invalid_field', param, `${param} is invalid: the conversation is not of the kind ${kind}`)
}

async function latestBetween(store: AccountStore, parties: Parties): Promise<string | null> {
  const row = await store
    .from('conversations')
    .select('id')
    .where('kind', '=', parties.kind)
    .where('inbox', '=', parties.inbox)
    .where('participant', '=', parties.participant)
    .where('deleted_at', 'is', null)
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row ? String(row.id) : null
}

async function begin(draft: Draft, parties: Parties, place: Place): Promise<string> {
  const { writer, timeZone, ownerId } = draft
  const fields = { ...parties, subject: place.subject().slice(0, longestSubject) }
  const settings = { timeZone, ownerId, ignored: new Set<string>() }
  return String((await create(writer, conversations, { fields, wrapper: null }, settings)).id)
}

/** Brings the conversations that a written message is or was part of up to date. */
async function tellConversations(draft: Draft, place: Place): Promise<void> {
  const { row, existing, writer } = draft
  const hasMoved = existing !== null && existing.conversation_id !== row.conversation_id
  if (hasMoved) await leaveConversation(writer, existing)
  const conversation = row.conversation_id
    ? await writer.find('conversations', String(row.conversation_id))
    : null
  if (!conversation) return
  const last = await lastMessageAt(writer, String(conversation.id))
  const set: Row = { last_message_at: last }
  if (!existing) {
    // What comes in is news again, unless it is recorded afterwards.
    if (row.direction === 'inbound' && row.created_at === last) set.status = 'active'
    set.user_id = (await stillThere(writer, conversation.user_id)) ?? (await assigneeFor(draft, place))
    set.deal_id = conversation.deal_id ?? row.deal_id ?? null
    set.process_id = conversation.process_id ?? row.process_id ?? null
  }
  const linked = row.contact_id === existing?.contact_id && !hasMoved ? {} : await linkContact(writer, row)
  await amend(writer, conversations, conversation, set, linked)
}

/** Whoever left keeps what they resolved; when it goes on, it is nobody's. */
async function stillThere(writer: AccountStore, userId: Value | undefined): Promise<Value> {
  const user = userId ? await writer.find('users', String(userId)) : null
  return user?.deleted_at === null ? (user.id ?? null) : null
}

/**
 * Who gets a conversation that nobody has: for what goes out the sender, or the colleague that it goes to;
 * for a mail that comes in the one person whose address it went to, unless it went to a shared one as well.
 */
async function assigneeFor({ row, writer, sending }: Draft, place: Place): Promise<Value> {
  const { parties, receivers = [] } = place
  if (row.direction === 'outbound') {
    const [colleague] = parties?.kind === 'email' ? await usersAt(writer, [parties.participant]) : []
    const sender = row.user_id ? await writer.find('users', String(row.user_id)) : null
    return colleague?.id ?? (sender?.deleted_at === null ? (sender.id ?? null) : null)
  }
  if (parties?.kind !== 'email' || receivers.includes(sending?.mailFrom ?? '')) return null
  const [owner] = await usersAt(writer, [parties.inbox])
  return owner?.id ?? null
}

/** Makes the contact of the message one of the conversation's; returns it as a change. */
async function linkContact(writer: AccountWriter, row: Row): Promise<Record<string, [Value, Value]>> {
  if (!row.contact_id) return {}
  const linked = await writer
    .from('conversation_contacts')
    .select('contact_id')
    .where('conversation_id', '=', row.conversation_id ?? null)
    .orderBy('position')
    .execute()
  const ids = linked.map(({ contact_id: id }) => String(id))
  if (ids.includes(String(row.contact_id))) return {}
  await writer.insert('conversation_contacts', {
    conversation_id: row.conversation_id ?? null,
    contact_id: row.contact_id,
    position: ids.length,
  })
  return { contact_ids: [ids.join(','), [...ids, row.contact_id].join(',')] }
}

/** When the latest message of a conversation was, in milliseconds since 1970. */
async function lastMessageAt(
  store: AccountStore,
  conversationId: string,
  without: string | null = null,
): Promise<number | null> {
  let last: number | null = null
  for (const table of threaded) {
    const messages = store
      .from(table)
      .select('created_at')
      .where('conversation_id', '=', conversationId)
      .where('deleted_at', 'is', null)
    const others = without === null ? messages : messages.where('id', '!=', without)
    const row = await others.orderBy('created_at', 'desc').limit(1).executeTakeFirst()
    if (row && (last === null || Number(row.created_at) > last)) last = Number(row.created_at)
  }
  return last
}
