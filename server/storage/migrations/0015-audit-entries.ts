/**
 * The audit log becomes a resource: its entries get the columns of every record. They are never changed, so
 * they stand at version 1. What was written before is found by its act, its details and where it came from.
 */
const tables = `
alter table audit_entries rename column occurred_at to created_at;
alter table audit_entries add column updated_at integer not null default 0;
alter table audit_entries add column deleted_at integer;
alter table audit_entries add column version integer not null default 1;
alter table audit_entries add column search_text text not null default '';
update audit_entries set updated_at = created_at, search_text = lower(
  action || ' ' || details || ' ' || coalesce(address, '') || ' ' || coalesce(user_agent, ''));
`

const indexes = `
create index audit_entries_by_update on audit_entries (account_id, updated_at, id);
create index audit_entries_by_user on audit_entries (account_id, user_id, created_at, id);
create index audit_entries_by_subject on audit_entries (account_id, subject, created_at, id);
`

export const auditEntries = {
  sqlite: `${tables}${indexes}
insert into search_rows (account_id, resource, record_id) select account_id, 'audit_entries', id from audit_entries;
insert into search_index (rowid, search_text) select search_rows.id, audit_entries.search_text
  from search_rows join audit_entries
    on audit_entries.account_id = search_rows.account_id and audit_entries.id = search_rows.record_id
  where search_rows.resource = 'audit_entries';
`,
  // Every subject was the id of a record; as one it can be joined.
  postgres: `${tables}
alter table audit_entries alter column subject type uuid using subject::uuid;
${indexes}
create index audit_entries_by_search on audit_entries using gin (account_id, search_text gin_trgm_ops);
`,
}
