import Type from 'typebox'
import { lookedUp } from '../lookups.ts'
import type { Filter } from '../resource.ts'

/** Finds the records of a resource by their lookups of the name of the parameter. */
export function lookupFilter(options: {
  resource: string
  param: string
  description: string
  /** The form in which two spellings of a value are the same. */
  key(value: string): string
}): Filter {
  const { resource, param, description, key } = options
  return {
    param,
    description,
    schema: Type.String(),
    list: true,
    range: false,
    apply(query, condition, context) {
      if (condition.kind !== 'any') return query
      const wanted = condition.values.map(key)
      return query.where(
        'id',
        'in',
        lookedUp(context.store.from('lookups'), resource, param).where('words', 'in', wanted),
      )
    },
  }
}
