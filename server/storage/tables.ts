import type { Generated } from 'kysely'
import type { IdentityTables } from './identity-tables.ts'

/** The tables that are not resources. Those of resources follow from their declarations. */
export interface Tables extends IdentityTables {
  account_settings: {
    account_id: string
    time_zone: string
    cors_origins: string
    requests_per_minute: number | null
    records_per_minute: number | null
    /** 0 or 1. */
    strict_emulation: Generated<number>
    /** 0 or 1. */
    revoke_exposed_keys: Generated<number>
    updated_at: number
  }
  users: RecordColumns & { name: string; email: string; role: string }
  /** JSON of `Permissions`; a member without a row has the usual ones. */
  member_permissions: { account_id: string; user_id: string; permissions: string; updated_at: number }
  api_keys: {
    account_id: string
    id: string
    name: string
    sealed: string
    sealing_key_id: string
    last_four: string
    created_at: number
    created_by: string
    rotated_at: number | null
    last_used_at: number | null
    last_used_address: string | null
    /** 1, or null for all that are not the account's main key. */
    is_main: number | null
    disabled_at: number | null
    expires_at: number | null
    /** How many days before the end the admins were told of it last: 14, 3 or 0. */
    expiry_told: number | null
    /** JSON arrays; of the places null for all. */
    scopes: Generated<string>
    pipeline_ids: string | null
    process_type_ids: string | null
    allowed_addresses: Generated<string>
    requests_per_minute: number | null
    exposed_at: number | null
    /** When the admins were told last that it is exposed. */
    exposure_told_at: number | null
  }
  /** `expires_at` is the end of an overlap: until then the key that was rotated away works as well. */
  api_key_hashes: { hash: string; account_id: string; key_id: string; expires_at: number | null }
  /** How many requests a key made on a day of its account's time zone. */
  api_key_days: { account_id: string; key_id: string; day: string; requests: number }
  revoked_keys: { account_id: string; id: string; name: string; revoked_at: number }
  audit_entries: RecordColumns & {
    action: string
    user_id: string | null
    subject: string | null
    details: string
    address: string | null
    user_agent: string | null
    request_id: string | null
  }
  loose_contents: { account_id: string; content_id: string; removable_at: number }
  idempotency_keys: {
    account_id: string
    idempotency_key: string
    request_hash: string
    claim_id: string
    claimed_until: number
    expires_at: number
    status: number | null
    headers: string | null
    body: string | null
    /** Of an answer that holds a secret, and whose body is sealed: by what. */
    sealing_key_id: string | null
  }
  /** What waits to be sent, of all accounts: each row goes with its message's last attempt. */
  outgoing_messages: {
    account_id: string
    /** `text_messages` or `emails`. */
    resource: string
    record_id: string
    attempts: number
    created_at: number
    next_attempt_at: number
  }
  /** The accounts that are a sandbox, each beside a live one. */
  sandboxes: {
    account_id: string
    live_account_id: string
    created_at: number
    created_by: string
    reset_at: number | null
    /** `set_up`, `demo` or `empty`. */
    filled_with: string
    /** While it is being filled: until when at most. */
    filling_until: number | null
  }
  captured_messages: RecordColumns & {
    /** `email`, `text` or `webhook`. */
    kind: string
    from: string | null
    /** Each receiver between line breaks. */
    to: string
    subject: string | null
    body: string
    /** JSON. */
    headers: string
    /** The resource that `record_id` is of. */
    record_type: string | null
    record_id: string | null
  }
  /** Of the whole server, like the outbox of mails. */
  server_runs: {
    id: string
    started_at: number
    last_seen_at: number
    /** `graceful`, `database`, or null. */
    ended: string | null
  }
  changes: {
    account_id: string
    id: string
    occurred_at: number
    resource: string
    record_id: string
    action: string
    actor_kind: string
    actor_id: string | null
    request_id: string | null
    /** JSON: the old and the new value by field, as stored. */
    changed: string
  }
  /** Without the changes that have no events yet. */
  record_counts: { account_id: string; resource: string; live: number }
  /** The changes that have no events yet. */
  unpublished_changes: { account_id: string; change_id: string }
  /** The position of the last event of each account that has any. */
  event_positions: { account_id: string; position: number }
  events: Omit<RecordColumns, 'search_text'> & {
    position: number
    type: string
    occurred_at: number
    resource: string
    record_id: string
    change_id: string
    actor_kind: string
    actor_id: string | null
    actor_name: string | null
    pipeline_id: string | null
    process_type_id: string | null
    stage_id: string | null
    /** The record's tags: the key of each between line breaks. */
    tags: string
    request_id: string | null
    /** JSON: by field, the values before and after. */
    changed: string
    /** JSON: the record as the API shows it; null when it is too large, or was dropped for its age. */
    record: string | null
  }
  webhook_subscriptions: RecordColumns & {
    /** JSON: a list of names, `deal.*` or `*`. */
    event_names: string
    target_url: string
    key_id: string | null
    /** JSON. */
    filters: string
    description: string
    status: string
    disabled_reason: string | null
    disabled_at: number | null
    user_id: string | null
  }
  webhook_secrets: {
    account_id: string
    id: string
    subscription_id: string
    sealed: string
    sealing_key_id: string
    created_at: number
    /** Of the secret before the current one: until when it signs as well. */
    expires_at: number | null
  }
  webhook_states: {
    account_id: string
    subscription_id: string
    failing_since: number | null
    last_delivered_at: number | null
  }
  webhook_deliveries: Omit<RecordColumns, 'search_text'> & {
    subscription_id: string
    event_id: string
    type: string
    /** Null for a test, which is about no record. */
    record_id: string | null
    position: number
    status: string
    is_test: number
    is_redelivery: number
    attempts_count: number
    next_attempt_at: number | null
    /** When it was delivered, given up or canceled. */
    closed_at: number | null
    response_status: number | null
    duration_ms: number | null
    error: string | null
    /** The body of a test; that of others follows from the event. */
    payload: string | null
  }
  webhook_attempts: {
    account_id: string
    delivery_id: string
    number: number
    started_at: number
    duration_ms: number
    response_status: number | null
    response_body: string | null
    error: string | null
  }
}

interface RecordColumns {
  account_id: string
  id: string
  created_at: number
  updated_at: number
  deleted_at: number | null
  version: number
  search_text: string
}
