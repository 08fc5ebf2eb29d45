import { type RawBuilder, sql } from 'kysely'
import { decimalSchema, nullableIf } from '../../resource-layer/fields/schemas.ts'
import { presentDecimal } from '../../resource-layer/values.ts'
import type { Call } from '../../rest/operation.ts'
import type { AccountStore, Select, Value } from '../../storage/account-store.ts'
import { openStatuses } from '../deals/deals.rules.ts'
import { deals } from '../deals/deals.schema.ts'
import {
  by,
  largestFirst,
  namesOf,
  personColumns,
  placedStages,
  presentPeriod,
  shownStages,
} from './reports.groups.ts'
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
  stageSchema,
} from './reports.shape.ts'

const notTaken = ['created_at', 'status']
const parameters = filterParameters(deals, notTaken)

const definition =
  'A deal counts in the range and period in which it was created, and is open, won, lost, past or invalid by the status of the stage in which it stands now. `value` and `cost` are the sums of those of its deals that have one. Deleted deals never count.'

const counts = ['count', 'open', 'won', 'lost', 'past', 'invalid'] as const
type CountName = (typeof counts)[number]

/** Sums are exact, beyond what a number can hold. */
interface Sums {
  counts: Record<CountName, number>
  value: bigint
  cost: bigint
}

const numbers = {
  ...Object.fromEntries(counts.map((name) => [name, countSchema])),
  value: decimalSchema,
  cost: decimalSchema,
  lists: listsSchema(counts),
}

/** How many deals there are and what they are worth: by stage, source, assignee and period. */
export const dealReports: readonly Report[] = [
  {
    path: 'deals/by_stage',
    summary: 'Deals by stage',
    description: `How many deals stand in each stage, with every stage that is there. ${definition}`,
    parameters,
    row: shape({ stage: stageSchema, pipeline: named, ...numbers }),
    async count(call) {
      const { records, range, rows } = await read(call)
      const { store } = call.read
      const sums = await sumsBy(store, rows, by.column('stage_id'))
      const stages = shownStages(await placedStages(store, 'stages'), records, 'pipeline_id', (id) =>
        sums.has(id),
      )
      return {
        range,
        total: stages.length,
        rows: (start, end) =>
          stages.slice(start, end).map(({ id, name, status, parent }) => ({
            stage: { id, name, status },
            pipeline: parent,
            ...present(sums.get(id), records, { ...rangeFilter('created_at', range), stage_id: id }),
          })),
      }
    },
  },
  {
    path: 'deals/by_source',
    summary: 'Deals by source',
    description: `How many deals came from each source, most first; \`source\` is null for those without one. Sources without a deal are left out. ${definition}`,
    parameters,
    row: shape({ source: nullableIf(true, named), ...numbers }),
    count: (call) => countBy(call, { name: 'source', column: 'source_id', table: 'sources' }),
  },
  {
    path: 'deals/by_assignee',
    summary: 'Deals by assignee',
    description: `How many deals each person works on, most first; \`assignee\` is null for those that nobody works on. People without a deal are left out. A deal that was reassigned counts for who has it now. ${definition}`,
    parameters,
    row: shape({ assignee: personSchema, ...numbers }),
    count: (call) =>
      countBy(call, { name: 'assignee', column: 'user_id', table: 'users', columns: personColumns }),
  },
  {
    path: 'deals/by_period',
    summary: 'Deals by period',
    description: `How many deals were created in each day, week, month, quarter or year; by default in the last twelve periods, the current one included. ${definition}`,
    parameters,
    byPeriod: true,
    row: shape({ period: periodSchema, ...numbers }),
    async count(call, now) {
      const { timeZone, store } = call.read
      const periods = readPeriods(call.query, timeZone, now)
      const records = await readRecords(call, deals, notTaken)
      const rows = within(records.rows, 'created_at', periods.range)
      const sums = await sumsBy(store, rows, by.period('created_at', periods.list))
      return {
        range: periods.range,
        period: periods.name,
        total: periods.list.length,
        rows: (start, end) =>
          periods.list.slice(start, end).map((period, at) => ({
            period: presentPeriod(period),
            ...present(sums.get(start + at), records, rangeFilter('created_at', period)),
          })),
      }
    },
  },
]

async function countBy(
  call: Call,
  group: { name: string; column: string; table: string; columns?: readonly string[] },
) {
  const { records, range, rows } = await read(call)
  const { store } = call.read
  const sums = largestFirst(
    await sumsBy(store, rows, by.column(group.column)),
    ({ counts: { count } }) => count,
  )
  return {
    range,
    total: sums.length,
    async rows(start: number, end: number) {
      const page = sums.slice(start, end)
      const names = await namesOf(
        store,
        group.table,
        page.map(([id]) => id),
        group.columns,
      )
      return page.map(([id, own]) => ({
        [group.name]: names.get(id) ?? null,
        ...present(own, records, {
          ...rangeFilter('created_at', range),
          [group.column]: String(id ?? 'none'),
        }),
      }))
    },
  }
}

async function read(call: Call): Promise<{ records: Records; range: Range; rows: Select }> {
  const range = readRange(call.query, call.read.timeZone)
  const records = await readRecords(call, deals, notTaken)
  return { records, range, rows: within(records.rows, 'created_at', range) }
}

/** Grouped by the stage as well, which tells the status. */
async function sumsBy(
  store: AccountStore,
  rows: Select,
  group: RawBuilder<unknown>,
): Promise<Map<Value, Sums>> {
  const grouped = rows.select([
    group.as('group_key'),
    'stage_id as own_stage_id',
    sql<number>`count(*)`.as('deals'),
    ...sumOf('value'),
    ...sumOf('cost'),
  ]) as unknown as Select
  const [cells, stages] = await Promise.all([
    grouped.groupBy(['group_key', 'own_stage_id']).execute(),
    store.from('stages').select(['id', 'status']).execute(),
  ])
  const statuses = new Map(stages.map(({ id, status }) => [id, status]))
  const groups = new Map<Value, Sums>()
  for (const cell of cells) {
    const key = cell.group_key ?? null
    const sums = groups.get(key) ?? nothing()
    groups.set(key, sums)
    sums.counts.count += Number(cell.deals)
    sums.counts[outcomeOf(statuses.get(cell.own_stage_id ?? null))] += Number(cell.deals)
    sums.value += whole(cell.value_units, cell.value_rest)
    sums.cost += whole(cell.cost_units, cell.cost_rest)
  }
  return groups
}

/** The units and the ten-thousandths apart, as text: no engine's integer is too small for the sum. */
function sumOf(column: 'value' | 'cost') {
  const amount = sql.ref(column)
  return [
    sql<string>`cast(sum(${amount} / 10000) as text)`.as(`${column}_units`),
    sql<string>`cast(sum(${amount} % 10000) as text)`.as(`${column}_rest`),
  ]
}

function whole(units: Value | undefined, rest: Value | undefined): bigint {
  return BigInt(units ?? 0) * 10_000n + BigInt(rest ?? 0)
}

function outcomeOf(status: Value | undefined): Exclude<CountName, 'count'> {
  const word = String(status)
  if (openStatuses.includes(word)) return 'open'
  const outcome = (['won', 'lost', 'past', 'invalid'] as const).find((known) => known === word)
  if (!outcome) throw new Error(`A stage has the status ${word}`)
  return outcome
}

function nothing(): Sums {
  return {
    counts: { count: 0, open: 0, won: 0, lost: 0, past: 0, invalid: 0 },
    value: 0n,
    cost: 0n,
  }
}

function present(sums: Sums = nothing(), records: Records, filters: Record<string, string>) {
  return {
    ...sums.counts,
    value: presentDecimal(sums.value),
    cost: presentDecimal(sums.cost),
    lists: Object.fromEntries(
      counts.map((name) => [name, records.list(name === 'count' ? filters : { ...filters, status: name })]),
    ),
  }
}
