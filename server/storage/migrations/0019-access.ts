/**
 * What members may see and do, where an admin has set it; and which key made a webhook subscription, which
 * then tells only what that key may see.
 */
export const access = `
create table member_permissions (
  account_id uuid not null,
  user_id uuid not null,
  permissions text not null,
  updated_at integer not null,
  primary key (account_id, user_id),
  foreign key (account_id, user_id) references users (account_id, id)
);
alter table webhook_subscriptions add column key_id uuid;
`
