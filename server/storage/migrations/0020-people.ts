/**
 * Ways to sign in beside the password: a second factor (better-auth's own table), passkeys, and the identity of
 * a company's provider, which is known by issuer and subject. Sessions tell when they were last used.
 */
export const people = `
alter table sessions add column last_seen_at timestamp;
alter table identities add column two_factor_enabled boolean not null default false;

create table second_factors (
  id uuid primary key,
  identity_id uuid not null unique references identities (id),
  secret text not null,
  recovery_codes text not null,
  verified boolean not null,
  failed_count integer not null default 0,
  locked_until timestamp
);

create table passkeys (
  id uuid primary key,
  identity_id uuid not null references identities (id),
  name text not null,
  credential_id text not null unique,
  public_key text not null,
  counter integer not null,
  transports text not null,
  created_at integer not null,
  last_used_at integer
);
create index passkeys_by_identity on passkeys (identity_id, created_at);

create unique index credentials_by_provider on credentials (provider_id, provider_account_id)
`
