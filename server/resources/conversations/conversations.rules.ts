import { deleteChildren, restoreChildren } from '../../resource-layer/children.ts'
import { emailKey, parseEmails } from '../../resource-layer/fields/contact-points.ts'
import { parsePhone } from '../../resource-layer/fields/phone.ts'
import { type Draft, FieldProblem } from '../../resource-layer/resource.ts'
import type { AccountWriter, Row } from '../../storage/account-store.ts'
import { cancelQueued } from '../messages/messages.sending.ts'

const messages = ['text_messages', 'emails', 'calls'].map((resource) => ({
  resource,
  column: 'conversation_id',
}))

/** The own address or number, which a conversation keeps. */
export function acceptInbox(value: unknown, draft: Draft): void {
  const { row, existing } = draft
  const inbox = addressOf(value, row)
  if (inbox === null) throw new FieldProblem('is missing', 'missing_field')
  if (existing && existing.inbox !== inbox) throw new FieldProblem('cannot be changed after creation')
  row.inbox = inbox
}

export function acceptParticipant(value: unknown, draft: Draft): void {
  draft.row.participant = addressOf(value, draft.row)
}

/** The messages go with their conversation; what still waits is never sent. */
export async function deleteMessages(writer: AccountWriter, row: Row): Promise<void> {
  for (const children of messages) {
    if (children.resource !== 'calls')
      await cancelQueued(writer, children.resource, { conversation_id: row.id ?? null })
    await deleteChildren(writer, children, row)
  }
}

/** Those that went with it come back with it. */
export async function restoreMessages(writer: AccountWriter, row: Row): Promise<void> {
  for (const children of messages) await restoreChildren(writer, children, row)
}

/** As conversations compare it: mail addresses in lower case, numbers as E.164. */
function addressOf(value: unknown, { kind }: Row): string | null {
  if (value === null || value === '') return null
  if (kind !== 'email') return parsePhone(value)
  const [address, other] = parseEmails(value)
  if (other !== undefined) throw new FieldProblem('must be one e-mail address')
  return address === undefined ? null : emailKey(address)
}
