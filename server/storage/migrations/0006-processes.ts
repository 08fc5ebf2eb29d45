/** Repeatable work on properties: process types with their stages, steps and roles; processes and tasks. */
const tables = `
create table property_groups (
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
create index property_groups_by_creation on property_groups (account_id, created_at, id);
create index property_groups_by_update on property_groups (account_id, updated_at, id);

alter table properties add column property_group_id uuid;
create index properties_by_group on properties (account_id, property_group_id, created_at, id);

create table process_types (
  account_id uuid not null references accounts (id),
  id uuid not null,
  created_at integer not null,
  updated_at integer not null,
  deleted_at integer,
  version integer not null,
  search_text text not null,
  name text not null,
  naming_template text,
  primary key (account_id, id)
);
create index process_types_by_creation on process_types (account_id, created_at, id);
create index process_types_by_update on process_types (account_id, updated_at, id);

alter table custom_fields add column process_type_id uuid;
create index custom_fields_by_process_type on custom_fields (account_id, process_type_id, created_at, id);

create table process_stages (
  account_id uuid not null,
  id uuid not null,
  created_at integer not null,
  updated_at integer not null,
  deleted_at integer,
  version integer not null,
  search_text text not null,
  process_type_id uuid not null,
  name text not null,
  status text not null,
  position integer not null,
  primary key (account_id, id),
  foreign key (account_id, process_type_id) references process_types (account_id, id)
);
create index process_stages_by_type on process_stages (account_id, process_type_id, position, id);
create index process_stages_by_creation on process_stages (account_id, created_at, id);
create index process_stages_by_update on process_stages (account_id, updated_at, id);

create table steps (
  account_id uuid not null,
  id uuid not null,
  created_at integer not null,
  updated_at integer not null,
  deleted_at integer,
  version integer not null,
  search_text text not null,
  process_type_id uuid not null,
  stage_id uuid not null,
  kind text not null,
  description text not null,
  name text,
  delay_minutes integer not null,
  position integer not null,
  primary key (account_id, id),
  foreign key (account_id, process_type_id) references process_types (account_id, id),
  foreign key (account_id, stage_id) references process_stages (account_id, id)
);
create index steps_by_stage on steps (account_id, stage_id, position, id);
create index steps_by_type on steps (account_id, process_type_id, position, id);
create index steps_by_creation on steps (account_id, created_at, id);
create index steps_by_update on steps (account_id, updated_at, id);

create table contact_roles (
  account_id uuid not null,
  id uuid not null,
  created_at integer not null,
  updated_at integer not null,
  deleted_at integer,
  version integer not null,
  search_text text not null,
  process_type_id uuid not null,
  key text not null,
  name text not null,
  primary key (account_id, id),
  foreign key (account_id, process_type_id) references process_types (account_id, id)
);
create index contact_roles_by_type on contact_roles (account_id, process_type_id, key);
create index contact_roles_by_creation on contact_roles (account_id, created_at, id);
create index contact_roles_by_update on contact_roles (account_id, updated_at, id);

create table assignee_roles (
  account_id uuid not null,
  id uuid not null,
  created_at integer not null,
  updated_at integer not null,
  deleted_at integer,
  version integer not null,
  search_text text not null,
  process_type_id uuid not null,
  key text not null,
  name text not null,
  primary key (account_id, id),
  foreign key (account_id, process_type_id) references process_types (account_id, id)
);
create index assignee_roles_by_type on assignee_roles (account_id, process_type_id, key);
create index assignee_roles_by_creation on assignee_roles (account_id, created_at, id);
create index assignee_roles_by_update on assignee_roles (account_id, updated_at, id);

create table processes (
  account_id uuid not null references accounts (id),
  id uuid not null,
  created_at integer not null,
  updated_at integer not null,
  deleted_at integer,
  version integer not null,
  search_text text not null,
  custom_values text not null,
  name text not null,
  process_type_id uuid not null,
  stage_id uuid not null,
  user_id uuid,
  closed_at integer,
  due_at integer,
  comments text,
  lease_facts text,
  primary key (account_id, id),
  foreign key (account_id, process_type_id) references process_types (account_id, id),
  foreign key (account_id, stage_id) references process_stages (account_id, id),
  foreign key (account_id, user_id) references users (account_id, id)
);
create index processes_by_creation on processes (account_id, created_at, id);
create index processes_by_update on processes (account_id, updated_at, id);
create index processes_by_type on processes (account_id, process_type_id, created_at, id);
create index processes_by_stage on processes (account_id, stage_id, created_at, id);
create index processes_by_user on processes (account_id, user_id, created_at, id);

create table process_properties (
  account_id uuid not null,
  process_id uuid not null,
  property_id uuid not null,
  position integer not null,
  primary key (account_id, process_id, property_id),
  foreign key (account_id, process_id) references processes (account_id, id),
  foreign key (account_id, property_id) references properties (account_id, id)
);
create index process_properties_by_property on process_properties (account_id, property_id, process_id);

create table process_contacts (
  account_id uuid not null,
  process_id uuid not null,
  role_id uuid not null,
  contact_id uuid not null,
  position integer not null,
  primary key (account_id, process_id, role_id, contact_id),
  foreign key (account_id, process_id) references processes (account_id, id),
  foreign key (account_id, role_id) references contact_roles (account_id, id),
  foreign key (account_id, contact_id) references contacts (account_id, id)
);
create index process_contacts_by_contact on process_contacts (account_id, contact_id, process_id);

create table process_users (
  account_id uuid not null,
  process_id uuid not null,
  role_id uuid not null,
  user_id uuid not null,
  position integer not null,
  primary key (account_id, process_id, role_id, user_id),
  foreign key (account_id, process_id) references processes (account_id, id),
  foreign key (account_id, role_id) references assignee_roles (account_id, id),
  foreign key (account_id, user_id) references users (account_id, id)
);
create index process_users_by_user on process_users (account_id, user_id, process_id);

create table tasks (
  account_id uuid not null references accounts (id),
  id uuid not null,
  created_at integer not null,
  updated_at integer not null,
  deleted_at integer,
  version integer not null,
  search_text text not null,
  kind text not null,
  description text,
  name text,
  skipped integer not null,
  auto_send integer not null,
  auto_send_error text,
  due_at integer,
  completed_at integer,
  process_id uuid,
  deal_id uuid,
  user_id uuid,
  step_id uuid,
  primary key (account_id, id),
  foreign key (account_id, process_id) references processes (account_id, id),
  foreign key (account_id, deal_id) references deals (account_id, id),
  foreign key (account_id, user_id) references users (account_id, id),
  foreign key (account_id, step_id) references steps (account_id, id)
);
create index tasks_by_creation on tasks (account_id, created_at, id);
create index tasks_by_update on tasks (account_id, updated_at, id);
create index tasks_by_process on tasks (account_id, process_id, created_at, id);
create index tasks_by_deal on tasks (account_id, deal_id, created_at, id);
create index tasks_by_user on tasks (account_id, user_id, created_at, id);
create index tasks_by_step on tasks (account_id, step_id, created_at, id);
create index tasks_by_due on tasks (account_id, due_at, id);
`

/** The tables that are searched by their `search_text`, as in 0004. */
const searched = [
  'property_groups',
  'process_types',
  'process_stages',
  'steps',
  'contact_roles',
  'assignee_roles',
  'processes',
  'tasks',
]

export const processes = {
  sqlite: tables,
  postgres: `${tables};
${searched.map((table) => `create index ${table}_by_search on ${table} using gin (account_id, search_text gin_trgm_ops);`).join('\n')}`,
}
