import Type from 'typebox'
import type { Field, Filter } from '../resource.ts'
import { FieldProblem } from '../resource.ts'
import { oneText } from '../values.ts'
import { nullableIf } from './schemas.ts'
import { textFilter, textSort } from './text.ts'

interface ChoiceOptions {
  column: string
  description: string
  choices: readonly string[]
  example?: string
  /** The value on creation when the client says nothing; without one the field is null. */
  default?: string
  required?: true
  /** Once created it stays as it is. */
  fixed?: true
}

/** One of a few words, accepted whatever the case of their letters. */
export function choice(options: ChoiceOptions): Field {
  const { column, choices } = options
  const nullable = !options.required && options.default === undefined
  const oneOf = Type.Union(choices.map((word) => Type.Literal(word)))
  return {
    description: options.description,
    example: options.example ?? options.default ?? choices[0],
    schema: nullableIf(nullable, Type.String({ enum: [...choices] })),
    columns: [column],
    initial: { [column]: options.default ?? null },
    present: (row) => row[column],
    filters: [choiceFilter(column, choices)],
    sort: textSort(column, nullable),
    write: {
      names: [column],
      schema: nullableIf(nullable, oneOf),
      required: options.required === true,
      accept(value, draft, param) {
        const word = parseChoice(value, choices, nullable)
        if (options.fixed && draft.existing && draft.existing[column] !== word) {
          throw new FieldProblem('cannot be changed after creation')
        }
        if (word === null && options.required) draft.problem('missing_field', param, `${param} is missing`)
        draft.row[column] = word ?? options.default ?? null
      },
    },
  }
}

/** A word that is none of the choices is a mistake, not a filter that matches nothing (`contract.md` §1). */
function choiceFilter(column: string, choices: readonly string[]): Filter {
  const filter = textFilter(column)
  return {
    ...filter,
    apply(query, condition, context) {
      if (condition.kind === 'any') for (const value of condition.values) parseChoice(value, choices, false)
      return filter.apply(query, condition, context)
    },
  }
}

function parseChoice(value: unknown, choices: readonly string[], nullable: boolean): string | null {
  if (value === null || value === '') {
    if (nullable) return null
    throw new FieldProblem('is missing', 'missing_field')
  }
  const wanted = oneText(value).toLowerCase()
  const word = choices.find((known) => known.toLowerCase() === wanted)
  if (!word) throw new FieldProblem(`must be one of ${choices.join(', ')}`)
  return word
}
