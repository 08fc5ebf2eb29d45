/**
 * A sandbox is an account of its own beside a live one: `account_id` is the sandbox. `filling_until` is set
 * while it is being filled, and is the time from which whoever filled it counts as dead. Messages that a
 * sandbox would have sent are captured.
 */
const tables = `
create table sandboxes (
  account_id uuid primary key references accounts (id),
  live_account_id uuid not null unique references accounts (id),
  created_at integer not null,
  created_by uuid not null,
  reset_at integer,
  filled_with text not null,
  filling_until integer
);

create table captured_messages (
  account_id uuid not null references accounts (id),
  id uuid not null,
  created_at integer not null,
  updated_at integer not null,
  deleted_at integer,
  version integer not null,
  search_text text not null,
  kind text not null,
  "from" text,
  "to" text not null,
  subject text,
  body text not null,
  headers text not null,
  record_type text,
  record_id uuid,
  primary key (account_id, id)
);
create index captured_messages_by_creation on captured_messages (account_id, created_at, id);
create index captured_messages_by_update on captured_messages (account_id, updated_at, id);
create index captured_messages_by_record on captured_messages (account_id, record_id, created_at, id);
`

export const sandbox = {
  sqlite: tables,
  postgres: `${tables};
create index captured_messages_by_search on captured_messages using gin (account_id, search_text gin_trgm_ops);`,
}
