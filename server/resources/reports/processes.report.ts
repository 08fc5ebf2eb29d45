import { type RawBuilder, sql } from 'kysely'
import { timeliness } from '../../resource-layer/fields/on-time.ts'
import { presentTime } from '../../resource-layer/values.ts'
import type { Call } from '../../rest/operation.ts'
import type { AccountStore, Select, Value } from '../../storage/account-store.ts'
import { processes } from '../processes/processes.schema.ts'
import { closedStatuses } from '../processes/processes.status.ts'
import {
  type Durations,
  durationLists,
  durationNumbers,
  durationsBy,
  durationValues,
} from './reports.durations.ts'
import { by, largestFirst, namesOf, presentPeriod } from './reports.groups.ts'
import { type Range, rangeFilter, readPeriods, readRange, within } from './reports.range.ts'
import { filterParameters, type Records, readRecords } from './reports.records.ts'
import { countSchema, listsSchema, named, periodSchema, type Report, shape } from './reports.shape.ts'

const notTaken = ['created_at', 'closed_at', 'due_at', 'on_time', 'status', 'time_to_close']
const parameters = filterParameters(processes, notTaken)

const definition =
  '`started`: created in the range; of these `open` are open now, and `overdue` are open and were due before `meta.as_of`. `completed` and `canceled`: closed in the range, whenever they were created, and standing in a stage of that status now; one that was reopened is not closed. Of the completed ones, `completed_on_time` were closed by their `due_at`, to the second, `completed_late` after it, and `completed_without_due_at` had none. The times to close are those of the completed ones, in seconds from creation to closing: the average rounded, median and p90 the time within which half, or nine tenths, of them were completed (the nearest rank, so a time that occurs); null where none was completed. Deleted processes never count.'

const counts = [
  'started',
  'open',
  'overdue',
  'completed',
  'completed_on_time',
  'completed_late',
  'completed_without_due_at',
  'canceled',
] as const
const times = ['average_time_to_close', 'median_time_to_close', 'p90_time_to_close'] as const

type Counts = Record<(typeof counts)[number], number>

const numbers = {
  ...Object.fromEntries(counts.map((name) => [name, countSchema])),
  ...durationNumbers(times),
  lists: listsSchema(counts, [times[1], times[2]]),
}

/** How many processes are started and completed, in what time and how well in time. */
export const processReports: readonly Report[] = [
  {
    path: 'processes/by_type',
    summary: 'Completion and cycle time of processes by type',
    description: `How many processes of each type were started and completed, how long that took and how many were in time; the type with the most started first. Types without any are left out. ${definition}`,
    parameters,
    row: shape({ process_type: named, ...numbers }),
    async count(call, now) {
      const { store, timeZone } = call.read
      const range = readRange(call.query, timeZone)
      const records = await readRecords(call, processes, notTaken)
      const type = by.column('process_type_id')
      const found = await countsBy(store, records, range, { started: type, closed: type }, now)
      const groups = largestFirst(found.counts, ({ started }) => started)
      return {
        range,
        total: groups.length,
        async rows(start, end) {
          const page = groups.slice(start, end)
          const names = await namesOf(
            store,
            'process_types',
            page.map(([id]) => id),
          )
          return page.map(([id, own]) => ({
            process_type: names.get(id),
            ...present(own, found.durations.get(id), {
              records,
              range,
              now,
              filters: { process_type_id: String(id) },
            }),
          }))
        },
      }
    },
  },
  {
    path: 'processes/by_period',
    summary: 'Completion and cycle time of processes by period',
    description: `How many processes were started and completed in each day, week, month, quarter or year, how long that took and how many were in time; by default in the last twelve periods, the current one included. In each, the range is the period. ${definition}`,
    parameters,
    byPeriod: true,
    row: shape({ period: periodSchema, ...numbers }),
    count: countByPeriod,
  },
]

async function countByPeriod(call: Call, now: number) {
  const { store, timeZone } = call.read
  const { name, list, range } = readPeriods(call.query, timeZone, now)
  const records = await readRecords(call, processes, notTaken)
  const groups = { started: by.period('created_at', list), closed: by.period('closed_at', list) }
  const found = await countsBy(store, records, range, groups, now)
  return {
    range,
    period: name,
    total: list.length,
    rows: (start: number, end: number) =>
      list.slice(start, end).map((period, at) => ({
        period: presentPeriod(period),
        ...present(found.counts.get(start + at), found.durations.get(start + at), {
          records,
          range: period,
          now,
          filters: {},
        }),
      })),
  }
}

/** What is started counts by its creation, what is closed by its closing. */
async function countsBy(
  store: AccountStore,
  records: Records,
  range: Range,
  group: { started: RawBuilder<unknown>; closed: RawBuilder<unknown> },
  now: number,
): Promise<{ counts: Map<Value, Counts>; durations: Map<Value, Durations> }> {
  const started = within(records.rows, 'created_at', range)
  const closed = within(records.rows, 'closed_at', range).where('closed_at', 'is not', null)
  const completed = closed.where(
    'stage_id',
    'in',
    store.from('process_stages').select('id').where('status', '=', 'completed'),
  )
  const [startedCells, closedCells, durations, stages] = await Promise.all([
    cellsOf(started, group.started, { overdue: sql`due_at < ${now}` }),
    cellsOf(closed, group.closed, {
      ...timeliness('closed_at'),
      withoutDue: sql`due_at is null`,
    }),
    durationsBy(store, completed, group.closed, 'time_to_close'),
    store.from('process_stages').select(['id', 'status']).execute(),
  ])
  const statuses = new Map(stages.map(({ id, status }) => [id, String(status)]))
  const found = new Map<Value, Counts>()
  const of = (key: Value | undefined) => {
    const known = found.get(key ?? null) ?? nothing()
    found.set(key ?? null, known)
    return known
  }
  for (const cell of startedCells) {
    const own = of(cell.group_key)
    own.started += Number(cell.processes)
    if (closedStatuses.includes(statuses.get(cell.own_stage_id ?? null) ?? '')) continue
    own.open += Number(cell.processes)
    own.overdue += Number(cell.overdue)
  }
  for (const cell of closedCells) {
    const own = of(cell.group_key)
    const status = statuses.get(cell.own_stage_id ?? null)
    if (status === 'canceled') own.canceled += Number(cell.processes)
    if (status !== 'completed') continue
    own.completed += Number(cell.processes)
    own.completed_on_time += Number(cell.onTime)
    own.completed_late += Number(cell.late)
    own.completed_without_due_at += Number(cell.withoutDue)
  }
  return { counts: found, durations }
}

/** Grouped by the stage as well, which tells the status. */
function cellsOf(rows: Select, group: RawBuilder<unknown>, conditions: Record<string, RawBuilder<unknown>>) {
  const grouped = rows.select([
    group.as('group_key'),
    'stage_id as own_stage_id',
    sql<number>`count(*)`.as('processes'),
    ...Object.entries(conditions).map(([name, condition]) =>
      sql<number>`sum(case when ${condition} then 1 else 0 end)`.as(name),
    ),
  ]) as unknown as Select
  return grouped.groupBy(['group_key', 'own_stage_id']).execute()
}

function nothing(): Counts {
  return Object.fromEntries(counts.map((name) => [name, 0])) as Counts
}

function present(
  own: Counts = nothing(),
  durations: Durations | undefined,
  {
    records,
    range,
    now,
    filters,
  }: { records: Records; range: Range; now: number; filters: Record<string, string> },
) {
  const started = { ...rangeFilter('created_at', range), ...filters }
  const completed = { ...rangeFilter('closed_at', range), ...filters, status: 'completed' }
  return {
    ...own,
    ...durationValues(durations, times),
    lists: {
      started: records.list(started),
      open: records.list({ ...started, status: 'open' }),
      overdue: records.list({ ...started, status: 'open', 'due_at[lt]': presentTime(now) }),
      completed: records.list(completed),
      completed_on_time: records.list({ ...completed, on_time: 'true' }),
      completed_late: records.list({ ...completed, on_time: 'false' }),
      completed_without_due_at: records.list({ ...completed, due_at: 'none' }),
      canceled: records.list({ ...completed, status: 'canceled' }),
      ...durationLists(durations, times, (page) =>
        records.list({ ...completed, order_field: 'time_to_close', ...page }),
      ),
    },
  }
}
