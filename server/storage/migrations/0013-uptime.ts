/** When the server ran: a row for each time that a process began to, whichever account it served. */
export const uptime = `
create table server_runs (
  id uuid primary key,
  started_at integer not null,
  last_seen_at integer not null,
  ended text
);
create index server_runs_by_last_seen on server_runs (last_seen_at);
`
