import { type RawBuilder, sql } from 'kysely'
import Type from 'typebox'
import type { Filter } from '../resource.ts'
import { parseSwitch } from './boolean.ts'

/**
 * Whether what is done was done by its `due_at`, or after it. Times are shown in whole seconds, so within the
 * second that it was due is on time. What is not done, or has no `due_at`, is neither.
 */
export function timeliness(done: string): { onTime: RawBuilder<boolean>; late: RawBuilder<boolean> } {
  const [doneSecond, dueSecond] = [sql`${sql.ref(done)} / 1000`, sql`${sql.ref('due_at')} / 1000`]
  return {
    onTime: sql<boolean>`${doneSecond} <= ${dueSecond}`,
    late: sql<boolean>`${doneSecond} > ${dueSecond}`,
  }
}

/** `on_time`, by the column that says when a record was done. */
export function onTimeFilter(done: string, description: string): Filter {
  const { onTime, late } = timeliness(done)
  return {
    param: 'on_time',
    description,
    schema: Type.Boolean(),
    list: false,
    range: false,
    apply: (query, condition) =>
      condition.kind === 'any' ? query.where(parseSwitch(condition.values[0]) ? onTime : late) : query,
  }
}
