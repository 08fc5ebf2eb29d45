import { type RawBuilder, sql } from 'kysely'
import { timeliness } from '../../resource-layer/fields/on-time.ts'
import { nullableIf } from '../../resource-layer/fields/schemas.ts'
import type { Call } from '../../rest/operation.ts'
import type { AccountStore, Row, Select, Value } from '../../storage/account-store.ts'
import { tasks } from '../tasks/tasks.schema.ts'
import { by, largestFirst, namesOf, personColumns, presentPeriod } from './reports.groups.ts'
import { type Range, rangeFilter, readPeriods, readRange, within } from './reports.range.ts'
import { filterParameters, type Records, readRecords } from './reports.records.ts'
import {
  countSchema,
  listsSchema,
  named,
  periodSchema,
  personSchema,
  type Report,
  shape,
} from './reports.shape.ts'

const notTaken = ['due_at', 'created_at', 'completed', 'skipped', 'on_time']
const parameters = filterParameters(tasks, notTaken)

const definition =
  'A task counts in the range and period in which it is due: `due` = `on_time` + `late` + `overdue` + `upcoming` + `skipped`. **On time** means done, not skipped, at its `due_at` or before, to the second. `late` was done after it. `overdue` is open and was due before `meta.as_of`; `upcoming` is open and due later. `skipped` was skipped, whenever. Tasks without `due_at` are none of these: `without_due_at` counts those that were created in the range. Deleted tasks never count.'

const counts = ['due', 'on_time', 'late', 'overdue', 'upcoming', 'skipped', 'without_due_at'] as const
type Counts = Record<(typeof counts)[number], number>

const numbers = {
  ...Object.fromEntries(counts.map((name) => [name, countSchema])),
  lists: listsSchema(counts),
}

/** How many tasks are done on time: by assignee, process type and period. */
export const taskReports: readonly Report[] = [
  {
    path: 'tasks/by_assignee',
    summary: 'Tasks on time by assignee',
    description: `How many tasks each person did on time, most due first; \`assignee\` is null for those that nobody has to do. A task that was reassigned counts for who has it now. ${definition}`,
    parameters,
    row: shape({ assignee: personSchema, ...numbers }),
    count: (call, now) =>
      countBy(call, now, {
        name: 'assignee',
        table: 'users',
        columns: personColumns,
        cells: cellsBy(by.column('user_id')),
        filterOf: (id) => ({ user_id: String(id ?? 'none') }),
      }),
  },
  {
    path: 'tasks/by_process_type',
    summary: 'Tasks on time by process type',
    description: `How many tasks of the processes of each type were done on time, most due first; \`process_type\` is null for tasks that belong to no process. ${definition}`,
    parameters,
    row: shape({ process_type: nullableIf(true, named), ...numbers }),
    count: (call, now) =>
      countBy(call, now, {
        name: 'process_type',
        table: 'process_types',
        cells: cellsByProcessType(call.read.store),
        filterOf: (id): Record<string, string> =>
          id === null ? { process_id: 'none' } : { process_type_id: String(id) },
      }),
  },
  {
    path: 'tasks/by_period',
    summary: 'Tasks on time by period',
    description: `How many of the tasks due in each day, week, month, quarter or year were done on time; by default in the last twelve periods, the current one included. ${definition}`,
    parameters,
    byPeriod: true,
    row: shape({ period: periodSchema, ...numbers }),
    async count(call, now) {
      const { name, list, range } = readPeriods(call.query, call.read.timeZone, now)
      const records = await readRecords(call, tasks, notTaken)
      const cells = {
        due: cellsBy(by.period('due_at', list)),
        created: cellsBy(by.period('created_at', list)),
      }
      const found = await countsBy(records, range, cells, now)
      return {
        range,
        period: name,
        total: list.length,
        rows: (start, end) =>
          list.slice(start, end).map((period, at) => ({
            period: presentPeriod(period),
            ...present(found.get(start + at), { records, range: period, now, filters: {} }),
          })),
      }
    },
  },
]

interface Group {
  name: string
  table: string
  columns?: readonly string[]
  cells: Cells
  filterOf(id: Value): Record<string, string>
}

async function countBy(call: Call, now: number, { name, table, columns, cells, filterOf }: Group) {
  const { store, timeZone } = call.read
  const range = readRange(call.query, timeZone)
  const records = await readRecords(call, tasks, notTaken)
  const found = await countsBy(records, range, { due: cells, created: cells }, now)
  const groups = largestFirst(found, ({ due }) => due)
  return {
    range,
    total: groups.length,
    async rows(start: number, end: number) {
      const page = groups.slice(start, end)
      const names = await namesOf(
        store,
        table,
        page.map(([id]) => id),
        columns,
      )
      return page.map(([id, own]) => ({
        [name]: names.get(id) ?? null,
        ...present(own, { records, range, now, filters: filterOf(id) }),
      }))
    },
  }
}

async function countsBy(
  records: Records,
  range: Range,
  cells: { due: Cells; created: Cells },
  now: number,
): Promise<Map<Value, Counts>> {
  const { onTime, late } = timeliness('completed_at')
  const dated = within(records.rows, 'due_at', range).where('due_at', 'is not', null)
  const undated = within(records.rows, 'created_at', range).where('due_at', 'is', null)
  const [due, withoutDue] = await Promise.all([
    cells.due(dated, {
      due: sql`true`,
      on_time: sql`skipped = 0 and ${onTime}`,
      late: sql`skipped = 0 and ${late}`,
      overdue: sql`completed_at is null and due_at < ${now}`,
      upcoming: sql`completed_at is null and due_at >= ${now}`,
      skipped: sql`skipped = 1`,
    }),
    cells.created(undated, { without_due_at: sql`true` }),
  ])
  const found = new Map<Value, Counts>()
  for (const cell of [...due, ...withoutDue]) {
    const key = cell.group_key ?? null
    const own = found.get(key) ?? nothing()
    found.set(key, own)
    for (const name of counts) own[name] += Number(cell[name] ?? 0)
  }
  return found
}

type Conditions = Partial<Record<keyof Counts, RawBuilder<unknown>>>

/** Counts the rows that meet each condition, by a `group_key`. */
type Cells = (rows: Select, conditions: Conditions) => Promise<Row[]>

function cellsBy(group: RawBuilder<unknown>): Cells {
  return (rows, conditions) => grouped(rows, group, conditions).execute()
}

/** By process first: a type is then looked up once a process and not once a task. */
function cellsByProcessType(store: AccountStore): Cells {
  return (rows, conditions) => {
    const cells = store.fromRows(grouped(rows, by.column('process_id'), conditions), 'cells')
    const type = store
      .from('processes')
      .select('process_type_id')
      .whereRef('processes.id', '=', 'cells.group_key')
    const sums = Object.keys(conditions).map((name) => sql<number>`sum(${sql.ref(name)})`.as(name))
    const byType = cells.select([sql<Value>`(${type})`.as('type_id'), ...sums]) as unknown as Select
    return store
      .fromRows(byType.groupBy('type_id'), 'types')
      .select(['type_id as group_key', ...Object.keys(conditions)])
      .execute()
  }
}

function grouped(rows: Select, group: RawBuilder<unknown>, conditions: Conditions): Select {
  const counted = rows.select([
    group.as('group_key'),
    ...Object.entries(conditions).map(([name, condition]) =>
      sql<number>`sum(case when ${condition} then 1 else 0 end)`.as(name),
    ),
  ]) as unknown as Select
  return counted.groupBy('group_key')
}

function nothing(): Counts {
  return Object.fromEntries(counts.map((name) => [name, 0])) as Counts
}

function present(
  own: Counts = nothing(),
  {
    records,
    range,
    now,
    filters,
  }: { records: Records; range: Range; now: number; filters: Record<string, string> },
) {
  const hasRange = range.from !== null || range.to !== null
  const due = { ...(hasRange ? rangeFilter('due_at', range) : { due_at: 'any' }), ...filters }
  const open = (part: Range) => ({ ...rangeFilter('due_at', part), ...filters, completed: 'false' })
  return {
    ...own,
    lists: {
      due: records.list(due),
      on_time: records.list({ ...due, on_time: 'true' }),
      late: records.list({ ...due, on_time: 'false' }),
      overdue: records.list(open({ ...range, to: Math.min(now, range.to ?? now) })),
      upcoming: records.list(open({ ...range, from: Math.max(now, range.from ?? now) })),
      skipped: records.list({ ...due, skipped: 'true' }),
      without_due_at: records.list({ ...rangeFilter('created_at', range), ...filters, due_at: 'none' }),
    },
  }
}
