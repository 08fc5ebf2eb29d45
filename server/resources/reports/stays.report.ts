import { sql } from 'kysely'
import type { Call } from '../../rest/operation.ts'
import type { Select, Value } from '../../storage/account-store.ts'
import type { StayOwner } from '../stage-stays/stage-stays.keeping.ts'
import { stageStays } from '../stage-stays/stage-stays.schema.ts'
import { durationLists, durationNumbers, durationsBy, durationValues } from './reports.durations.ts'
import { by, placedStages, shownStages } from './reports.groups.ts'
import { rangeFilter, readRange, within } from './reports.range.ts'
import { filterParameters, readRecords } from './reports.records.ts'
import { countSchema, listsSchema, named, type Report, shape, stageSchema } from './reports.shape.ts'

const notTaken = ['entered_at', 'open', 'seconds']

const lengths = ['average_seconds', 'median_seconds', 'p90_seconds'] as const

const definition =
  'A stay counts in the range in which it began. `stays` = `left` + `still_there`. The seconds are those of the stays that have ended: `average_seconds` rounded to whole seconds, `median_seconds` and `p90_seconds` the length at or below which half, or nine tenths, of them lie (the nearest rank, so a length that occurs); null where none has ended. A record that comes back to a stage has another stay. Stays of deleted records never count; the time that a restored one was deleted belongs to its stay.'

/** How long records stand in each stage. */
export const stayReports: readonly Report[] = [
  report({
    path: 'deals/time_in_stage',
    what: 'deals',
    owner: 'deal_id',
    stages: 'stages',
    parentName: 'pipeline',
  }),
  report({
    path: 'processes/time_in_stage',
    what: 'processes',
    owner: 'process_id',
    stages: 'process_stages',
    parentName: 'process_type',
  }),
]

interface Kind {
  path: string
  what: string
  owner: StayOwner
  stages: 'stages' | 'process_stages'
  parentName: 'pipeline' | 'process_type'
}

function report(kind: Kind): Report {
  const { path, what, parentName } = kind
  return {
    path,
    summary: `Time in stage of ${what}`,
    description: `How long ${what} stand in each stage, with every stage that is there. ${definition}`,
    parameters: filterParameters(stageStays, notTaken),
    row: shape({
      stage: stageSchema,
      [parentName]: named,
      stays: countSchema,
      left: countSchema,
      still_there: countSchema,
      ...durationNumbers(lengths),
      lists: listsSchema(['stays', 'left', 'still_there'], [lengths[1], lengths[2]]),
    }),
    count: (call) => count(call, kind),
  }
}

async function count(call: Call, { owner, stages: table, parentName }: Kind) {
  const { store, timeZone } = call.read
  const range = readRange(call.query, timeZone)
  const records = await readRecords(call, stageStays, notTaken)
  // A stay is a deal's exactly when its stage is a pipeline's; the index is by stage.
  const rows = within(records.rows, 'entered_at', range).where(
    'stage_id',
    'in',
    store.from(table).select('id'),
  )
  const [counts, durations, all] = await Promise.all([
    countsBy(rows),
    durationsBy(store, rows, by.column('stage_id'), 'seconds'),
    placedStages(store, table),
  ])
  const shown = shownStages(all, records, `${parentName}_id`, (id) => counts.has(id))
  return {
    range,
    total: shown.length,
    rows: (start: number, end: number) =>
      shown.slice(start, end).map(({ id, name, status, parent }) => {
        const { stays, left } = counts.get(id) ?? { stays: 0, left: 0 }
        const own = records.chosen(owner) === null ? { [owner]: 'any' } : {}
        const filters = { ...rangeFilter('entered_at', range), ...own, stage_id: id }
        return {
          stage: { id, name, status },
          [parentName]: parent,
          stays,
          left,
          still_there: stays - left,
          ...durationValues(durations.get(id), lengths),
          lists: {
            stays: records.list(filters),
            left: records.list({ ...filters, open: 'false' }),
            still_there: records.list({ ...filters, open: 'true' }),
            ...durationLists(durations.get(id), lengths, (order) =>
              records.list({ ...filters, open: 'false', order_field: 'seconds', ...order }),
            ),
          },
        }
      }),
  }
}

async function countsBy(rows: Select): Promise<Map<Value, { stays: number; left: number }>> {
  const found = await (
    rows.select([
      'stage_id',
      sql<number>`count(*)`.as('stays'),
      sql<number>`count(seconds)`.as('ended'),
    ]) as unknown as Select
  )
    .groupBy('stage_id')
    .execute()
  return new Map(
    found.map((row) => [row.stage_id ?? null, { stays: Number(row.stays), left: Number(row.ended) }]),
  )
}
