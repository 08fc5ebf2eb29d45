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

/** What lists are mostly narrowed by tells which records are deleted, so that they are counted in the index alone. */
const widened = [
  ['tasks', 'user', 'user_id'],
  ['tasks', 'process', 'process_id'],
  ['tasks', 'deal', 'deal_id'],
  ['deals', 'pipeline', 'pipeline_id'],
  ['deals', 'stage', 'stage_id'],
  ['deals', 'user', 'user_id'],
  ['processes', 'type', 'process_type_id'],
  ['processes', 'stage', 'stage_id'],
  ['processes', 'user', 'user_id'],
] as const

/** By what long lists are ordered and narrowed, beside what has an index already; words without regard to case. */
const indexes = `
create index contacts_by_name on contacts (account_id, lower(name), id, deleted_at);
create index contacts_by_first_name on contacts (account_id, lower(first_name), id, deleted_at);
create index contacts_by_last_name on contacts (account_id, lower(last_name), id, deleted_at);
create index contacts_by_company on contacts (account_id, lower(company_name), id, deleted_at);
create index properties_by_address on properties (account_id, lower(address), id, deleted_at);
create index properties_by_city on properties (account_id, lower(city), id, deleted_at);
create index properties_by_zip_code on properties (account_id, lower(zip_code), id, deleted_at);
create index units_by_number on units (account_id, lower(unit_number), id, deleted_at);
create index deals_by_name on deals (account_id, lower(name), id, deleted_at);
create index deals_by_value on deals (account_id, value, id, deleted_at);
create index processes_by_name on processes (account_id, lower(name), id, deleted_at);
create index processes_by_due on processes (account_id, due_at, id, deleted_at);
create index tasks_by_name on tasks (account_id, lower(name), id, deleted_at);
create index tasks_open on tasks (account_id, created_at, id, deleted_at) where completed_at is null;
create index conversations_by_participant on conversations (account_id, lower(participant), id, deleted_at);
create index conversations_by_subject on conversations (account_id, lower(subject), id, deleted_at);
create index text_messages_by_sending on text_messages (account_id, sent_at, id, deleted_at);
create index text_messages_by_sender on text_messages (account_id, "from", created_at, id);
create index text_messages_by_receiver on text_messages (account_id, "to", created_at, id);
create index calls_by_sender on calls (account_id, "from", created_at, id);
create index calls_by_receiver on calls (account_id, "to", created_at, id);
create index emails_by_sender on emails (account_id, lower("from"), created_at, id);
create index audit_entries_by_action on audit_entries (account_id, lower(action), created_at, id);
create index webhook_deliveries_by_status on webhook_deliveries (account_id, lower(status), created_at, id);
create index emails_by_sending on emails (account_id, sent_at, id, deleted_at);
create index uploaded_files_by_name on uploaded_files (account_id, lower(name), id, deleted_at);
create index uploaded_files_by_digest on uploaded_files (account_id, lower(sha256), id);
create index loose_contents_by_time on loose_contents (removable_at);
${widened.map(widen).join('')}`

/**
 * What keeps an answer as fast in a large installation as in a small one. On SQLite all accounts share one index
 * of trigrams, so the rows of one resource of an account get numbers that lie together, and a search reads
 * those alone.
 */
export const growth = {
  sqlite: `
${indexes}
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
  postgres: indexes,
}

function fill(table: string): string {
  return `
insert into search_index (rowid, search_text) select search_rows.id, ${table}.search_text
  from search_rows join ${table} on ${table}.account_id = search_rows.account_id and ${table}.id = search_rows.record_id
  where search_rows.resource = '${table}' order by search_rows.id;`
}

function widen([table, name, column]: (typeof widened)[number]): string {
  return `
drop index ${table}_by_${name};
create index ${table}_by_${name} on ${table} (account_id, ${column}, created_at, id, deleted_at);`
}
