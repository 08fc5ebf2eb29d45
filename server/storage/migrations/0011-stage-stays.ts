/**
 * How long each deal and process stood in each stage: one row a stay, kept in the write path from now on. A
 * stay belongs to a deal in a stage of a pipeline, or to a process in a stage of its type; `stage_id` is that
 * of either, copied from the record, whose own foreign key guards it. `search_text` stays empty: a stay is
 * found through its record. `seconds` is the length of a stay that has ended. The wide indexes hold all that
 * the reports count, so that they do not read the rows.
 */
const tables = `
create table stage_stays (
  account_id uuid not null references accounts (id),
  id uuid not null,
  created_at integer not null,
  updated_at integer not null,
  deleted_at integer,
  version integer not null,
  search_text text not null default '',
  deal_id uuid,
  process_id uuid,
  stage_id uuid not null,
  entered_at integer not null,
  left_at integer,
  seconds integer,
  primary key (account_id, id),
  foreign key (account_id, deal_id) references deals (account_id, id),
  foreign key (account_id, process_id) references processes (account_id, id)
);
create index stage_stays_by_creation on stage_stays (account_id, created_at, id);
create index stage_stays_by_update on stage_stays (account_id, updated_at, id);
create index stage_stays_by_deal on stage_stays (account_id, deal_id, entered_at, id);
create index stage_stays_by_process on stage_stays (account_id, process_id, entered_at, id);
create index stage_stays_by_entry on stage_stays (account_id, entered_at, id);
create index stage_stays_by_stage on stage_stays
  (account_id, stage_id, seconds, id, entered_at, deleted_at);

alter table processes add column time_to_close integer;
create index processes_by_closing on processes (account_id, closed_at, id);
create index processes_by_progress on processes
  (account_id, process_type_id, time_to_close, stage_id, created_at, closed_at, due_at, deleted_at);

create index deals_by_worth on deals
  (account_id, created_at, deleted_at, stage_id, source_id, user_id, pipeline_id, value, cost);

create index tasks_by_completion on tasks (account_id, completed_at, id);
create index tasks_by_timeliness on tasks
  (account_id, due_at, deleted_at, completed_at, skipped, user_id, process_id);
`

/** The stays of all that was written before, from the change log. The change that began a stay gives its id. */
const stays = {
  sqlite: `${backFill('deals', 'deal_id', "json_extract(changed, '$.stage_id[1]')")};
${backFill('processes', 'process_id', "json_extract(changed, '$.stage_id[1]')")}`,
  postgres: `${backFill('deals', 'deal_id', "(changed::json -> 'stage_id' ->> 1)::uuid")};
${backFill('processes', 'process_id', "(changed::json -> 'stage_id' ->> 1)::uuid")}`,
}

/** How long the processes took that are closed already, in whole seconds. */
const durations = `
update processes set time_to_close =
  case when closed_at > created_at then (closed_at - created_at) / 1000 else 0 end
where closed_at is not null
`

export const stageStayBackFill = {
  sqlite: `${stays.sqlite};${durations}`,
  postgres: `${stays.postgres};${durations}`,
}

export const stageStays = {
  sqlite: `${tables};${stageStayBackFill.sqlite}`,
  postgres: `${tables};
create index stage_stays_by_search on stage_stays using gin (account_id, search_text gin_trgm_ops);
${stageStayBackFill.postgres}`,
}

function backFill(resource: 'deals' | 'processes', column: string, stage: string): string {
  return `
insert into stage_stays
  (account_id, id, created_at, updated_at, deleted_at, version, ${column}, stage_id, entered_at, left_at, seconds)
select stays.account_id, stays.id, stays.entered_at,
  case when records.deleted_at is not null then records.deleted_at
    when stays.left_at is not null then stays.left_at else stays.entered_at end,
  records.deleted_at, case when stays.left_at is null then 1 else 2 end,
  records.id, stays.stage_id, stays.entered_at, stays.left_at,
  case when stays.left_at is null then null else (stays.left_at - stays.entered_at) / 1000 end
from (
  select entries.*, lead(entered_at) over (partition by account_id, record_id order by entered_at, id) as left_at
  from (
    select account_id, id, record_id, occurred_at as entered_at, ${stage} as stage_id
    from changes where resource = '${resource}' and action in ('created', 'updated')
  ) as entries
  where stage_id is not null
) as stays
join ${resource} as records on records.account_id = stays.account_id and records.id = stays.record_id`
}
