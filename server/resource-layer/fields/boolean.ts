import Type from 'typebox'
import { type Field, FieldProblem } from '../resource.ts'
import { oneText } from '../values.ts'

/** A yes or no, false unless it is written; kept as 0 or 1. */
export function boolean(options: { column: string; description: string }): Field {
  const { column, description } = options
  return {
    description,
    example: false,
    schema: Type.Boolean(),
    columns: [column],
    initial: { [column]: 0 },
    present: (row) => row[column] === 1,
    filters: [
      {
        param: column,
        description: `Only records whose \`${column}\` is this.`,
        schema: Type.Boolean(),
        list: false,
        range: false,
        apply: (query, condition) =>
          condition.kind === 'any'
            ? query.where(column, '=', parseSwitch(condition.values[0]) ? 1 : 0)
            : query,
      },
    ],
    write: {
      names: [column],
      schema: Type.Boolean(),
      accept(value, draft) {
        draft.row[column] = parseSwitch(value) ? 1 : 0
      },
    },
  }
}

/** @throws FieldProblem when it is neither yes nor no; null and "" mean that nothing was said. */
export function parseSwitch(value: unknown): boolean | null {
  const word = oneText(value ?? '').toLowerCase()
  if (word === '') return null
  if (['true', '1', 'yes', 'on'].includes(word)) return true
  if (['false', '0', 'no', 'off'].includes(word)) return false
  throw new FieldProblem('must be true or false')
}
