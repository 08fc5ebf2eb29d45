import { everyScope, type Grant, type Scope } from '../access/scopes.ts'
import type { AccountStore } from '../storage/account-store.ts'
import { isSandbox } from '../storage/sandboxes.ts'
import type { KeyKind } from './key-format.ts'

/** What is known of a key without its secret. Times are milliseconds since 1970. */
export interface ApiKey {
  id: string
  name: string
  isMain: boolean
  /** As its account is. */
  kind: KeyKind
  lastFour: string
  createdAt: number
  createdBy: { name: string }
  rotatedAt: number | null
  /** Until when the key before the last rotation works as well. */
  previousWorksUntil: number | null
  lastUsedAt: number | null
  lastUsedFrom: string | null
  disabledAt: number | null
  /** When it was found where keys do not belong, such as in a public repository. */
  exposedAt: number | null
  limits: KeyLimits
}

/** What admins may set of a key. */
export interface KeyLimits extends Grant {
  expiresAt: number | null
  /** Addresses and networks in their one spelling; empty for anywhere. */
  allowedAddresses: readonly string[]
  /** Of its own, beside the account's budget; null for none of its own. */
  requestsPerMinute: number | null
}

/** The main key's, until an admin sets others. */
export const noLimits: KeyLimits = {
  scopes: everyScope,
  pipelineIds: null,
  processTypeIds: null,
  expiresAt: null,
  allowedAddresses: [],
  requestsPerMinute: null,
}

/** A sandbox is opened by test keys, a live account by live ones. */
export async function kindIn(store: AccountStore): Promise<KeyKind> {
  return (await isSandbox(store)) ? 'test' : 'live'
}

export const mainKeyName = 'REST API key'

/** The columns of `api_keys` that the limits are kept in. */
export interface LimitColumns {
  scopes: string
  pipeline_ids: string | null
  process_type_ids: string | null
  expires_at: number | null
  allowed_addresses: string
  requests_per_minute: number | null
}

export function limitsOf(row: LimitColumns): KeyLimits {
  return {
    scopes: JSON.parse(row.scopes) as Scope[],
    pipelineIds: idsIn(row.pipeline_ids),
    processTypeIds: idsIn(row.process_type_ids),
    expiresAt: row.expires_at,
    allowedAddresses: JSON.parse(row.allowed_addresses) as string[],
    requestsPerMinute: row.requests_per_minute,
  }
}

export function columnsOf(limits: KeyLimits): LimitColumns {
  return {
    scopes: JSON.stringify(limits.scopes),
    pipeline_ids: limits.pipelineIds && JSON.stringify(limits.pipelineIds),
    process_type_ids: limits.processTypeIds && JSON.stringify(limits.processTypeIds),
    expires_at: limits.expiresAt,
    allowed_addresses: JSON.stringify(limits.allowedAddresses),
    requests_per_minute: limits.requestsPerMinute,
  }
}

function idsIn(json: string | null): string[] | null {
  return json === null ? null : JSON.parse(json)
}

export type KeyStatus = 'active' | 'disabled' | 'expired'

/** What a key is at a moment. What an admin switched off is disabled, expired or not. */
export function statusOf(
  key: { disabledAt: number | null; expiresAt: number | null },
  at: number,
): KeyStatus {
  if (key.disabledAt !== null) return 'disabled'
  return key.expiresAt !== null && key.expiresAt <= at ? 'expired' : 'active'
}
