import { hash } from 'node:crypto'
import type { Secrets } from '../secrets.ts'
import { keyUnreadable } from './errors.ts'

/** A key as the database holds it, beside its hash: ciphertext, and which secret opens it. */
export interface SealedKey {
  sealed: string
  sealingKeyId: string
}

/** Where a sealed key belongs. Copied to another account or key, it does not open. */
export interface KeyPlace {
  accountId: string
  keyId: string
}

/** SHA-256 of the whole key in hex. Keys are random and long, so a slow or salted hash would add nothing. */
export function hashKey(text: string): string {
  return hash('sha256', text)
}

export function sealKey(secrets: Secrets, text: string, place: KeyPlace): SealedKey {
  return { sealed: secrets.seal(text, context(place)), sealingKeyId: secrets.sealingKeyId }
}

/** @throws ApiError key_unreadable when it was sealed with another secret, for another place, or altered. */
export function openKey(secrets: Secrets, key: SealedKey, place: KeyPlace): string {
  if (key.sealingKeyId !== secrets.sealingKeyId) throw keyUnreadable()
  try {
    return secrets.open(key.sealed, context(place))
  } catch {
    throw keyUnreadable()
  }
}

function context({ accountId, keyId }: KeyPlace): string {
  return `${accountId} ${keyId}`
}
