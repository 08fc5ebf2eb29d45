import { type RawBuilder, sql } from 'kysely'
import Type from 'typebox'
import { nullableIf } from '../../resource-layer/fields/schemas.ts'
import type { AccountStore, Select, Value } from '../../storage/account-store.ts'

/** Whole seconds; the average is rounded. */
export interface Durations {
  count: number
  average: number
  median: number
  p90: number
}

/**
 * The average, median and 90th percentile of a column of seconds, for each group. The last two are values that
 * occur: the one at the place that `placeOf` tells, counted from the shortest.
 */
export async function durationsBy(
  store: AccountStore,
  rows: Select,
  group: RawBuilder<unknown>,
  column: string,
): Promise<Map<Value, Durations>> {
  const lengths = rows
    .where(column, 'is not', null)
    .select([group.as('group_key'), sql.ref(column).as('length')]) as unknown as Select
  const ranked = store
    .fromRows(lengths, 'lengths')
    .select([
      'group_key',
      'length',
      sql<number>`row_number() over (partition by group_key order by length)`.as('place'),
      sql<number>`count(*) over (partition by group_key)`.as('total'),
    ]) as unknown as Select
  const found = await store
    .fromRows(ranked, 'ranked')
    .select([
      'group_key',
      sql<number>`count(*)`.as('total_count'),
      sql<string>`cast(sum(length) as text)`.as('total_length'),
      sql<number>`max(case when place = (total + 1) / 2 then length end)`.as('median'),
      sql<number>`max(case when place = (9 * total + 9) / 10 then length end)`.as('p90'),
    ])
    .groupBy('group_key')
    .execute()
  return new Map(
    found.map((row) => [
      row.group_key ?? null,
      {
        count: Number(row.total_count),
        average: Math.round(Number(row.total_length) / Number(row.total_count)),
        median: Number(row.median),
        p90: Number(row.p90),
      },
    ]),
  )
}

/** The place of the value below or at which that part of all lie (nearest rank), from 1. */
export function placeOf(part: 'median' | 'p90', count: number): number {
  return part === 'median' ? Math.floor((count + 1) / 2) : Math.floor((9 * count + 9) / 10)
}

type Names = readonly [average: string, median: string, p90: string]

/** The three numbers under their names, as they are documented. */
export function durationNumbers(names: Names) {
  return Object.fromEntries(names.map((name) => [name, nullableIf(true, Type.Integer())]))
}

/** The three numbers; null where nothing lasted. */
export function durationValues(durations: Durations | undefined, [average, median, p90]: Names) {
  return {
    [average]: durations?.average ?? null,
    [median]: durations?.median ?? null,
    [p90]: durations?.p90 ?? null,
  }
}

/** For median and percentile the list, in order, whose only record has that value. */
export function durationLists(
  durations: Durations | undefined,
  [, median, p90]: Names,
  list: (page: { per_page: string; page: string }) => string,
) {
  const at = (part: 'median' | 'p90') =>
    durations ? list({ per_page: '1', page: String(placeOf(part, durations.count)) }) : null
  return { [median]: at('median'), [p90]: at('p90') }
}
