import Type from 'typebox'
import { fieldsOf } from '../resource-layer/fields-of.ts'
import type { Filter, Resource } from '../resource-layer/resource.ts'
import { defaultPageSize, largestPageSize, sortableFields } from './list-query.ts'
import type { Parameter } from './operation.ts'
import { deletedParameter } from './shapes.ts'

/** The query parameters of a list, for the reference. They say what `list-query.ts` reads. */
export function listDocumentation(resource: Resource): Parameter[] {
  return [
    ...pageParameters,
    query(
      'cursor',
      'Instead of `page`: `meta.next_cursor` of the page before, or empty to start. No record is missed or doubled while others write.',
      Type.String(),
    ),
    query(
      'include_total',
      'With false, the records are not counted, which is faster.',
      Type.Boolean({ default: true }),
    ),
    query(
      'order_field',
      'What to order by; equal ones are in the order of their ids.',
      Type.String({ enum: sortableFields(resource), default: resource.defaultOrder }),
    ),
    query(
      'order_direction',
      'Empty values come last either way.',
      Type.String({ enum: ['asc', 'desc'], default: 'asc' }),
    ),
    query(
      'search',
      'Only records in which every word occurs, anywhere and in any case: names, e-mails, phones however punctuated, addresses.',
      Type.String({ maxLength: 500 }),
    ),
    query(
      'updated_since',
      'Only records changed at this time or later; unix seconds or ISO 8601.',
      Type.Union([Type.Integer(), Type.String({ format: 'date-time' })]),
    ),
    deletedParameter,
    ...Object.values(fieldsOf(resource))
      .flatMap((field) => field.filters ?? [])
      .flatMap(filterParameters),
    ...(resource.customFields
      ? [
          query(
            'custom_fields[key]',
            'Only records with this value in the custom field of that key; `[gte]`, `[gt]`, `[lte]` and `[lt]` behind it for numbers and dates.',
            Type.String(),
          ),
        ]
      : []),
  ]
}

/** What every list takes, also those that are not of records. */
export const pageParameters: readonly Parameter[] = [
  query('page', 'The page, from 1. A page past the end is empty.', Type.Integer({ minimum: 1, default: 1 })),
  query(
    'per_page',
    `Records on a page; more than ${largestPageSize} is taken as ${largestPageSize}.`,
    Type.Integer({ minimum: 1, default: defaultPageSize }),
  ),
]

function filterParameters(filter: Filter): Parameter[] {
  const own: Parameter = { ...query(filter.param, filter.description, filter.schema), list: filter.list }
  if (!filter.range) return [own]
  const ranges = (
    [
      ['gte', 'at or after'],
      ['gt', 'after'],
      ['lte', 'at or before'],
      ['lt', 'before'],
    ] as const
  ).map(([comparison, phrase]) =>
    query(
      `${filter.param}[${comparison}]`,
      `Only records whose \`${filter.param}\` is ${phrase} this value.`,
      filter.schema,
    ),
  )
  return [own, ...ranges]
}

function query(name: string, description: string, schema: Parameter['schema']): Parameter {
  return { name, in: 'query', description, schema }
}
