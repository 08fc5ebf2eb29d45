/**
 * Who can sign in, and to which accounts they belong: better-auth's tables, under the names of the field.
 * The outbox of mails is here because it belongs to no account: a person may reset a password without one.
 */
export const identity = `
create table accounts (
  id uuid primary key,
  name text not null,
  slug text not null unique,
  logo text,
  metadata text,
  created_at timestamp not null
);

create table identities (
  id uuid primary key,
  name text not null,
  email text not null unique,
  email_verified boolean not null,
  image text,
  last_account_id uuid,
  created_at timestamp not null,
  updated_at timestamp not null
);

create table members (
  id uuid primary key,
  account_id uuid not null references accounts (id),
  identity_id uuid not null references identities (id),
  role text not null,
  created_at timestamp not null
);
create unique index members_by_account on members (account_id, identity_id);
create index members_by_identity on members (identity_id);

create table invitations (
  id text primary key,
  account_id uuid not null references accounts (id),
  email text not null,
  role text not null,
  status text not null,
  inviter_id uuid not null references identities (id),
  created_at timestamp not null,
  expires_at timestamp not null
);
create unique index invitations_open on invitations (account_id, email) where status = 'pending';

create table sessions (
  id uuid primary key,
  token text not null unique,
  identity_id uuid not null references identities (id),
  active_account_id uuid,
  ip_address text,
  user_agent text,
  created_at timestamp not null,
  updated_at timestamp not null,
  expires_at timestamp not null
);
create index sessions_by_identity on sessions (identity_id);
create index sessions_by_expiry on sessions (expires_at);

create table credentials (
  id uuid primary key,
  identity_id uuid not null references identities (id),
  provider_id text not null,
  provider_account_id text not null,
  password text,
  access_token text,
  refresh_token text,
  id_token text,
  access_token_expires_at timestamp,
  refresh_token_expires_at timestamp,
  scope text,
  created_at timestamp not null,
  updated_at timestamp not null
);
create unique index credentials_by_identity on credentials (identity_id, provider_id);

create table verifications (
  id uuid primary key,
  identifier text not null,
  value text not null,
  created_at timestamp not null,
  updated_at timestamp not null,
  expires_at timestamp not null
);
create index verifications_by_identifier on verifications (identifier);
create index verifications_by_expiry on verifications (expires_at);

create table sign_in_attempts (
  id uuid primary key,
  key text not null unique,
  count integer not null,
  last_request integer not null
);

create table outgoing_mails (
  id uuid primary key,
  recipient text not null,
  subject text not null,
  sealed_text text,
  status text not null,
  attempts integer not null,
  last_error text,
  created_at integer not null,
  next_attempt_at integer not null,
  expires_at integer,
  sent_at integer
);
create index outgoing_mails_by_turn on outgoing_mails (status, next_attempt_at, id);
`
