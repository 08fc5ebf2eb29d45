import { accessOfKey } from '../access/access.ts'
import type { SightOf } from '../access/sight.ts'
import { type LimitColumns, limitsOf, statusOf } from '../api-keys/key.ts'
import type { SeenByMaker } from '../resource-layer/resource.ts'
import type { Row } from '../storage/account-store.ts'

/**
 * What the key that made a subscription sees now: it is told of nothing else. What a person made is told of
 * everything, since they were an admin. A key that is switched off or has expired sees nothing while it is, and
 * one that was revoked nothing for ever.
 */
export function seenByMaker(sightOf: SightOf, now: () => number): SeenByMaker {
  return async (store, subscription) => {
    if (subscription.key_id === null) return store.seenBy(null)
    const key = (await store.find('api_keys', String(subscription.key_id))) as (Row & KeyColumns) | null
    if (!key) return 'revoked'
    const limits = limitsOf(key)
    if (statusOf({ disabledAt: key.disabled_at, expiresAt: limits.expiresAt }, now()) !== 'active')
      return 'resting'
    return store.seenBy(sightOf(accessOfKey({ keyId: key.id, userId: key.created_by, grant: limits })))
  }
}

interface KeyColumns extends LimitColumns {
  id: string
  created_by: string
  disabled_at: number | null
}
