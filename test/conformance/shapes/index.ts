import { event, webhookDelivery, webhookSubscription } from './events.ts'
import { call, capturedMessage, conversation, email, textMessage, uploadedFile } from './messages.ts'
import {
  auditEntry,
  contact,
  deal,
  lease,
  note,
  process,
  property,
  stageStay,
  task,
  unit,
} from './records.ts'
import {
  flag,
  integer,
  list,
  nullable,
  object,
  problemsOf,
  type Schema,
  type Shape,
  shapeProblems,
  text,
} from './schema.ts'
import {
  account,
  apiKey,
  customField,
  pipeline,
  processStage,
  processType,
  propertyGroup,
  role,
  source,
  stage,
  step,
  tag,
  user,
} from './set-up.ts'

/** The shape of every resource, by the name that it has in paths. */
export const shapes: Readonly<Record<string, Shape>> = {
  users: user,
  pipelines: pipeline,
  stages: stage,
  sources: source,
  deals: deal,
  contacts: contact,
  property_groups: propertyGroup,
  properties: property,
  units: unit,
  process_types: processType,
  process_stages: processStage,
  steps: step,
  contact_roles: role,
  assignee_roles: role,
  processes: process,
  tasks: task,
  notes: note,
  tags: tag,
  custom_fields: customField,
  calls: call,
  text_messages: textMessage,
  emails: email,
  leases: lease,
  stage_stays: stageStay,
  audit_entries: auditEntry,
  captured_messages: capturedMessage,
  conversations: conversation,
  uploaded_files: uploadedFile,
  events: event,
  webhook_subscriptions: webhookSubscription,
  webhook_deliveries: webhookDelivery,
}

/** Paths whose last word is no resource, with the shape of what they answer. */
const special: Readonly<Record<string, Shape>> = {
  '/info/account': account,
  '/info/key': apiKey,
  '/info/user': user,
}

/** Last words of a path that act on the record before them and show it. */
const acts = ['restore', 'complete', 'skip', 'reopen', 'tags', 'reassign']

const isId = /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i

/** The shape of the objects at a path, or null where it is not of records. */
export function shapeAt(path: string): Shape | null {
  const plain = path.split('?')[0] ?? ''
  if (special[plain]) return special[plain]
  const name = resourceAt(plain)
  return name === null ? null : (shapes[name] ?? null)
}

/** The resource whose records a path shows. */
export function resourceAt(path: string): string | null {
  const segments = (path.split('?')[0] ?? '').split('/').filter(Boolean)
  const [first = ''] = segments
  if (segments[1] === 'by_external_id') return first
  if (segments.length === 3 && isId.test(segments[1] ?? '') && acts.includes(segments[2] ?? '')) return first
  const last = segments.findLast((segment) => !isId.test(segment)) ?? ''
  const isOfType = first === 'process_types' && segments.length > 1
  if (first === 'webhook_subscriptions' && last === 'deliveries') return 'webhook_deliveries'
  return isOfType && last === 'stages' ? 'process_stages' : last
}

const meta: Schema = {
  ...object({
    page_number: integer,
    total_count: integer,
    total_pages: integer,
    per_page: integer,
    next_cursor: nullable(text),
    has_more: flag,
  }),
  // `page_number` is absent by cursor, the totals with include_total=false.
  required: ['per_page', 'next_cursor', 'has_more'],
}

const anything: Schema = {}
const listEnvelope = object({ data: list({ type: 'object' }), meta })
const recordEnvelope = {
  ...object({ data: { type: 'object' }, meta: object({ duplicate: flag }) }),
  required: ['data'],
}

/** What is wrong with a body that answers a request for records. */
export function bodyProblems(path: string, body: unknown): string[] {
  const shape = shapeAt(path)
  if (!shape) return problemsOf(anything, body)
  const data = (body as { data?: unknown } | undefined)?.data
  const envelope = problemsOf(Array.isArray(data) ? listEnvelope : recordEnvelope, body)
  const flags = flagsIn(path)
  const objects = Array.isArray(data) ? data : [withoutSecret(data)]
  return [...envelope, ...objects.flatMap((one) => shapeProblems(shape, flags, one))]
}

/** The answer that makes a secret holds it, and no other answer does. */
function withoutSecret(data: unknown): unknown {
  if (typeof data !== 'object' || data === null || !('secret' in data)) return data
  const { secret, ...others } = data
  return /^whsec_[\w+/]{43}=$/.test(String(secret)) ? others : data
}

/** The flags that a path carries, such as `include_custom_fields=true`. */
export function flagsIn(path: string): string[] {
  const query = new URLSearchParams(path.split('?')[1] ?? '')
  return [...query].flatMap(([name, value]) =>
    name.startsWith('include_') && name !== 'include_total' && value === 'true' ? [name] : [],
  )
}
