import { searchForm } from '../resource-layer/values.ts'
import type { AccountWriter } from '../storage/account-store.ts'
import { newId } from '../storage/ids.ts'

/** What a sandbox would have sent. */
export interface CapturedMessage {
  kind: CapturedKind
  from: string | null
  /** Every address, number or URL that it would have gone to. */
  to: readonly string[]
  subject: string | null
  body: string
  headers: Readonly<Record<string, string>>
  /** The record that it is, by the resource's name; null for a mail of Latchkey's own. */
  record: { type: 'emails' | 'text_messages' | 'webhook_deliveries'; id: string } | null
}

export const capturedKinds = ['email', 'text', 'webhook'] as const
export type CapturedKind = (typeof capturedKinds)[number]

/** Keeps a message in the outbox of a sandbox, in the transaction in which it counts as sent. */
export async function capture(writer: AccountWriter, message: CapturedMessage): Promise<void> {
  const { kind, from, to, subject, body, headers, record } = message
  const words = [from, ...to, subject, body].filter((word) => word !== null)
  await writer.insert('captured_messages', {
    id: newId(),
    created_at: writer.at,
    updated_at: writer.at,
    deleted_at: null,
    version: 1,
    search_text: searchForm(words.join('\n')),
    kind,
    from,
    to: keptReceivers(to),
    subject,
    body,
    headers: JSON.stringify(headers),
    record_type: record?.type ?? null,
    record_id: record?.id ?? null,
  })
}

/** Each between line breaks, which none of them has, so that one is found among several. */
export function keptReceivers(receivers: readonly string[]): string {
  return receivers.map((receiver) => `\n${receiver}\n`).join('')
}

export function receiversIn(kept: string): string[] {
  return kept.split('\n').filter((receiver) => receiver !== '')
}
