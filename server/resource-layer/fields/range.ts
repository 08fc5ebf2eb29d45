import type { TSchema } from 'typebox'
import type { Value } from '../../storage/account-store.ts'
import type { Condition, Filter } from '../resource.ts'

interface RangeOptions {
  column: string
  description: string
  schema: TSchema
  /** @throws FieldProblem */
  parse(value: string): Value
  /** How many stored steps one shown value covers: a second is 1000 milliseconds. */
  step?: number
}

const operators = { gte: '>=', gt: '>', lte: '<=', lt: '<' } as const

/** Equality with any of several values, and `[gte]`, `[gt]`, `[lte]`, `[lt]`. */
export function rangeFilter(options: RangeOptions): Filter {
  const { column, parse, step = 1 } = options
  return {
    param: column,
    description: options.description,
    schema: options.schema,
    list: true,
    range: true,
    apply(query, condition: Condition) {
      if (condition.kind === 'any') {
        const values = condition.values.map(parse)
        if (step === 1) return query.where(column, 'in', values)
        return query.where((on) =>
          on.or(
            values.map((value) =>
              on.and([
                on(column, '>=', floor(value, step)),
                on(column, '<', Number(floor(value, step)) + step),
              ]),
            ),
          ),
        )
      }
      const value = floor(parse(condition.value), step)
      // After a shown second means after its last millisecond; up to it includes all of them.
      const inclusiveEnd = condition.kind === 'gt' || condition.kind === 'lte'
      return query.where(
        column,
        operators[condition.kind],
        inclusiveEnd && step > 1 ? Number(value) + step - 1 : value,
      )
    },
  }
}

function floor(value: Value, step: number): Value {
  return typeof value === 'number' && step > 1 ? Math.floor(value / step) * step : value
}
