/** The leases of units over time. A unit that shows a lease already has its first one from it. */
const tables = `
create table leases (
  account_id uuid not null,
  id uuid not null,
  created_at integer not null,
  updated_at integer not null,
  deleted_at integer,
  version integer not null,
  search_text text not null,
  unit_id uuid not null,
  property_id uuid not null,
  start_date text not null,
  end_date text,
  move_in text,
  move_out text,
  rent integer,
  comments text,
  primary key (account_id, id),
  foreign key (account_id, unit_id) references units (account_id, id),
  foreign key (account_id, property_id) references properties (account_id, id)
);
create index leases_by_creation on leases (account_id, created_at, id);
create index leases_by_update on leases (account_id, updated_at, id);
create index leases_by_unit on leases (account_id, unit_id, start_date, id);
create index leases_by_property on leases (account_id, property_id, start_date, id);
create index leases_by_start on leases (account_id, start_date, id);
create index leases_by_end on leases (account_id, end_date, id);

create table lease_tenants (
  account_id uuid not null,
  lease_id uuid not null,
  contact_id uuid not null,
  position integer not null,
  primary key (account_id, lease_id, contact_id),
  foreign key (account_id, lease_id) references leases (account_id, id),
  foreign key (account_id, contact_id) references contacts (account_id, id)
);
create index lease_tenants_by_contact on lease_tenants (account_id, contact_id, lease_id);

insert into leases (
  account_id, id, created_at, updated_at, deleted_at, version, search_text,
  unit_id, property_id, start_date, end_date, move_in, move_out, rent
)
select
  account_id, id, created_at, updated_at, deleted_at, 1, '',
  id, property_id, lease_start_date, lease_end_date, current_lease_move_in, current_lease_move_out, current_rent
from units where lease_start_date is not null;
`

export const leases = {
  sqlite: tables,
  postgres: `${tables}
create index leases_by_search on leases using gin (account_id, search_text gin_trgm_ops);
`,
}
