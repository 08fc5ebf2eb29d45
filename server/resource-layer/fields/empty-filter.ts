import Type from 'typebox'
import type { Value } from '../../storage/account-store.ts'
import { FieldProblem, type Filter } from '../resource.ts'

const words = ['none', 'any'] as const

/**
 * A filter on a column that can be empty: `none` means the records without a value, `any` those with one.
 * @param parse the stored form of a value; with it, `none` can stand beside values.
 */
export function orEmpty(filter: Filter, column: string, parse?: (value: string) => Value): Filter {
  return {
    ...filter,
    description: `${filter.description} \`none\` means those without, \`any\` those with one.`,
    schema: Type.Union([filter.schema, Type.String({ enum: [...words] })]),
    apply(query, condition, context) {
      if (condition.kind !== 'any') return filter.apply(query, condition, context)
      const given = Map.groupBy(condition.values, wordOf)
      const values = given.get(null) ?? []
      const word = words.find((known) => given.has(known))
      if (!word) return filter.apply(query, condition, context)
      if (given.size === 1) return query.where(column, word === 'none' ? 'is' : 'is not', null)
      if (given.has('any') || !parse) throw new FieldProblem(`takes ${word} only alone`)
      return query.where((on) => on.or([on(column, 'is', null), on(column, 'in', values.map(parse))]))
    },
  }
}

function wordOf(value: string): (typeof words)[number] | null {
  return words.find((known) => known === value.toLowerCase()) ?? null
}
