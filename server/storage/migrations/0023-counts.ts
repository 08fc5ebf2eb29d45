/** All that the change log tells of, as it was then. */
const counted = [
  'users',
  'pipelines',
  'stages',
  'sources',
  'deals',
  'contacts',
  'property_groups',
  'properties',
  'units',
  'leases',
  'process_types',
  'process_stages',
  'steps',
  'contact_roles',
  'assignee_roles',
  'processes',
  'tasks',
  'conversations',
  'text_messages',
  'emails',
  'calls',
  'notes',
  'uploaded_files',
  'tags',
  'custom_fields',
  'webhook_subscriptions',
]

/**
 * How many records an account has of each resource. Changes without events are counted as such, so they are taken
 * off here. And what lists are ordered by tells which records are deleted, so that a page far behind is found in
 * the index alone.
 */
export const counts = `
create table record_counts (
  account_id uuid not null references accounts (id),
  resource text not null,
  live integer not null,
  primary key (account_id, resource)
);
${counted.map(fill).join('')}
update record_counts set live = live - coalesce((
  select sum(case changes.action when 'deleted' then -1 else 1 end)
  from unpublished_changes
  join changes on changes.account_id = unpublished_changes.account_id
    and changes.id = unpublished_changes.change_id
  where unpublished_changes.account_id = record_counts.account_id
    and changes.resource = record_counts.resource
    and changes.action in ('created', 'restored', 'deleted')), 0);
${counted.map(widen).join('')}
`

function fill(table: string): string {
  return `
insert into record_counts (account_id, resource, live)
  select account_id, '${table}', count(*) from ${table} where deleted_at is null group by account_id;`
}

function widen(table: string): string {
  return `
drop index ${table}_by_creation;
create index ${table}_by_creation on ${table} (account_id, created_at, id, deleted_at);`
}
