/** Conversations with their texts, e-mails and calls, and what waits to be sent. */
const tables = `
create table conversations (
  account_id uuid not null references accounts (id),
  id uuid not null,
  created_at integer not null,
  updated_at integer not null,
  deleted_at integer,
  version integer not null,
  search_text text not null,
  kind text not null,
  inbox text not null,
  participant text,
  subject text not null,
  status text not null,
  user_id uuid,
  deal_id uuid,
  process_id uuid,
  last_message_at integer,
  primary key (account_id, id),
  foreign key (account_id, user_id) references users (account_id, id),
  foreign key (account_id, deal_id) references deals (account_id, id),
  foreign key (account_id, process_id) references processes (account_id, id)
);
create index conversations_by_creation on conversations (account_id, created_at, id);
create index conversations_by_update on conversations (account_id, updated_at, id);
create index conversations_by_parties on conversations (account_id, inbox, participant, created_at, id);
create index conversations_by_user on conversations (account_id, user_id, created_at, id);
create index conversations_by_deal on conversations (account_id, deal_id, created_at, id);
create index conversations_by_process on conversations (account_id, process_id, created_at, id);
create index conversations_by_last_message on conversations (account_id, last_message_at, id);

create table conversation_contacts (
  account_id uuid not null,
  conversation_id uuid not null,
  contact_id uuid not null,
  position integer not null,
  primary key (account_id, conversation_id, contact_id),
  foreign key (account_id, conversation_id) references conversations (account_id, id),
  foreign key (account_id, contact_id) references contacts (account_id, id)
);
create index conversation_contacts_by_contact on conversation_contacts (account_id, contact_id, conversation_id);

create table text_messages (
  account_id uuid not null references accounts (id),
  id uuid not null,
  created_at integer not null,
  updated_at integer not null,
  deleted_at integer,
  version integer not null,
  search_text text not null,
  "from" text not null,
  "to" text not null,
  body text,
  description text,
  direction text not null,
  manually_added integer not null,
  status text not null,
  status_reason text,
  sent_at integer,
  delivered_at integer,
  contact_id uuid,
  deal_id uuid,
  process_id uuid,
  conversation_id uuid not null,
  user_id uuid,
  primary key (account_id, id),
  foreign key (account_id, contact_id) references contacts (account_id, id),
  foreign key (account_id, deal_id) references deals (account_id, id),
  foreign key (account_id, process_id) references processes (account_id, id),
  foreign key (account_id, conversation_id) references conversations (account_id, id),
  foreign key (account_id, user_id) references users (account_id, id)
);

create table emails (
  account_id uuid not null references accounts (id),
  id uuid not null,
  created_at integer not null,
  updated_at integer not null,
  deleted_at integer,
  version integer not null,
  search_text text not null,
  "from" text not null,
  "to" text not null,
  cc text not null,
  subject text not null,
  body text,
  description text,
  direction text not null,
  manually_added integer not null,
  status text not null,
  status_reason text,
  sent_at integer,
  delivered_at integer,
  contact_id uuid,
  deal_id uuid,
  process_id uuid,
  conversation_id uuid not null,
  user_id uuid,
  primary key (account_id, id),
  foreign key (account_id, contact_id) references contacts (account_id, id),
  foreign key (account_id, deal_id) references deals (account_id, id),
  foreign key (account_id, process_id) references processes (account_id, id),
  foreign key (account_id, conversation_id) references conversations (account_id, id),
  foreign key (account_id, user_id) references users (account_id, id)
);

create table calls (
  account_id uuid not null references accounts (id),
  id uuid not null,
  created_at integer not null,
  updated_at integer not null,
  deleted_at integer,
  version integer not null,
  search_text text not null,
  direction text not null,
  outcome text not null,
  "from" text not null,
  "to" text not null,
  description text,
  duration_seconds integer,
  recording_url text,
  contact_id uuid,
  deal_id uuid,
  process_id uuid,
  conversation_id uuid,
  user_id uuid,
  primary key (account_id, id),
  foreign key (account_id, contact_id) references contacts (account_id, id),
  foreign key (account_id, deal_id) references deals (account_id, id),
  foreign key (account_id, process_id) references processes (account_id, id),
  foreign key (account_id, conversation_id) references conversations (account_id, id),
  foreign key (account_id, user_id) references users (account_id, id)
);
${['text_messages', 'emails', 'calls'].map(indexes).join('')}

create table outgoing_messages (
  account_id uuid not null references accounts (id),
  resource text not null,
  record_id uuid not null,
  attempts integer not null,
  created_at integer not null,
  next_attempt_at integer not null,
  primary key (account_id, resource, record_id)
);
create index outgoing_messages_by_turn on outgoing_messages (resource, next_attempt_at, record_id);
`

function indexes(table: string): string {
  const columns = ['contact', 'deal', 'process', 'conversation', 'user']
  return `
create index ${table}_by_creation on ${table} (account_id, created_at, id);
create index ${table}_by_update on ${table} (account_id, updated_at, id);
${columns.map((column) => `create index ${table}_by_${column} on ${table} (account_id, ${column}_id, created_at, id);`).join('\n')}
`
}

/** The tables that are searched by their `search_text`, as in 0004. */
const searched = ['conversations', 'text_messages', 'emails', 'calls']

export const messages = {
  sqlite: tables,
  postgres: `${tables};
${searched.map((table) => `create index ${table}_by_search on ${table} using gin (account_id, search_text gin_trgm_ops);`).join('\n')}`,
}
