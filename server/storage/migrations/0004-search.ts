/** The tables that are searched by their `search_text`. */
const searched = [
  'users',
  'pipelines',
  'stages',
  'sources',
  'contacts',
  'properties',
  'units',
  'deals',
  'notes',
  'tags',
  'custom_fields',
]

/**
 * Finds a piece of a word without reading every row. PostgreSQL indexes the column itself by its trigrams.
 * SQLite has an index of trigrams beside the tables; `search_rows` gives each record the whole number that it
 * needs, because the row numbers of the tables themselves may change with a VACUUM.
 */
export const search = {
  sqlite: `
create table search_rows (
  id integer primary key,
  account_id uuid not null,
  resource text not null,
  record_id uuid not null,
  unique (account_id, resource, record_id)
);
create virtual table search_index using fts5 (
  search_text, content = '', contentless_delete = 1, tokenize = 'trigram'
);
${searched.map(fillSqlite).join('')}
`,
  postgres: `
create extension if not exists pg_trgm;
create extension if not exists btree_gin;
${searched.map((table) => `create index ${table}_by_search on ${table} using gin (account_id, search_text gin_trgm_ops);`).join('\n')}
`,
}

function fillSqlite(table: string): string {
  return `
insert into search_rows (account_id, resource, record_id) select account_id, '${table}', id from ${table};
insert into search_index (rowid, search_text) select search_rows.id, ${table}.search_text
  from search_rows join ${table} on ${table}.account_id = search_rows.account_id and ${table}.id = search_rows.record_id
  where search_rows.resource = '${table}';
`
}
