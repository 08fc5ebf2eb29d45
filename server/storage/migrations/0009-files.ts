/**
 * Uploaded files, and the contents that no file stands for: of uploads that run, and of files that have
 * another content now.
 */
const tables = `
create table uploaded_files (
  account_id uuid not null references accounts (id),
  id uuid not null,
  created_at integer not null,
  updated_at integer not null,
  deleted_at integer,
  version integer not null,
  search_text text not null,
  name text not null,
  size integer not null,
  content_type text not null,
  sha256 text not null,
  content_id uuid not null,
  public_access integer not null,
  public_since integer,
  uploadable_type text not null,
  uploadable_id uuid not null,
  user_id uuid,
  primary key (account_id, id),
  unique (account_id, content_id),
  foreign key (account_id, user_id) references users (account_id, id)
);
create index uploaded_files_by_creation on uploaded_files (account_id, created_at, id);
create index uploaded_files_by_update on uploaded_files (account_id, updated_at, id);
create index uploaded_files_by_parent on uploaded_files (account_id, uploadable_id, created_at, id);
create index uploaded_files_by_user on uploaded_files (account_id, user_id, created_at, id);

create table loose_contents (
  account_id uuid not null references accounts (id),
  content_id uuid not null,
  removable_at integer not null,
  primary key (account_id, content_id)
);
`

export const files = {
  sqlite: tables,
  postgres: `${tables};
create index uploaded_files_by_search on uploaded_files using gin (account_id, search_text gin_trgm_ops);`,
}
