import { type RawBuilder, sql } from 'kysely'
import { ApiError } from '../../errors/api-error.ts'
import { FieldProblem } from '../../resource-layer/resource.ts'
import { parseTime, presentTime } from '../../resource-layer/values.ts'
import type { Form } from '../../rest/rack-form.ts'
import type { Select } from '../../storage/account-store.ts'

/** A stretch of time, from `from` on and before `to`, in milliseconds since 1970; null is without an end. */
export interface Range {
  from: number | null
  to: number | null
}

export const periods = ['day', 'week', 'month', 'quarter', 'year'] as const
type PeriodName = (typeof periods)[number]

/** A calendar day, week, month, quarter or year at the account, cut off by the range of the report. */
export interface Period {
  from: number
  to: number
  /** The first day of the whole of it. */
  startsOn: string
}

export interface Periods {
  name: PeriodName
  list: readonly [Period, ...Period[]]
  range: { from: number; to: number }
}

export const mostPeriods = 400
/** How many are shown when the request does not say from when on. */
export const usualPeriods = 12

/** `from` and `to` of a request. @throws ApiError invalid_parameter */
export function readRange(form: Form, timeZone: string): Range {
  const range = { from: readTime(form, 'from', timeZone), to: readTime(form, 'to', timeZone) }
  if (range.from !== null && range.to !== null) requireOrder(range.from, range.to)
  return range
}

/**
 * The periods of a request: by default the last twelve, up to the end of the current one.
 * @throws ApiError invalid_parameter, too_many_periods
 */
export function readPeriods(form: Form, timeZone: string, now: number): Periods {
  const name = readPeriod(form)
  const given = readRange(form, timeZone)
  const to = given.to ?? startAt(name, dayAt(now, timeZone), timeZone, 1)
  const from = given.from ?? startAt(name, dayAt(to - 1, timeZone), timeZone, 1 - usualPeriods)
  requireOrder(from, to)
  const first = startOf(name, dayAt(from, timeZone))
  const list: Period[] = []
  for (let at = 0, start = from; start < to; at++) {
    if (at === mostPeriods) {
      throw new ApiError(
        'too_many_periods',
        `from and to are more than ${mostPeriods} periods of a ${name} apart; narrow them or choose a longer period`,
        { param: 'period' },
      )
    }
    const end = Math.min(to, startAt(name, first, timeZone, at + 1))
    list.push({ from: start, to: end, startsOn: plus(name, first, at).toString() })
    start = end
  }
  const [earliest, ...others] = list
  // There is one, for `from` is before `to`.
  if (!earliest) throw new Error('A range without a period')
  return { name, list: [earliest, ...others], range: { from, to } }
}

/** Narrows to the rows whose column lies in the range. */
export function within(query: Select, column: string, { from, to }: Range): Select {
  let narrowed = query
  if (from !== null) narrowed = narrowed.where(column, '>=', from)
  if (to !== null) narrowed = narrowed.where(column, '<', to)
  return narrowed
}

/** The same, as parameters of a list. */
export function rangeFilter(column: string, { from, to }: Range): Record<string, string> {
  return {
    ...(from === null ? {} : { [`${column}[gte]`]: presentTime(from) }),
    ...(to === null ? {} : { [`${column}[lt]`]: presentTime(to) }),
  }
}

/** The place in the list of the period that a time lies in, as SQL that halves the list at each step. */
export function periodOf(column: string, list: readonly Period[], first = 0): RawBuilder<number> {
  if (list.length <= 1) return sql<number>`${sql.lit(first)}`
  const half = Math.ceil(list.length / 2)
  const [before, after] = [list.slice(0, half), list.slice(half)]
  return sql<number>`case when ${sql.ref(column)} < ${after[0]?.from}
    then ${periodOf(column, before, first)} else ${periodOf(column, after, first + half)} end`
}

function readPeriod(form: Form): PeriodName {
  const given = form.period ?? 'month'
  const name = periods.find((known) => typeof given === 'string' && known === given.toLowerCase())
  if (name) return name
  throw new ApiError('invalid_parameter', `period must be one of ${periods.join(', ')}`, { param: 'period' })
}

/** A day is its beginning at the account; times count in whole seconds, as lists show them. */
function readTime(form: Form, name: 'from' | 'to', timeZone: string): number | null {
  const given = form[name]
  if (given === undefined || given === '') return null
  try {
    const text = String(typeof given === 'string' ? given : '').trim()
    const isDay = /^\d{4}-\d{2}-\d{2}$/.test(text)
    const time = Math.floor(parseTime(text) / 1000) * 1000
    const moment = isDay ? midnight(Temporal.PlainDate.from(text), timeZone) : time
    const { year } = dayAt(moment, timeZone)
    if (year < 1 || year > 9998) throw new FieldProblem('must lie in the years 1 to 9998')
    return moment
  } catch (error) {
    if (!(error instanceof FieldProblem)) throw error
    throw new ApiError('invalid_parameter', `${name} ${error.message}`, { param: name })
  }
}

function requireOrder(from: number, to: number): void {
  if (from < to) return
  throw new ApiError(
    'invalid_parameter',
    `from must be before to: they are ${presentTime(from)} and ${presentTime(to)}`,
    { param: 'from' },
  )
}

function dayAt(time: number, timeZone: string): Temporal.PlainDate {
  return Temporal.Instant.fromEpochMilliseconds(time).toZonedDateTimeISO(timeZone).toPlainDate()
}

function midnight(day: Temporal.PlainDate, timeZone: string): number {
  return day.toZonedDateTime(timeZone).epochMilliseconds
}

/** When the period begins that is `count` after the one that the day lies in. */
function startAt(name: PeriodName, day: Temporal.PlainDate, timeZone: string, count: number): number {
  return midnight(plus(name, startOf(name, day), count), timeZone)
}

/** Weeks begin on Monday, as ISO 8601 has it. */
function startOf(name: PeriodName, day: Temporal.PlainDate): Temporal.PlainDate {
  switch (name) {
    case 'day':
      return day
    case 'week':
      return day.subtract({ days: day.dayOfWeek - 1 })
    case 'month':
      return day.with({ day: 1 })
    case 'quarter':
      return day.with({ day: 1, month: day.month - ((day.month - 1) % 3) })
    case 'year':
      return day.with({ day: 1, month: 1 })
  }
}

function plus(name: PeriodName, day: Temporal.PlainDate, count: number): Temporal.PlainDate {
  if (name === 'day' || name === 'week') return day.add({ days: name === 'day' ? count : 7 * count })
  return day.add({ months: { month: 1, quarter: 3, year: 12 }[name] * count })
}
