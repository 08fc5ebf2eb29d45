import Type, { type TSchema } from 'typebox'
import { idSchema, nullableIf, timeSchema } from '../../resource-layer/fields/schemas.ts'
import { presentTime } from '../../resource-layer/values.ts'
import { pageParameters } from '../../rest/list-documentation.ts'
import { largestPageSize, readPage } from '../../rest/list-query.ts'
import type { Call, Operation, Parameter, Reply } from '../../rest/operation.ts'
import { listMeta, pascal } from '../../rest/shapes.ts'
import { type Periods, periods, type Range } from './reports.range.ts'

export const reportsTag = 'Reports'

/** A report: what it counts, in words, and how. */
export interface Report {
  /** Under `/reports`: `deals/by_stage`. */
  path: string
  summary: string
  /** The definition of every number. */
  description: string
  parameters: readonly Parameter[]
  row: TSchema
  byPeriod?: true
  count(call: Call, now: number): Promise<Counted>
}

/** What a report found: its rows in order, of which a page is presented. */
export interface Counted {
  range: Range
  period?: Periods['name']
  total: number
  rows(start: number, end: number): Promise<Record<string, unknown>[]> | Record<string, unknown>[]
}

const metaSchema = Type.Object(
  {
    ...listMeta.properties,
    time_zone: Type.String({ description: 'That of the account, in which days and periods begin.' }),
    from: nullableIf(true, timeSchema),
    to: nullableIf(true, timeSchema),
    as_of: Type.String({
      format: 'date-time',
      description: 'When it was counted: what is overdue was due before.',
    }),
    period: Type.Optional(Type.String({ enum: [...periods] })),
  },
  { additionalProperties: false },
)

const when =
  'A time (unix seconds or ISO 8601) or a day such as 2026-03-01, which means its beginning in the time zone of the account.'

const rangeParameters: readonly Parameter[] = [
  parameter('from', `Counts from here on. ${when}`, Type.String()),
  parameter('to', `Counts before this; it is not part of the range. ${when}`, Type.String()),
]

const periodParameter = parameter(
  'period',
  'How long the periods are. They begin at midnight in the time zone of the account, weeks on Monday.',
  Type.String({ enum: [...periods], default: 'month' }),
)

/** The operation of a report. Whoever may read may see it. */
export function reportOperation(report: Report): Operation {
  const { path, summary, description, row } = report
  return {
    id: `report${pascal(path.replaceAll('/', '_').replace(/^/, '_'))}`,
    method: 'GET',
    path: `/reports/${path}`,
    tag: reportsTag,
    summary,
    description,
    parameters: [
      ...(report.byPeriod ? [periodParameter] : []),
      ...rangeParameters,
      ...pageParameters.map(withOwnSize),
      ...report.parameters,
    ],
    responses: [
      {
        status: 200,
        description: 'The rows of the report.',
        schema: Type.Object({ data: Type.Array(row), meta: metaSchema }, { additionalProperties: false }),
      },
    ],
    access: 'read',
    need: ['reports', 'read'],
    handle: (call) => reply({ ...call, read: call.readBy('see_reports') }, report),
  }
}

async function reply(call: Call, report: Report): Promise<Reply> {
  const now = Math.floor(Date.now() / 1000) * 1000
  if (!report.byPeriod && call.query.period !== undefined) call.ignored.add('period')
  const { page, size } = readPage({ per_page: String(largestPageSize), ...call.query })
  const { range, period, total, rows } = await report.count(call, now)
  const data = await rows((page - 1) * size, page * size)
  const meta = {
    page_number: page,
    total_count: total,
    total_pages: Math.ceil(total / size),
    per_page: size,
    next_cursor: null,
    has_more: page * size < total,
    time_zone: call.read.timeZone,
    from: range.from === null ? null : presentTime(range.from),
    to: range.to === null ? null : presentTime(range.to),
    as_of: presentTime(now),
    ...(period ? { period } : {}),
  }
  return { status: 200, body: { data, meta }, records: data.length }
}

/** An object with these fields and no others. */
export function shape(properties: Record<string, TSchema>): TSchema {
  return Type.Object(properties, { additionalProperties: false })
}

export const named = shape({ id: idSchema, name: Type.String() })
export const stageSchema = shape({ id: idSchema, name: Type.String(), status: Type.String() })
export const personSchema = nullableIf(
  true,
  shape({ id: idSchema, name: Type.String(), email: Type.String() }),
)
export const periodSchema = shape({
  starts_on: Type.String({ format: 'date', description: 'The first day of the whole period.' }),
  from: timeSchema,
  to: timeSchema,
})

export const countSchema = Type.Integer({ minimum: 0 })

/** For each number the list, as an address, whose `meta.total_count` it is. */
export function listsSchema(names: readonly string[], optional: readonly string[] = []): TSchema {
  const address = Type.String()
  return Type.Object(
    {
      ...Object.fromEntries(names.map((name) => [name, address])),
      ...Object.fromEntries(optional.map((name) => [name, nullableIf(true, address)])),
    },
    {
      additionalProperties: false,
      description: 'For each number the list of the records behind it, as an address on this server.',
    },
  )
}

function withOwnSize(page: Parameter): Parameter {
  if (page.name !== 'per_page') return page
  return parameter(
    'per_page',
    `Rows on a page; ${largestPageSize} at most.`,
    Type.Integer({ minimum: 1, default: largestPageSize }),
  )
}

function parameter(name: string, description: string, schema: TSchema): Parameter {
  return { name, in: 'query', description, schema }
}
