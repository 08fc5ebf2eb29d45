import Type from 'typebox'
import { parseText } from '../../resource-layer/fields/text.ts'
import { type Draft, type Field, FieldProblem } from '../../resource-layer/resource.ts'
import type { Row, Value } from '../../storage/account-store.ts'

const mostNames = 100
const column = 'event_names'

/** The names of the events that a subscription is told of, `deal.*` and `*` among them. */
export function eventNamesIn(stored: Value | undefined): string[] {
  return JSON.parse(String(stored ?? '[]'))
}

/** Whether one of the names means events of this type. */
export function isNamed(names: readonly string[], type: string): boolean {
  const kind = `${type.split('.')[0]}.*`
  return names.some((name) => name === '*' || name === type || name === kind)
}

/** The contract's one name. */
export function eventNameField(): Field {
  return {
    description: 'The first of `event_names`. Writing it makes it the only one.',
    example: 'deal.created',
    schema: Type.String(),
    columns: [column],
    initial: { [column]: '[]' },
    told: [],
    present: (row) => eventNamesIn(row[column])[0] ?? '',
    write: {
      names: ['event_name', 'event'],
      schema: Type.String({ maxLength: 255, examples: ['deal.created', 'deal.*'] }),
      accept(value, draft) {
        const [name = ''] = parseNames([value], draft)
        // Sent back as it was read, it leaves the others alone.
        if (name !== eventNamesIn(draft.existing?.[column])[0]) draft.row[column] = JSON.stringify([name])
      },
    },
  }
}

/** All names. Where both fields are sent, the one that changes something counts, and this one before the other. */
export function eventNamesField(): Field {
  return {
    description:
      'The types of events that it is told of. `deal.*` means all of deals and `*` all there are; `GET /event_types` lists them.',
    example: ['deal.created', 'deal.stage_changed'],
    schema: Type.Array(Type.String()),
    columns: [column],
    present: (row: Row) => eventNamesIn(row[column]),
    write: {
      names: [column, 'events'],
      schema: Type.Array(Type.String({ maxLength: 255, examples: ['deal.created', 'deal.*'] }), {
        maxItems: mostNames,
        minItems: 1,
      }),
      accept(value, draft) {
        const list = Array.isArray(value) ? value : typeof value === 'string' ? value.split(',') : [value]
        const names = JSON.stringify(parseNames(list, draft))
        if (names !== draft.existing?.[column]) draft.row[column] = names
      },
    },
  }
}

function parseNames(list: readonly unknown[], draft: Draft): string[] {
  if (list.length > mostNames) throw new FieldProblem(`has more than ${mostNames} entries`, 'too_many_values')
  const names = [...new Set(list.map((name) => parseText(name ?? '', 255).toLowerCase()))].filter(Boolean)
  if (names.length === 0) throw new FieldProblem('is missing', 'missing_field')
  const unknown = names.find((name) => !draft.subscribing?.hasEvent(name))
  if (unknown !== undefined) {
    throw new FieldProblem(
      'names an event that does not exist; GET /rest/event_types lists all that there are, and deal.* or * mean several',
      'unknown_event_type',
    )
  }
  return names
}
