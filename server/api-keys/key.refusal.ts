import type { ErrorCode } from '../errors/error-codes.ts'
import { isAllowed } from './allowed-addresses.ts'
import type { KnownKey } from './key.lookup.ts'
import { statusOf } from './key.ts'

/** Why a key that exists does not open its account now, as the end of a sentence. */
export interface KeyRefusal {
  code: Extract<ErrorCode, 'key_disabled' | 'key_expired' | 'address_not_allowed'>
  reason: string
}

/** Why a request from this address may not use the key at this moment, or null when it may. */
export function refusalOf(
  key: KnownKey,
  { address, at }: { address: string | null; at: number },
): KeyRefusal | null {
  const status = statusOf(key, at)
  if (status === 'disabled') return { code: 'key_disabled', reason: 'an admin switched this key off' }
  if (status === 'expired') {
    const end = new Date(key.expiresAt ?? at).toISOString()
    return { code: 'key_expired', reason: `this key expired at ${end}; ask an admin for another` }
  }
  if (isAllowed(key.allowedAddresses, address)) return null
  return {
    code: 'address_not_allowed',
    reason: `The key may not be used from ${address ?? 'an unknown address'}; an admin can allow this address for it`,
  }
}
