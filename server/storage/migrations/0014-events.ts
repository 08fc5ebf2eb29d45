/**
 * Events: what integrators are told of the change log. A change is written together with a row of
 * `unpublished_changes`; a publisher then gives it its events, each with the next position of its account, and
 * takes the row away. Positions are given after the commit, so whoever reads on from a position misses no
 * change that committed late. `pipeline_id`, `process_type_id`, `stage_id` and `tags` are those of the record
 * at the time. `changed` and `record` are as the API shows them, so that an event is the same whenever it is
 * read; `record` is kept for some weeks.
 */
export const events = `
create table unpublished_changes (
  account_id uuid not null references accounts (id),
  change_id uuid not null,
  primary key (account_id, change_id),
  foreign key (account_id, change_id) references changes (account_id, id)
);

create table event_positions (
  account_id uuid primary key references accounts (id),
  position integer not null
);

create table events (
  account_id uuid not null references accounts (id),
  id uuid not null,
  created_at integer not null,
  updated_at integer not null,
  deleted_at integer,
  version integer not null,
  search_text text not null default '',
  position integer not null,
  type text not null,
  occurred_at integer not null,
  resource text not null,
  record_id uuid not null,
  change_id uuid not null,
  actor_kind text not null,
  actor_id uuid,
  actor_name text,
  pipeline_id uuid,
  process_type_id uuid,
  stage_id uuid,
  tags text not null,
  request_id text,
  changed text not null,
  record text,
  primary key (account_id, id),
  foreign key (account_id, change_id) references changes (account_id, id)
);
create unique index events_by_position on events (account_id, position);
create index events_by_creation on events (account_id, created_at, id);
create index events_by_update on events (account_id, updated_at, id);
create index events_by_record on events (account_id, record_id, position);
create index events_by_type on events (account_id, type, position);
create index events_with_record on events (account_id, created_at) where record is not null;
`
