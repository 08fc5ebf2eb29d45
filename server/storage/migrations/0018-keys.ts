/**
 * Several keys an account, each with what it opens, until when and from where. The one that there was becomes
 * the main key and opens everything, as before. `is_main` is 1 or null, so that the unique index holds one main
 * key an account and any number of others. The name of a revoked key stays known, because the change log and the
 * audit log tell of it by id.
 */
export const keys = `
alter table api_keys add column is_main integer;
alter table api_keys add column disabled_at integer;
alter table api_keys add column expires_at integer;
alter table api_keys add column expiry_told integer;
alter table api_keys add column scopes text not null default '["*:read","*:write","*:delete"]';
alter table api_keys add column pipeline_ids text;
alter table api_keys add column process_type_ids text;
alter table api_keys add column allowed_addresses text not null default '[]';
alter table api_keys add column requests_per_minute integer;
alter table api_keys add column last_used_address text;
alter table api_keys add column exposed_at integer;
update api_keys set is_main = 1;
create unique index api_keys_main on api_keys (account_id, is_main);
create index api_keys_by_expiry on api_keys (expires_at);

alter table api_key_hashes add column expires_at integer;

create table api_key_days (
  account_id uuid not null references accounts (id),
  key_id uuid not null,
  day text not null,
  requests integer not null,
  primary key (account_id, key_id, day)
);
create index api_key_days_by_day on api_key_days (day);

create table revoked_keys (
  account_id uuid not null references accounts (id),
  id uuid not null,
  name text not null,
  revoked_at integer not null,
  primary key (account_id, id)
);
`
