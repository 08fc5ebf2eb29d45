/** What every account has: settings, people, keys, the change log and the audit log. */
export const foundation = `
create table account_settings (
  account_id uuid primary key references accounts (id),
  time_zone text not null,
  cors_origins text not null,
  requests_per_minute integer,
  records_per_minute integer,
  updated_at integer not null
);

create table users (
  account_id uuid not null references accounts (id),
  id uuid not null,
  created_at integer not null,
  updated_at integer not null,
  deleted_at integer,
  version integer not null,
  search_text text not null,
  name text not null,
  email text not null,
  role text not null,
  primary key (account_id, id)
);
create index users_by_creation on users (account_id, created_at, id);
create index users_by_update on users (account_id, updated_at, id);

create table api_keys (
  account_id uuid not null references accounts (id),
  id uuid not null,
  name text not null,
  sealed text not null,
  sealing_key_id text not null,
  last_four text not null,
  created_at integer not null,
  created_by uuid not null,
  rotated_at integer,
  last_used_at integer,
  primary key (account_id, id),
  foreign key (account_id, created_by) references users (account_id, id)
);

create table api_key_hashes (
  hash text primary key,
  account_id uuid not null references accounts (id),
  key_id uuid not null
);
create index api_key_hashes_by_key on api_key_hashes (account_id, key_id);

create table rate_budgets (
  key text primary key,
  points integer not null default 0,
  expire integer
);

create table audit_entries (
  account_id uuid not null references accounts (id),
  id uuid not null,
  occurred_at integer not null,
  action text not null,
  user_id uuid,
  subject text,
  details text not null,
  address text,
  user_agent text,
  request_id text,
  primary key (account_id, id)
);
create index audit_entries_by_time on audit_entries (account_id, occurred_at, id);

create table changes (
  account_id uuid not null references accounts (id),
  id uuid not null,
  occurred_at integer not null,
  resource text not null,
  record_id uuid not null,
  action text not null,
  actor_kind text not null,
  actor_id uuid,
  request_id text,
  changed text not null,
  primary key (account_id, id)
);
create index changes_by_record on changes (account_id, resource, record_id, id);
create index changes_by_time on changes (account_id, occurred_at, id);
`
