import { emailKey } from '../../resource-layer/fields/contact-points.ts'
import { addressesIn } from '../../resource-layer/fields/email-addresses.ts'
import { parseText } from '../../resource-layer/fields/text.ts'
import type { Draft } from '../../resource-layer/resource.ts'
import type { AccountStore, AccountWriter, Row } from '../../storage/account-store.ts'
import { type Parties, usersAt } from '../messages/messages.parties.ts'
import { beginSending, cancelQueued, keepWhatWasSent } from '../messages/messages.sending.ts'
import { leaveConversation, placeMessage } from '../messages/messages.threads.ts'

const mostReceivers = 50
const longestSubject = 255

/** A new mail has a sender that it may have, is placed in its conversation and queued. */
export async function writeEmail(draft: Draft): Promise<void> {
  const { row, existing, writer, sending } = draft
  const receivers = [...addressesIn(row, 'to'), ...addressesIn(row, 'cc')].map(emailKey)
  if (receivers.length > mostReceivers) {
    const param = draft.supplied.get('cc') ?? draft.supplied.get('to') ?? 'to'
    draft.problem('too_many_values', param, `${param} has more than ${mostReceivers} entries`)
  }
  if (existing) keepWhatWasSent(draft, ['from', 'to', 'cc', 'subject', 'body'])
  else {
    await checkSender(draft)
    await beginSending(draft, 'email', null)
  }
  const parties = await emailParties(writer, row, receivers, sending?.mailFrom ?? '')
  const subject = () =>
    String(row.subject) || `E-mail ${row.direction === 'inbound' ? 'from' : 'to'} ${parties.participant}`
  await placeMessage(draft, { parties, subject, receivers })
}

/** A mail that still waits is never sent once it is deleted. */
export async function deleteEmail(writer: AccountWriter, row: Row): Promise<void> {
  await cancelQueued(writer, 'emails', { id: row.id ?? null })
  await leaveConversation(writer, row)
}

/** One line, so that nothing of it can become a header of its own. */
export function acceptSubject(value: unknown, draft: Draft): void {
  draft.row.subject = value === null ? '' : parseText(value, longestSubject).replaceAll(/[\s\p{Cc}]+/gu, ' ')
}

/** A key must not be able to send as anybody: only as the server, or as a user of its own account. */
async function checkSender({ row, writer, supplied, sending, problem }: Draft): Promise<void> {
  if (row.from === '' && row.direction === 'outbound') row.from = sending?.mailFrom ?? ''
  const param = supplied.get('from') ?? 'from'
  if (row.from === '') {
    problem('missing_field', param, `${param} is missing`)
    return
  }
  if (row.direction === 'inbound' || row.manually_added === 1) return
  if (emailKey(String(row.from)) === sending?.mailFrom) return
  if ((await usersAt(writer, [String(row.from)])).length > 0) return
  const shared = sending ? `${sending.mailFrom} or ` : ''
  problem(
    'sender_not_allowed',
    param,
    `${param} is invalid: mail is sent from ${shared}the address of a user of this account`,
  )
}

/** A mail that came in went to the first of its receivers that is one of the account's own addresses. */
async function emailParties(
  store: AccountStore,
  row: Row,
  receivers: readonly string[],
  shared: string,
): Promise<Parties> {
  const from = emailKey(String(row.from))
  const [first = ''] = receivers
  if (row.direction === 'outbound') return { kind: 'email', inbox: from, participant: first }
  const own = new Set([
    shared,
    ...(await usersAt(store, receivers)).map(({ email }) => emailKey(String(email))),
  ])
  return { kind: 'email', inbox: receivers.find((address) => own.has(address)) ?? first, participant: from }
}
