import { type RawBuilder, sql } from 'kysely'
import Type from 'typebox'
import { asciiLower } from '../../resource-layer/letter-case.ts'
import type { Field } from '../../resource-layer/resource.ts'
import { keptReceivers, receiversIn } from '../../sandbox/capture.ts'

/** Whom it would have gone to. */
export function receivers(): Field {
  return {
    description: 'Every address, number or URL that it would have gone to.',
    example: ['rosa.field@example.com'],
    schema: Type.Array(Type.String()),
    columns: ['to'],
    present: (row) => receiversIn(String(row.to)),
    search: (row) => receiversIn(String(row.to)),
    filters: [
      {
        param: 'to',
        description:
          'Only what would have gone to one of these, as it stands in `to`, whatever the case of the letters.',
        schema: Type.String(),
        list: true,
        range: false,
        apply: (query, condition) =>
          condition.kind === 'any' ? query.where((on) => on.or(condition.values.map(goesTo))) : query,
      },
    ],
  }
}

function goesTo(receiver: string): RawBuilder<boolean> {
  const pattern = `%${keptReceivers([asciiLower(receiver)]).replace(/[\\%_]/g, '\\$&')}%`
  return sql<boolean>`lower(${sql.ref('captured_messages.to')}) like ${pattern} escape '\\'`
}
