import type { Transaction } from 'kysely'
import { adminsOf } from '../api-keys/admins.ts'
import { recordAct } from '../audit/audit.ts'
import type { Mail } from '../mail/mail.ts'
import { amend } from '../resource-layer/write.ts'
import { cancelPending, target } from '../resources/webhook-subscriptions/webhook-subscriptions.rules.ts'
import { webhookSubscriptions } from '../resources/webhook-subscriptions/webhook-subscriptions.schema.ts'
import type { AccountWriter, Row } from '../storage/account-store.ts'
import type { Tables } from '../storage/tables.ts'

/**
 * Disables a subscription that does not work, cancels what waits for it, and tells every admin by mail.
 * Returns false where it is not active any more.
 */
export async function disable(
  writer: AccountWriter,
  tx: Transaction<Tables>,
  given: { subscriptionId: string; reason: string; mail: Pick<Mail, 'enqueue'>; publicUrl: string },
): Promise<boolean> {
  const { subscriptionId, reason, mail, publicUrl } = given
  const row = await writer.find(webhookSubscriptions.name, subscriptionId)
  if (row?.status !== 'active' || row.deleted_at !== null) return false
  const set = { status: 'disabled', disabled_reason: reason, disabled_at: writer.at }
  await amend(writer, webhookSubscriptions, row, set)
  await cancelPending(writer, subscriptionId)
  const details = { ...target(row), reason }
  await recordAct(writer, { action: 'webhook_subscription.disabled', subject: subscriptionId, details })
  const letter = letterOf(row, { reason, publicUrl })
  for (const admin of await adminsOf(writer))
    await mail.enqueue(tx, { to: admin.email, about: writer.accountId, ...letter })
  return true
}

/** Disables what was subscribed to with a key that is there no more. The admins were told when it was revoked. */
export async function endForRevokedKey(writer: AccountWriter, subscriptionId: string): Promise<void> {
  const row = await writer.find(webhookSubscriptions.name, subscriptionId)
  if (!row) return
  const reason = 'the key that made it was revoked'
  const set = { status: 'disabled', disabled_reason: reason, disabled_at: writer.at }
  await amend(writer, webhookSubscriptions, row, set)
  await cancelPending(writer, subscriptionId)
  const details = { ...target(row), reason }
  await recordAct(writer, { action: 'webhook_subscription.disabled', subject: subscriptionId, details })
}

function letterOf(row: Row, { reason, publicUrl }: { reason: string; publicUrl: string }) {
  const description = String(row.description)
  return {
    subject: `A webhook was disabled (${new URL(String(row.target_url)).host})`,
    text: [
      `Latchkey has disabled the webhook to ${target(row).target_url}.`,
      ...(description === '' ? [] : [`It is described as: ${description}`]),
      '',
      `Why: ${reason}`,
      'Nothing more is sent to it, and what happens now is not kept for it.',
      '',
      'Once the receiver works again, enable the webhook here; what it missed can be delivered again from there:',
      `${publicUrl}/settings/integrations/webhooks/${row.id}`,
    ].join('\n'),
  }
}
