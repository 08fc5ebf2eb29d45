/** The records of an account. Every key begins with the account, so that a row cannot point out of it. */
export const records = `
create table pipelines (
  account_id uuid not null references accounts (id),
  id uuid not null,
  created_at integer not null,
  updated_at integer not null,
  deleted_at integer,
  version integer not null,
  search_text text not null,
  name text not null,
  primary key (account_id, id)
);
create index pipelines_by_creation on pipelines (account_id, created_at, id);
create index pipelines_by_update on pipelines (account_id, updated_at, id);

create table stages (
  account_id uuid not null,
  id uuid not null,
  created_at integer not null,
  updated_at integer not null,
  deleted_at integer,
  version integer not null,
  search_text text not null,
  pipeline_id uuid not null,
  name text not null,
  status text not null,
  position integer not null,
  primary key (account_id, id),
  foreign key (account_id, pipeline_id) references pipelines (account_id, id)
);
create index stages_by_pipeline on stages (account_id, pipeline_id, position, id);
create index stages_by_creation on stages (account_id, created_at, id);
create index stages_by_update on stages (account_id, updated_at, id);

create table sources (
  account_id uuid not null,
  id uuid not null,
  created_at integer not null,
  updated_at integer not null,
  deleted_at integer,
  version integer not null,
  search_text text not null,
  pipeline_id uuid not null,
  name text not null,
  primary key (account_id, id),
  foreign key (account_id, pipeline_id) references pipelines (account_id, id)
);
create index sources_by_pipeline on sources (account_id, pipeline_id, name);
create index sources_by_creation on sources (account_id, created_at, id);
create index sources_by_update on sources (account_id, updated_at, id);

create table contacts (
  account_id uuid not null references accounts (id),
  id uuid not null,
  created_at integer not null,
  updated_at integer not null,
  deleted_at integer,
  version integer not null,
  search_text text not null,
  custom_values text not null,
  name text not null,
  first_name text not null,
  last_name text not null,
  company_name text,
  emails text not null,
  phone_numbers text not null,
  address text,
  primary key (account_id, id)
);
create index contacts_by_creation on contacts (account_id, created_at, id);
create index contacts_by_update on contacts (account_id, updated_at, id);

create table properties (
  account_id uuid not null references accounts (id),
  id uuid not null,
  created_at integer not null,
  updated_at integer not null,
  deleted_at integer,
  version integer not null,
  search_text text not null,
  custom_values text not null,
  property_type text,
  address text not null,
  address_2 text,
  address_3 text,
  address_4 text,
  city text not null,
  state text not null,
  zip_code text not null,
  country text not null,
  address_id uuid not null,
  address_updated_at integer not null,
  primary key (account_id, id)
);
create index properties_by_creation on properties (account_id, created_at, id);
create index properties_by_update on properties (account_id, updated_at, id);

create table units (
  account_id uuid not null,
  id uuid not null,
  created_at integer not null,
  updated_at integer not null,
  deleted_at integer,
  version integer not null,
  search_text text not null,
  custom_values text not null,
  property_id uuid not null,
  unit_number text,
  num_bathrooms integer,
  num_bedrooms integer,
  occupancy text not null,
  square_feet integer,
  estimated_rent integer,
  delinquent_rent integer,
  market_rent integer,
  current_rent integer,
  amount_receivable integer,
  lease_start_date text,
  lease_end_date text,
  current_lease_move_in text,
  current_lease_move_out text,
  future_lease_move_in text,
  future_lease_move_out text,
  primary key (account_id, id),
  foreign key (account_id, property_id) references properties (account_id, id)
);
create index units_by_property on units (account_id, property_id, created_at, id);
create index units_by_creation on units (account_id, created_at, id);
create index units_by_update on units (account_id, updated_at, id);

create table deals (
  account_id uuid not null references accounts (id),
  id uuid not null,
  created_at integer not null,
  updated_at integer not null,
  deleted_at integer,
  version integer not null,
  search_text text not null,
  custom_values text not null,
  name text not null,
  pipeline_id uuid not null,
  stage_id uuid not null,
  source_id uuid,
  user_id uuid,
  comments text,
  value integer,
  cost integer,
  primary key (account_id, id),
  foreign key (account_id, pipeline_id) references pipelines (account_id, id),
  foreign key (account_id, stage_id) references stages (account_id, id),
  foreign key (account_id, source_id) references sources (account_id, id),
  foreign key (account_id, user_id) references users (account_id, id)
);
create index deals_by_creation on deals (account_id, created_at, id);
create index deals_by_update on deals (account_id, updated_at, id);
create index deals_by_pipeline on deals (account_id, pipeline_id, created_at, id);
create index deals_by_stage on deals (account_id, stage_id, created_at, id);
create index deals_by_source on deals (account_id, source_id, created_at, id);
create index deals_by_user on deals (account_id, user_id, created_at, id);

create table deal_contacts (
  account_id uuid not null,
  deal_id uuid not null,
  contact_id uuid not null,
  position integer not null,
  primary key (account_id, deal_id, contact_id),
  foreign key (account_id, deal_id) references deals (account_id, id),
  foreign key (account_id, contact_id) references contacts (account_id, id)
);
create index deal_contacts_by_contact on deal_contacts (account_id, contact_id, deal_id);

create table deal_properties (
  account_id uuid not null,
  deal_id uuid not null,
  property_id uuid not null,
  position integer not null,
  primary key (account_id, deal_id, property_id),
  foreign key (account_id, deal_id) references deals (account_id, id),
  foreign key (account_id, property_id) references properties (account_id, id)
);
create index deal_properties_by_property on deal_properties (account_id, property_id, deal_id);

create table notes (
  account_id uuid not null references accounts (id),
  id uuid not null,
  created_at integer not null,
  updated_at integer not null,
  deleted_at integer,
  version integer not null,
  search_text text not null,
  parent_type text not null,
  parent_id uuid not null,
  description text not null,
  kind text not null,
  direction text,
  user_id uuid,
  primary key (account_id, id),
  foreign key (account_id, user_id) references users (account_id, id)
);
create index notes_by_parent on notes (account_id, parent_id, created_at, id);
create index notes_by_user on notes (account_id, user_id, created_at, id);
create index notes_by_creation on notes (account_id, created_at, id);
create index notes_by_update on notes (account_id, updated_at, id);

create table tags (
  account_id uuid not null references accounts (id),
  id uuid not null,
  created_at integer not null,
  updated_at integer not null,
  deleted_at integer,
  version integer not null,
  search_text text not null,
  name text not null,
  name_key text not null,
  primary key (account_id, id)
);
create index tags_by_name on tags (account_id, name_key);
create index tags_by_creation on tags (account_id, created_at, id);
create index tags_by_update on tags (account_id, updated_at, id);

create table taggings (
  account_id uuid not null,
  record_id uuid not null,
  tag_id uuid not null,
  resource text not null,
  position integer not null,
  primary key (account_id, record_id, tag_id),
  foreign key (account_id, tag_id) references tags (account_id, id)
);
create index taggings_by_tag on taggings (account_id, tag_id, resource, record_id);

create table custom_fields (
  account_id uuid not null references accounts (id),
  id uuid not null,
  created_at integer not null,
  updated_at integer not null,
  deleted_at integer,
  version integer not null,
  search_text text not null,
  category text not null,
  key text not null,
  label text not null,
  data_type text not null,
  options text not null,
  primary key (account_id, id)
);
create index custom_fields_by_key on custom_fields (account_id, category, key);
create index custom_fields_by_creation on custom_fields (account_id, created_at, id);
create index custom_fields_by_update on custom_fields (account_id, updated_at, id);

create table lookups (
  account_id uuid not null references accounts (id),
  record_id uuid not null,
  name text not null,
  position integer not null,
  resource text not null,
  words text,
  number integer,
  primary key (account_id, record_id, name, position)
);
create index lookups_by_words on lookups (account_id, resource, name, words, record_id);
create index lookups_by_number on lookups (account_id, resource, name, number, record_id);
`
