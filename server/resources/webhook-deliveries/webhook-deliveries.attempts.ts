import Type from 'typebox'
import { loaded } from '../../resource-layer/fields/computed.ts'
import { nullableIf, timeSchema } from '../../resource-layer/fields/schemas.ts'
import type { Field } from '../../resource-layer/resource.ts'
import { presentTime } from '../../resource-layer/values.ts'

const nullableText = nullableIf(true, Type.String())

const attemptSchema = Type.Object(
  {
    number: Type.Integer(),
    started_at: timeSchema,
    duration_ms: Type.Integer(),
    response_status: nullableIf(true, Type.Integer()),
    response_body: nullableText,
    error: nullableText,
  },
  { additionalProperties: false },
)

/** Every attempt, the first one first. One that a crash cut short has left nothing but its number. */
export function attemptsField(): Field {
  return {
    ...loaded({
      description:
        'Every attempt: when it began, how long it took, and the status with the first kilobyte of the reply, or why there was none.',
      schema: Type.Array(attemptSchema),
      async load(rows, context) {
        const found = await context.store
          .from('webhook_attempts')
          .selectAll()
          .where(
            'delivery_id',
            'in',
            rows.map((row) => String(row.id)),
          )
          .orderBy('number')
          .execute()
        const byDelivery = Map.groupBy(found, (attempt) => attempt.delivery_id)
        return (row) =>
          (byDelivery.get(row.id ?? null) ?? []).map((attempt) => ({
            number: attempt.number,
            started_at: presentTime(Number(attempt.started_at)),
            duration_ms: attempt.duration_ms,
            response_status: attempt.response_status,
            response_body: attempt.response_body,
            error: attempt.error,
          }))
      },
    }),
    flag: 'include_attempts',
  }
}
