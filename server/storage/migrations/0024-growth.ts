/** All that is searched by its `search_text`, as it was then. */
const searched = [
  'users',
  'pipelines',
  'stages',
  'sources',
  'contacts',
  'property_groups',
  'properties',
  'units',
  'leases',
  'deals',
  'process_types',
  'process_stages',
  'steps',
  'contact_roles',
  'assignee_roles',
  'processes',
  'stage_stays',
  'tasks',
  'conversations',
  'text_messages',
  'emails',
  'calls',
  'notes',
  'uploaded_files',
  'tags',
  'custom_fields',
  'events',
  'audit_entries',
  'webhook_subscriptions',
  'webhook_deliveries',
  'captured_messages',
]

/**
 * What keeps an answer as fast in a large installation as in a small one. On SQLite all accounts share one index
 * of trigrams, so the rows of one resource of an account get numbers that lie together, and a search reads
 * those alone.
 */
export const growth = {
  sqlite: `
create table search_spaces (
  number integer primary key,
  account_id uuid not null,
  resource text not null,
  unique (account_id, resource)
);
insert into search_spaces (account_id, resource)
  select distinct account_id, resource from search_rows order by account_id, resource;
create table search_rows_anew (
  id integer primary key,
  account_id uuid not null,
  resource text not null,
  record_id uuid not null,
  unique (account_id, resource, record_id)
);
insert into search_rows_anew (id, account_id, resource, record_id)
  select search_spaces.number * 1073741824 + row_number() over (partition by search_spaces.number order by search_rows.id),
    search_rows.account_id, search_rows.resource, search_rows.record_id
  from search_rows
  join search_spaces on search_spaces.account_id = search_rows.account_id
    and search_spaces.resource = search_rows.resource;
drop table search_rows;
alter table search_rows_anew rename to search_rows;
drop table search_index;
create virtual table search_index using fts5 (
  search_text, content = '', contentless_delete = 1, tokenize = 'trigram'
);
${searched.map(fill).join('')}`,
  postgres: '',
}

function fill(table: string): string {
  return `
insert into search_index (rowid, search_text) select search_rows.id, ${table}.search_text
  from search_rows join ${table} on ${table}.account_id = search_rows.account_id and ${table}.id = search_rows.record_id
  where search_rows.resource = '${table}' order by search_rows.id;`
}
