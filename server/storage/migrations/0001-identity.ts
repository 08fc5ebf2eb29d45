/** Who can sign in, and to which accounts they belong: better-auth's tables, under the names of the field. */
export const identity = `
create table accounts (
  id uuid primary key,
  name text not null,
  slug text not null unique,
  logo text,
  metadata text,
  created_at timestamp not null
);
`
