import { phoneText } from '../../resource-layer/fields/phone.ts'
import type { Draft } from '../../resource-layer/resource.ts'
import type { AccountWriter, Row } from '../../storage/account-store.ts'
import { phoneParties } from '../messages/messages.parties.ts'
import { beginSending, cancelQueued, keepWhatWasSent } from '../messages/messages.sending.ts'
import { leaveConversation, placeMessage } from '../messages/messages.threads.ts'

/** A new text is placed in its conversation and queued; one that was sent keeps what it said. */
export async function writeText(draft: Draft): Promise<void> {
  const { row, existing } = draft
  if (existing) keepWhatWasSent(draft, ['from', 'to', 'body'])
  else await beginSending(draft, 'text', row.body === null ? 'it has no body' : null)
  const parties = phoneParties(row)
  const subject = () =>
    `Text ${row.direction === 'inbound' ? 'from' : 'to'} ${phoneText(String(parties?.participant))}`
  await placeMessage(draft, { parties, subject })
}

/** A text that still waits is never sent once it is deleted. */
export async function deleteText(writer: AccountWriter, row: Row): Promise<void> {
  await cancelQueued(writer, 'text_messages', { id: row.id ?? null })
  await leaveConversation(writer, row)
}
