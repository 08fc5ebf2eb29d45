import { recordAct } from '../../audit/audit.ts'
import { ApiError } from '../../errors/api-error.ts'
import type { Draft } from '../../resource-layer/resource.ts'
import type { AccountStore, AccountWriter, Row } from '../../storage/account-store.ts'
import { addSecret } from './webhook-subscriptions.secrets.ts'

const mostSubscriptions = 50
const watched = ['event_names', 'target_url', 'filters', 'description', 'status']

/** Completes a subscription: its secret, what follows from its status, and the audit log. */
export async function checkSubscription(draft: Draft): Promise<void> {
  const { existing, row, writer } = draft
  if (existing) return changeSubscription(draft, existing)
  if (!draft.supplied.has('event_name') && !draft.supplied.has('event_names')) {
    draft.problem('missing_field', 'event_name', 'event_name is missing')
  }
  refuseDisabled(draft)
  await refuseTooMany(writer.whole)
  const { subscribing } = draft
  if (!subscribing) throw new Error('A webhook subscription is made where its secret can be sealed')
  row.user_id = draft.ownerId
  row.key_id = writer.actor.kind === 'key' ? writer.actor.id : null
  draft.later(async () => {
    await addSecret(writer, subscribing, row.id)
    await writer.insert('webhook_states', {
      subscription_id: row.id,
      failing_since: null,
      last_delivered_at: null,
    })
    await recordAct(writer, { action: 'webhook_subscription.created', subject: row.id, details: target(row) })
  })
}

/** What is on its way to a deleted subscription goes nowhere. */
export async function closeSubscription(writer: AccountWriter, row: Row): Promise<void> {
  await cancelPending(writer, String(row.id))
  await recordAct(writer, {
    action: 'webhook_subscription.deleted',
    subject: String(row.id),
    details: target(row),
  })
}

export async function restoreSubscription(writer: AccountWriter, row: Row): Promise<void> {
  await refuseTooMany(writer)
  await recordAct(writer, {
    action: 'webhook_subscription.restored',
    subject: String(row.id),
    details: target(row),
  })
}

/** Nothing of what waits for the subscription is delivered any more. */
export async function cancelPending(writer: AccountWriter, subscriptionId: string): Promise<void> {
  await writer.update(
    'webhook_deliveries',
    { subscription_id: subscriptionId, status: 'pending' },
    { status: 'canceled', next_attempt_at: null, closed_at: writer.at, updated_at: writer.at },
  )
}

/** The address without its query, which may hold a token. */
export function target(row: Row): { target_url: string } {
  const url = new URL(String(row.target_url))
  return { target_url: `${url.origin}${url.pathname}` }
}

async function changeSubscription(draft: Draft, existing: Row): Promise<void> {
  const { row, writer } = draft
  if (row.status !== existing.status) {
    refuseDisabled(draft)
    Object.assign(row, { disabled_reason: null, disabled_at: null })
  }
  const changed = watched.filter((column) => row[column] !== existing[column])
  if (changed.length === 0) return
  draft.later(async () => {
    if (row.status !== existing.status && row.status === 'active') await begin(draft)
    if (row.status !== existing.status && row.status === 'paused' && existing.status === 'active') {
      await recordAct(writer, {
        action: 'webhook_subscription.paused',
        subject: row.id,
        details: target(row),
      })
    }
    const others = changed.filter((column) => column !== 'status')
    if (others.length === 0) return
    const details = { ...target(row), fields: others.join(', ') }
    await recordAct(writer, { action: 'webhook_subscription.changed', subject: row.id, details })
  })
}

/** It is active again: its failures are forgotten, and what was kept goes out. */
async function begin({ writer, row, subscribing }: Draft): Promise<void> {
  await writer.update('webhook_states', { subscription_id: row.id }, { failing_since: null })
  await recordAct(writer, { action: 'webhook_subscription.resumed', subject: row.id, details: target(row) })
  subscribing?.queued()
}

function refuseDisabled(draft: Draft): void {
  if (draft.row.status !== 'disabled') return
  const param = draft.supplied.get('status') ?? 'status'
  draft.problem('invalid_field', param, `${param} must be active or paused; only Latchkey disables`)
}

async function refuseTooMany(store: AccountStore): Promise<void> {
  const rows = await store
    .from('webhook_subscriptions')
    .select('id')
    .where('deleted_at', 'is', null)
    .execute()
  if (rows.length < mostSubscriptions) return
  throw new ApiError(
    'too_many_subscriptions',
    `An account has ${mostSubscriptions} webhook subscriptions at most; delete one first`,
  )
}
