/** The ids that other systems have for the records: one record a source and id, one id a record and source. */
export const externalIds = `
create table external_ids (
  account_id uuid not null references accounts (id),
  resource text not null,
  source text not null,
  external_id text not null,
  record_id uuid not null,
  primary key (account_id, resource, source, external_id),
  unique (account_id, record_id, source)
);
create index external_ids_by_id on external_ids (account_id, resource, external_id)
`
