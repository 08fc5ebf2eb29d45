/** Which keyed writes are running, and what those that ended had answered. */
export const idempotency = `
create table idempotency_keys (
  account_id uuid not null references accounts (id),
  idempotency_key text not null,
  request_hash text not null,
  claim_id uuid not null,
  claimed_until integer not null,
  expires_at integer not null,
  status integer,
  headers text,
  body text,
  primary key (account_id, idempotency_key)
);
create index idempotency_keys_by_expiry on idempotency_keys (account_id, expires_at);
`
