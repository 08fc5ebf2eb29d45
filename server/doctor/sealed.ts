import type { Kysely } from 'kysely'
import { openKey } from '../api-keys/key-at-rest.ts'
import { sealingContext } from '../mail/outbox.ts'
import { contextOf } from '../resources/webhook-subscriptions/webhook-subscriptions.secrets.ts'
import type { Secrets } from '../secrets.ts'
import type { Tables } from '../storage/tables.ts'
import { type Findings, findingsOf } from './finding.ts'
import type { Extent } from './rows.ts'

const atAGlance = 500

/** Whether this secret opens what was sealed: the keys, the secrets of webhooks, and the mails that wait. */
export async function checkSealed(
  reader: Kysely<Tables>,
  secrets: Secrets | null,
  { full }: Extent,
): Promise<Findings> {
  const { ok, problem } = findingsOf('sealed secrets')
  const most = full ? Number.MAX_SAFE_INTEGER : atAGlance
  const keys = await reader
    .selectFrom('api_keys')
    .select(['account_id', 'id', 'sealed', 'sealing_key_id'])
    .limit(most)
    .execute()
  const webhooks = await reader
    .selectFrom('webhook_secrets')
    .select(['account_id', 'id', 'sealed'])
    .limit(most)
    .execute()
  const mails = await reader
    .selectFrom('outgoing_mails')
    .select(['id', 'sealed_text'])
    .where('status', '=', 'queued')
    .where('sealed_text', 'is not', null)
    .limit(most)
    .execute()
  const count = keys.length + webhooks.length + mails.length
  if (count === 0) return [ok('Nothing is sealed yet')]
  const attempts = [
    ...keys.map((row) => () => {
      if (!secrets) throw new Error('There is no secret')
      const place = { accountId: row.account_id, keyId: row.id }
      openKey(secrets, { sealed: row.sealed, sealingKeyId: row.sealing_key_id }, place)
    }),
    ...webhooks.map(
      (row) => () => secrets?.open(row.sealed, contextOf({ accountId: row.account_id }, row.id)),
    ),
    ...mails.map((row) => () => secrets?.open(row.sealed_text ?? '', sealingContext(row.id))),
  ]
  const closed = secrets ? attempts.filter((open) => !opens(open)).length : count
  if (closed === 0) return [ok(`${full ? 'All' : 'The'} ${count} that were tried open with this secret`)]
  return [
    problem(
      `${closed} of ${count} do not open with this secret: keys cannot be shown, webhooks not signed`,
      'Bring back the secret that they were sealed with; without it, rotate the keys and the secrets of webhooks',
    ),
  ]
}

function opens(open: () => unknown): boolean {
  try {
    open()
    return true
  } catch {
    return false
  }
}
