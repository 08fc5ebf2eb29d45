import { addressesIn } from '../resource-layer/fields/email-addresses.ts'
import type { CapturedMessage } from '../sandbox/capture.ts'
import type { ClaimedMessage } from './message-queue.ts'

/** A mail as a sandbox keeps it, with the headers that its readers would have seen. */
export function capturedEmail({ id, row }: ClaimedMessage, domain: string): CapturedMessage {
  const [to, cc] = [addressesIn(row, 'to'), addressesIn(row, 'cc')]
  return {
    kind: 'email',
    from: String(row.from),
    to: [...to, ...cc],
    subject: String(row.subject),
    body: String(row.body ?? ''),
    headers: {
      'message-id': `<${id}@${domain}>`,
      to: to.join(', '),
      ...(cc.length > 0 ? { cc: cc.join(', ') } : {}),
    },
    record: { type: 'emails', id },
  }
}

export function capturedText({ id, row }: ClaimedMessage): CapturedMessage {
  return {
    kind: 'text',
    from: String(row.from),
    to: [String(row.to)],
    subject: null,
    body: String(row.body),
    headers: {},
    record: { type: 'text_messages', id },
  }
}
