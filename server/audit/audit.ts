import type { AccountWriter } from '../storage/account-store.ts'
import { newId } from '../storage/ids.ts'

/** Where a request came from, as the audit log and the mails to admins tell it. */
export interface Origin {
  address: string | null
  userAgent: string | null
  requestId: string | null
}

export interface AuditEntry {
  /** `area.what_happened`, such as `api_key.rotated`. */
  action: string
  userId: string | null
  /** The id of what was acted on. */
  subject?: string | null
  /** What else a reader wants to know; never a secret. */
  details?: Record<string, string | number | null>
  origin: Origin
}

const longestUserAgent = 300

/** Appends to the account's audit log, in the transaction of the act itself. */
export async function recordAudit(writer: AccountWriter, entry: AuditEntry): Promise<void> {
  await writer.insert('audit_entries', {
    id: newId(),
    occurred_at: writer.at,
    action: entry.action,
    user_id: entry.userId,
    subject: entry.subject ?? null,
    details: JSON.stringify(entry.details ?? {}),
    address: entry.origin.address,
    user_agent: entry.origin.userAgent?.slice(0, longestUserAgent) ?? null,
    request_id: entry.origin.requestId,
  })
}
