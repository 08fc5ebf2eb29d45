import type { Row } from '../../server/storage/account-store.ts'
import type { Template } from './copies.ts'

/** What a caller is limited to. What stands in a list is open; null opens all. */
export interface Limits {
  pipelines: readonly string[] | null
  processTypes: readonly string[] | null
  /** Of what the caller may read. */
  areas: readonly string[] | null
  /** Whose deals, processes and tasks are open, beside those of nobody. */
  userId: string | null
  isAdmin: boolean
}

export const noLimits: Limits = {
  pipelines: null,
  processTypes: null,
  areas: null,
  userId: null,
  isAdmin: true,
}

const areaOf: Readonly<Record<string, string>> = {
  contacts: 'contacts',
  properties: 'properties',
  units: 'properties',
  leases: 'properties',
  property_groups: 'properties',
  deals: 'deals',
  processes: 'processes',
  tasks: 'tasks',
  conversations: 'messages',
  text_messages: 'messages',
  emails: 'messages',
  calls: 'messages',
  notes: 'notes',
  uploaded_files: 'files',
  webhook_subscriptions: 'webhooks',
  webhook_deliveries: 'webhooks',
  audit_entries: 'audit',
}

/** What hangs on a record that is closed is closed as well. */
const hangingOn = [
  'deal_id',
  'process_id',
  'parent_id',
  'uploadable_id',
  'record_id',
  'subscription_id',
  'conversation_id',
]

/**
 * The ids of what is closed, told by the rows alone: nothing of the server is asked, so that it can be held
 * against this.
 */
export function closedBy(limits: Limits, rows: Template): Set<string> {
  const closed = new Set<string>()
  for (const [table, list] of rows)
    for (const row of list) if (isClosed(limits, table, row)) closed.add(String(row.id))
  for (let known = -1; known < closed.size; ) {
    known = closed.size
    for (const list of rows.values())
      for (const row of list) {
        const hangs = hangingOn.some((column) => closed.has(String(row[column] ?? '')))
        if (hangs && typeof row.id === 'string') closed.add(row.id)
      }
  }
  return closed
}

function isClosed(limits: Limits, table: string, row: Row): boolean {
  const { pipelines, processTypes, areas, userId, isAdmin } = limits
  const isLimited = [pipelines, processTypes, areas, userId].some((limit) => limit !== null)
  const area = areaOf[table]
  if (areas && area && !areas.includes(area)) return true
  // A limited key sees the webhooks that it made itself, and a member none.
  if (area === 'webhooks' && isLimited) return true
  if (area === 'audit' && !isAdmin) return true
  // The names of the set-up and of people stand in other records, and what happened to them does not.
  const toldOf = table === 'events' && areas ? String(row.resource) : null
  if (toldOf && !areaOf[toldOf] && !areas?.includes(toldOf === 'users' ? 'users' : 'setup')) return true
  // A mail of the server's own is about the account.
  if (table === 'captured_messages' && row.record_id === null && isLimited) return true
  const { pipeline, type } = placeOf(table, row)
  if (pipelines && pipeline && !pipelines.includes(String(pipeline))) return true
  if (processTypes && type && !processTypes.includes(String(type))) return true
  const isWork = ['deals', 'processes', 'tasks'].includes(table)
  return userId !== null && isWork && row.user_id !== null && row.user_id !== userId
}

function placeOf(table: string, row: Row): { pipeline?: unknown; type?: unknown } {
  if (table === 'pipelines') return { pipeline: row.id }
  if (table === 'process_types') return { type: row.id }
  // It is open with its record, wherever that was at the time.
  if (table === 'events') return {}
  return { pipeline: row.pipeline_id, type: row.process_type_id }
}
