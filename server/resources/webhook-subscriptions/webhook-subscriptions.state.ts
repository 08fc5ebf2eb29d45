import { loaded } from '../../resource-layer/fields/computed.ts'
import { nullableIf, timeSchema } from '../../resource-layer/fields/schemas.ts'
import type { Field } from '../../resource-layer/resource.ts'
import { presentTime } from '../../resource-layer/values.ts'

/** A time that every delivery may move. It stands beside the subscription, which does not change by it. */
export function stateField(column: 'failing_since' | 'last_delivered_at', description: string): Field {
  return loaded({
    description,
    schema: nullableIf(true, timeSchema),
    example: null,
    async load(rows, context) {
      const ids = rows.map((row) => String(row.id))
      const states = await context.store
        .from('webhook_states')
        .select(['subscription_id', column])
        .where('subscription_id', 'in', ids)
        .execute()
      const times = new Map(states.map((state) => [state.subscription_id, state[column] ?? null]))
      return (row) => {
        const at = times.get(row.id ?? null) ?? null
        return at === null ? null : presentTime(Number(at))
      }
    },
  })
}
