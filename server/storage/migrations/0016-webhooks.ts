/**
 * Webhooks: who is told of which events at which address, and every delivery with its attempts. What changes
 * with each delivery stands in `webhook_states`, so that a subscription itself changes only when somebody
 * changes it. `next_attempt_at` of a delivery is null while it waits for an earlier one of the same record, and
 * once it is closed; during an attempt it is the time from which another node would take it over.
 */
export const webhooks = `
create table webhook_subscriptions (
  account_id uuid not null references accounts (id),
  id uuid not null,
  created_at integer not null,
  updated_at integer not null,
  deleted_at integer,
  version integer not null,
  search_text text not null,
  event_names text not null,
  target_url text not null,
  filters text not null,
  description text not null,
  status text not null,
  disabled_reason text,
  disabled_at integer,
  user_id uuid,
  primary key (account_id, id),
  foreign key (account_id, user_id) references users (account_id, id)
);
create index webhook_subscriptions_by_creation on webhook_subscriptions (account_id, created_at, id);
create index webhook_subscriptions_by_update on webhook_subscriptions (account_id, updated_at, id);

create table webhook_secrets (
  account_id uuid not null,
  id uuid not null,
  subscription_id uuid not null,
  sealed text not null,
  sealing_key_id text not null,
  created_at integer not null,
  expires_at integer,
  primary key (account_id, id),
  foreign key (account_id, subscription_id) references webhook_subscriptions (account_id, id)
);
create index webhook_secrets_by_subscription on webhook_secrets (account_id, subscription_id, created_at);

create table webhook_states (
  account_id uuid not null,
  subscription_id uuid not null,
  failing_since integer,
  last_delivered_at integer,
  primary key (account_id, subscription_id),
  foreign key (account_id, subscription_id) references webhook_subscriptions (account_id, id)
);

create table webhook_deliveries (
  account_id uuid not null references accounts (id),
  id uuid not null,
  created_at integer not null,
  updated_at integer not null,
  deleted_at integer,
  version integer not null,
  search_text text not null default '',
  subscription_id uuid not null,
  event_id uuid not null,
  type text not null,
  record_id uuid,
  position integer not null,
  status text not null,
  is_test integer not null,
  is_redelivery integer not null,
  attempts_count integer not null,
  next_attempt_at integer,
  closed_at integer,
  response_status integer,
  duration_ms integer,
  error text,
  payload text,
  primary key (account_id, id),
  foreign key (account_id, subscription_id) references webhook_subscriptions (account_id, id)
);
create index webhook_deliveries_by_creation on webhook_deliveries (account_id, created_at, id);
create index webhook_deliveries_by_update on webhook_deliveries (account_id, updated_at, id);
create index webhook_deliveries_by_subscription on webhook_deliveries (account_id, subscription_id, created_at, id);
create index webhook_deliveries_by_event on webhook_deliveries (account_id, event_id);
create index webhook_deliveries_by_record on webhook_deliveries (account_id, record_id, created_at);
create index webhook_deliveries_by_turn on webhook_deliveries (account_id, subscription_id, next_attempt_at, position)
  where next_attempt_at is not null;
create index webhook_deliveries_in_line on webhook_deliveries (account_id, subscription_id, record_id, position, id)
  where closed_at is null;

create table webhook_attempts (
  account_id uuid not null,
  delivery_id uuid not null,
  number integer not null,
  started_at integer not null,
  duration_ms integer not null,
  response_status integer,
  response_body text,
  error text,
  primary key (account_id, delivery_id, number),
  foreign key (account_id, delivery_id) references webhook_deliveries (account_id, id)
);

alter table idempotency_keys add column sealing_key_id text;
`
