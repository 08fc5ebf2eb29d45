import Type from 'typebox'
import { parseSwitch } from '../../resource-layer/fields/boolean.ts'
import { onTimeFilter } from '../../resource-layer/fields/on-time.ts'
import { FieldProblem, type Filter } from '../../resource-layer/resource.ts'

const dueTypes = ['upcoming', 'completed', 'overdue', 'today'] as const

/** By what is due when, in the days of the account's time zone. */
export const dueTypeFilter: Filter = {
  param: 'due_type',
  description:
    'By the days of the account: `completed` are done or skipped; of the others, `overdue` were due before today, `today` are due today and `upcoming` later. An open task without `due_at` is in none.',
  schema: Type.String({ enum: [...dueTypes] }),
  list: true,
  range: false,
  apply(query, condition, { timeZone }) {
    if (condition.kind !== 'any') return query
    const types = condition.values.map((value) => {
      const type = dueTypes.find((known) => known === value.toLowerCase())
      if (!type) throw new FieldProblem(`must be one of ${dueTypes.join(', ')}`)
      return type
    })
    const today = Temporal.Now.zonedDateTimeISO(timeZone).startOfDay()
    const start = today.epochMilliseconds
    const end = today.add({ days: 1 }).epochMilliseconds
    return query.where((on) => {
      const open = on('completed_at', 'is', null)
      const by = {
        completed: on('completed_at', 'is not', null),
        overdue: on.and([open, on('due_at', '<', start)]),
        today: on.and([open, on('due_at', '>=', start), on('due_at', '<', end)]),
        upcoming: on.and([open, on('due_at', '>=', end)]),
      }
      return on.or(types.map((type) => by[type]))
    })
  },
}

const byTimeliness = onTimeFilter(
  'completed_at',
  'With true, only tasks that were done by their `due_at`, to the second; with false, only those done after it. What is open, skipped or without `due_at` is in neither.',
)

export const doneOnTimeFilter: Filter = {
  ...byTimeliness,
  apply: (query, condition, context) =>
    byTimeliness.apply(query, condition, context).where('skipped', '=', 0),
}

/** Done or skipped, or still open. */
export const completedFilter: Filter = {
  param: 'completed',
  description: 'With true, only tasks that are done or skipped; with false, only open ones.',
  schema: Type.Boolean(),
  list: false,
  range: false,
  apply: (query, condition) =>
    condition.kind === 'any'
      ? query.where('completed_at', parseSwitch(condition.values[0]) ? 'is not' : 'is', null)
      : query,
}
