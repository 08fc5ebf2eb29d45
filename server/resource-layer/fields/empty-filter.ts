import Type from 'typebox'
import { FieldProblem, type Filter } from '../resource.ts'

const words = ['none', 'any'] as const

/** A filter on a column that can be empty: `none` means the records without a value, `any` those with one. */
export function orEmpty(filter: Filter, column: string): Filter {
  return {
    ...filter,
    description: `${filter.description} \`none\` means those without, \`any\` those with one.`,
    schema: Type.Union([filter.schema, Type.String({ enum: [...words] })]),
    apply(query, condition, context) {
      if (condition.kind !== 'any') return filter.apply(query, condition, context)
      const given = condition.values.map((value) => value.toLowerCase())
      const word = words.find((known) => given.includes(known))
      if (!word) return filter.apply(query, condition, context)
      if (given.some((value) => value !== word)) throw new FieldProblem(`takes ${word} only alone`)
      return query.where(column, word === 'none' ? 'is' : 'is not', null)
    },
  }
}
