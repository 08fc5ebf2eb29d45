/**
 * Two tables do without the foreign key to what was written just before. To check it, PostgreSQL reads the page
 * of the index at which all other writers insert as well, and under serializable isolation any two of them then
 * conflict, whatever they write. The rows are written by one place each, in the transaction of what they name.
 */
export const fewerConflicts = `
create table unpublished_changes_anew (
  account_id uuid not null references accounts (id),
  change_id uuid not null,
  primary key (account_id, change_id)
);
insert into unpublished_changes_anew (account_id, change_id)
  select account_id, change_id from unpublished_changes;
drop table unpublished_changes;
alter table unpublished_changes_anew rename to unpublished_changes;

create table webhook_attempts_anew (
  account_id uuid not null references accounts (id),
  delivery_id uuid not null,
  number integer not null,
  started_at integer not null,
  duration_ms integer not null,
  response_status integer,
  response_body text,
  error text,
  primary key (account_id, delivery_id, number)
);
insert into webhook_attempts_anew
  (account_id, delivery_id, number, started_at, duration_ms, response_status, response_body, error)
  select account_id, delivery_id, number, started_at, duration_ms, response_status, response_body, error
  from webhook_attempts;
drop table webhook_attempts;
alter table webhook_attempts_anew rename to webhook_attempts
`
