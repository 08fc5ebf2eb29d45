import { randomBytes } from 'node:crypto'
import { ApiError } from '../../errors/api-error.ts'
import type { Subscribing } from '../../resource-layer/resource.ts'
import type { AccountStore, AccountWriter, Row } from '../../storage/account-store.ts'

type Sealing = Pick<Subscribing, 'seal' | 'open' | 'sealingKeyId'>

/** Gives a subscription a new secret: `whsec_` and 32 random bytes in base64, which is sealed at rest. */
export async function addSecret(
  writer: AccountWriter,
  sealing: Sealing,
  subscriptionId: string,
): Promise<string> {
  const secret = `whsec_${randomBytes(32).toString('base64')}`
  const id = writer.newId()
  await writer.insert('webhook_secrets', {
    id,
    subscription_id: subscriptionId,
    sealed: sealing.seal(secret, contextOf(writer, id)),
    sealing_key_id: sealing.sealingKeyId,
    created_at: writer.at,
    expires_at: null,
  })
  return secret
}

/** Replaces the secret. The one before signs as well for this long, in milliseconds; an older one does not any more. */
export async function rotateSecret(
  writer: AccountWriter,
  sealing: Sealing,
  { subscriptionId, overlap }: { subscriptionId: string; overlap: number },
): Promise<string> {
  for (const row of await secretsOf(writer, subscriptionId)) {
    if (row.expires_at !== null || overlap === 0)
      await writer.remove('webhook_secrets', { id: row.id ?? null })
    else await writer.update('webhook_secrets', { id: row.id ?? null }, { expires_at: writer.at + overlap })
  }
  return addSecret(writer, sealing, subscriptionId)
}

/** The current secret. @throws ApiError secret_unreadable when it was sealed with another secret of the server. */
export async function currentSecret(
  store: AccountStore,
  sealing: Sealing,
  subscriptionId: string,
): Promise<string> {
  const current = (await secretsOf(store, subscriptionId)).find((row) => row.expires_at === null)
  const secret = current && opened(store, sealing, current)
  if (secret) return secret
  throw new ApiError(
    'secret_unreadable',
    'The secret was stored under another secret of the server and cannot be shown. Rotate it to get a new one.',
  )
}

/** The secrets that deliveries of each subscription are signed with at a time, the newest first. */
export async function signingSecrets(
  store: AccountStore,
  sealing: Sealing,
  { subscriptionIds, at }: { subscriptionIds: readonly string[]; at: number },
): Promise<Map<string, string[]>> {
  const rows = await secretsOf(store, ...subscriptionIds)
  const valid = rows.filter((row) => row.expires_at === null || Number(row.expires_at) > at)
  const bySubscription = Map.groupBy(valid, (row) => String(row.subscription_id))
  return new Map(
    [...bySubscription].map(([id, own]) => [id, own.flatMap((row) => opened(store, sealing, row) ?? [])]),
  )
}

function secretsOf(store: AccountStore, ...subscriptionIds: readonly string[]): Promise<Row[]> {
  return store
    .from('webhook_secrets')
    .select(['id', 'subscription_id', 'sealed', 'expires_at'])
    .where('subscription_id', 'in', [...subscriptionIds])
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .execute()
}

function opened(store: AccountStore, sealing: Sealing, row: Row): string | null {
  try {
    return sealing.open(String(row.sealed), contextOf(store, String(row.id)))
  } catch {
    return null
  }
}

/** What a secret is sealed for. */
export function contextOf({ accountId }: Pick<AccountStore, 'accountId'>, id: string): string {
  return `webhook ${accountId} ${id}`
}
