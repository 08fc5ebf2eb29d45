import { searchForm } from '../resource-layer/values.ts'
import type { AccountWriter, Origin, Row } from '../storage/account-store.ts'
import { newId } from '../storage/ids.ts'
import { type AuditAction, auditActions } from './audit-actions.ts'

export type { Origin } from '../storage/account-store.ts'

export interface AuditEntry {
  action: AuditAction
  /** Who did it; for an attempt to sign in, whose address was used. */
  userId: string | null
  /** The id of what was acted on. */
  subject?: string | null
  /** What else a reader wants to know; never a secret. */
  details?: Record<string, string | number | null>
  origin: Origin
}

/** An act whose actor and origin are those of the write. */
export type Act = Omit<AuditEntry, 'userId' | 'origin'>

/** Records what whoever is behind the write did: a user, a key by its name, or Latchkey itself. */
export async function recordAct(writer: AccountWriter, act: Act): Promise<void> {
  const { kind, id } = writer.actor
  const key = kind === 'key' && id !== null ? await keyOf(writer, id) : null
  const details = key ? { ...act.details, key: String(key.name) } : act.details
  const userId = kind === 'user' ? id : null
  await recordAudit(writer, { ...act, ...(details ? { details } : {}), userId, origin: writer.origin })
}

/** One that was revoked meanwhile is still who did it. */
async function keyOf(writer: AccountWriter, id: string): Promise<Row | null> {
  return (await writer.find('api_keys', id)) ?? writer.find('revoked_keys', id)
}

const longestUserAgent = 300
const longestDetail = 2_000

/** Appends to the account's audit log, in the transaction of the act itself. It is never changed again. */
export async function recordAudit(writer: AccountWriter, entry: AuditEntry): Promise<void> {
  const { action, origin } = entry
  const details = bounded(entry.details ?? {})
  const userAgent = origin.userAgent?.slice(0, longestUserAgent) ?? null
  const words = [auditActions[action].summary, action, ...Object.values(details), origin.address, userAgent]
  await writer.insert('audit_entries', {
    id: newId(),
    created_at: writer.at,
    updated_at: writer.at,
    deleted_at: null,
    version: 1,
    search_text: searchForm(words.filter((word) => word !== null).join(' ')),
    action,
    user_id: entry.userId,
    subject: entry.subject ?? null,
    details: JSON.stringify(details),
    address: origin.address,
    user_agent: userAgent,
    request_id: origin.requestId,
  })
}

function bounded(details: NonNullable<AuditEntry['details']>): NonNullable<AuditEntry['details']> {
  const short = Object.entries(details).map(
    ([name, value]) => [name, typeof value === 'string' ? value.slice(0, longestDetail) : value] as const,
  )
  return Object.fromEntries(short)
}
