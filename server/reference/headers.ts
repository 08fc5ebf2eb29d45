import type { JsonObject, Reference } from './openapi.types.ts'

interface Header {
  description: string
  schema: JsonObject
  example: string | number
  required?: true
}

const text: JsonObject = { type: 'string' }
const count: JsonObject = { type: 'integer' }

/** Every header that a response of the API can carry. */
const headers = {
  'X-Request-Id': {
    description:
      'The id of the request: yours when you sent a well-formed one, else a new one. Quote it when you ask for help.',
    schema: text,
    example: '6f0e9f3e-3c1b-4a0f-9f57-2d7f5a1b8c4e',
    required: true,
  },
  'Api-Version': {
    description: 'The dated version of the API that answered.',
    schema: { type: 'string', format: 'date' },
    example: '2026-11-25',
    required: true,
  },
  ETag: {
    description: 'The version of what was read. Send it back as If-None-Match or If-Match.',
    schema: text,
    example: 'W/"3-pU6_o0c8yqH-B_nQ_rl91RnhPCw"',
  },
  Link: {
    description: 'The first, previous, next and last page (RFC 8288).',
    schema: text,
    example: '</rest/contacts?page=2>; rel="next"',
  },
  'Content-Disposition': {
    description: 'The name of the file.',
    schema: text,
    example: 'attachment; filename="contacts-2026-11-23.csv"',
  },
  'Accept-Ranges': {
    description: 'That parts of it can be asked for with `Range`.',
    schema: { type: 'string', enum: ['bytes'] },
    example: 'bytes',
  },
  'Content-Range': {
    description: 'Which part this is, and how long the whole is.',
    schema: text,
    example: 'bytes 0-1023/48213',
  },
  Location: {
    description: 'Where the new record is read.',
    schema: { type: 'string', format: 'uri-reference' },
    example: '/rest/contacts/0197a1c2-5b1e-7c3a-9d40-2f6b8e1a7c55',
  },
  'Idempotent-Replayed': {
    description:
      'Present, as `true`, when this is the stored answer to an earlier request with the same key.',
    schema: { type: 'string', enum: ['true'] },
    example: 'true',
  },
  'X-Ignored-Params': {
    description: 'Parameters and fields that were sent and not used, separated by commas.',
    schema: text,
    example: 'colour, sort',
  },
  'X-RateLimit-Metric-Requests-Limit': {
    description: 'Requests that the account may make in a minute.',
    schema: count,
    example: 6000,
  },
  'X-RateLimit-Metric-Requests-Count': {
    description: 'Requests made in the current minute, this one included.',
    schema: count,
    example: 12,
  },
  'X-RateLimit-Metric-Records-Limit': {
    description: 'Records that may be returned in a minute; 2147483647 when there is no such limit.',
    schema: count,
    example: 2147483647,
  },
  'X-RateLimit-Metric-Records-Count': {
    description: 'Records returned in the current minute, before or with this response.',
    schema: count,
    example: 250,
  },
  RateLimit: {
    description: 'What is left of the request budget, and the seconds until it begins anew.',
    schema: text,
    example: '"requests";r=5988;t=41',
  },
  'RateLimit-Policy': {
    description: 'The budgets and their length in seconds.',
    schema: text,
    example: '"requests";q=6000;w=60',
  },
  'X-RateLimit-Metric-Error': {
    description: 'Which budget is used up.',
    schema: { type: 'string', enum: ['requests', 'records'] },
    example: 'requests',
  },
  'X-RateLimit-Retry-After': {
    description: 'The same as Retry-After.',
    schema: count,
    example: 41,
  },
  'Retry-After': {
    description: 'Seconds to wait before the next attempt.',
    schema: count,
    example: 41,
  },
  'WWW-Authenticate': {
    description: 'How to authenticate.',
    schema: text,
    example: 'Bearer realm="Latchkey REST API"',
  },
  Allow: {
    description: 'The methods that the path takes.',
    schema: text,
    example: 'GET, POST, HEAD, OPTIONS',
  },
} as const satisfies Record<string, Header>

export type HeaderName = keyof typeof headers

export const budgetHeaders: readonly HeaderName[] = [
  'X-RateLimit-Metric-Requests-Limit',
  'X-RateLimit-Metric-Requests-Count',
  'X-RateLimit-Metric-Records-Limit',
  'X-RateLimit-Metric-Records-Count',
  'RateLimit',
  'RateLimit-Policy',
]

export const headerComponents: Record<string, JsonObject> = Object.fromEntries(
  Object.entries(headers).map(([name, header]) => [name, { ...header } as JsonObject]),
)

export function headerReferences(names: readonly HeaderName[]): Record<string, Reference> {
  return Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]))
}
