import Type from 'typebox'
import { computed } from '../../resource-layer/fields/computed.ts'
import { type Condition, type Field, FieldProblem, type ReadContext } from '../../resource-layer/resource.ts'
import { dayOf } from '../../resource-layer/values.ts'
import type { Row, Select } from '../../storage/account-store.ts'

const statuses = ['past', 'current', 'future'] as const

/** Where a lease stands on the account's day of today. */
export function statusField(): Field {
  return {
    ...computed({
      description:
        "By the account's day: `future` before its first day, `past` after its last day, else `current`. A lease without an end is current from its first day on.",
      example: 'current',
      schema: Type.String({ enum: [...statuses] }),
      columns: ['start_date', 'end_date'],
      present: statusOf,
    }),
    filters: [
      {
        param: 'status',
        description: `Only leases of these statuses today: ${statuses.join(', ')}.`,
        schema: Type.String({ enum: [...statuses] }),
        list: true,
        range: false,
        apply: filterByStatus,
      },
    ],
  }
}

function statusOf({ start_date: start, end_date: end }: Row, context: ReadContext): string {
  const day = today(context)
  if (String(start) > day) return 'future'
  return end !== null && String(end) < day ? 'past' : 'current'
}

function filterByStatus(query: Select, condition: Condition, context: ReadContext): Select {
  if (condition.kind !== 'any') return query
  const wanted = condition.values.map((value) => {
    const status = statuses.find((known) => known === value.toLowerCase())
    if (!status) throw new FieldProblem(`must be one of ${statuses.join(', ')}`)
    return status
  })
  const day = today(context)
  return query.where((on) => {
    const begun = on('start_date', '<=', day)
    const by = {
      future: on('start_date', '>', day),
      past: on.and([begun, on('end_date', '<', day)]),
      current: on.and([begun, on.or([on('end_date', 'is', null), on('end_date', '>=', day)])]),
    }
    return on.or(wanted.map((status) => by[status]))
  })
}

function today({ timeZone }: ReadContext): string {
  return dayOf(Date.now(), timeZone)
}
