import { ApiError, problemBody } from '../errors/api-error.ts'
import { codesOfThePages, type ErrorCode, errorCodes } from '../errors/error-codes.ts'
import type { Operation } from '../rest/operation.ts'
import { budgetHeaders, type HeaderName, headerReferences } from './headers.ts'
import type { Json, JsonObject, ResponseObject } from './openapi.types.ts'

export const problemMediaType = 'application/problem+json'

const requestId = '6f0e9f3e-3c1b-4a0f-9f57-2d7f5a1b8c4e'

const codes = Object.keys(errorCodes) as ErrorCode[]
const codeSchema: JsonObject = { type: 'string', enum: codes }

/** The one shape of an error: what `problemBody` makes. */
export const problemSchema: JsonObject = {
  type: 'object',
  description: 'What went wrong (RFC 9457).',
  required: ['type', 'title', 'status', 'detail', 'error', 'code', 'errors', 'request_id'],
  properties: {
    type: { type: 'string', format: 'uri-reference', description: 'Leads to the code in the reference.' },
    title: { type: 'string', description: 'The name of the status.' },
    status: { type: 'integer', description: 'The HTTP status.' },
    detail: { type: 'string', description: 'The same as `error`.' },
    error: { type: 'string', description: 'A sentence that says what is wrong. Always a text.' },
    code: { ...codeSchema, description: 'What to branch on. Codes do not change.' },
    errors: {
      type: 'array',
      description: 'Everything that is wrong with the request.',
      items: {
        type: 'object',
        required: ['code', 'param', 'message'],
        properties: {
          code: codeSchema,
          param: { type: ['string', 'null'], description: 'The field or parameter, as you named it.' },
          message: { type: 'string' },
        },
        additionalProperties: false,
      },
    },
    request_id: { type: 'string', description: 'The same as the header X-Request-Id.' },
  },
  additionalProperties: false,
}

interface ErrorResponse {
  name: string
  description: string
  example: readonly [code: ErrorCode, message: string, param?: string]
  headers?: readonly HeaderName[]
  /** Whether an operation can answer with it. */
  applies(operation: Operation): boolean
}

const always = () => true
const isWrite = ({ method }: Operation) => method !== 'GET'
const takesFile = ({ body }: Operation) => body?.file !== undefined
const sendsFile = (operation: Operation) => operation.responses.some(({ status }) => status === 206)
const hasId = ({ parameters, runsOthers }: Operation) =>
  runsOthers === true || parameters.some((parameter) => parameter.in === 'path')

const responses: Record<number, ErrorResponse> = {
  400: {
    name: 'BadRequest',
    description: 'The request cannot be read, or something in it is missing or wrong.',
    example: ['missing_field', 'deal[pipeline_id] is missing', 'deal[pipeline_id]'],
    applies: always,
  },
  401: {
    name: 'Unauthorized',
    description: 'No API key, one that is not valid, or one that does not work now.',
    example: ['invalid_access_token', 'Invalid Access Token: it was mistyped, rotated or revoked'],
    headers: ['WWW-Authenticate'],
    applies: ({ access }) => access !== 'public',
  },
  403: {
    name: 'Forbidden',
    description: 'The credential may not do this.',
    example: ['forbidden', 'Unauthorized to access this endpoint'],
    applies: ({ access }) => access !== 'public',
  },
  404: {
    name: 'NotFound',
    description: 'No such record in this account.',
    example: ['not_found', 'Contact 0197a1c2-5b1e-7c3a-9d40-2f6b8e1a7c55 not found in this account'],
    applies: hasId,
  },
  409: {
    name: 'Conflict',
    description: 'The request contradicts the state of the record or of another one.',
    example: ['pipeline_in_use', '"Prospective Owners" still holds deals; move or delete them first'],
    headers: ['Retry-After', 'Idempotent-Replayed'],
    applies: isWrite,
  },
  412: {
    name: 'PreconditionFailed',
    description: 'The record changed since the ETag in If-Match was read. Nothing was written.',
    example: [
      'precondition_failed',
      'The record changed since it was read; read it again and repeat the write',
    ],
    applies: (operation) => isWrite(operation) && hasId(operation),
  },
  413: {
    name: 'ContentTooLarge',
    description: 'The body is larger than 1 MiB, or a file larger than the server takes.',
    example: ['body_too_large', 'The body is larger than 1 MiB'],
    applies: isWrite,
  },
  415: {
    name: 'UnsupportedMediaType',
    description: 'The Content-Type is none that is understood.',
    example: [
      'unsupported_media_type',
      'Send application/json, application/x-www-form-urlencoded or multipart/form-data',
    ],
    applies: isWrite,
  },
  416: {
    name: 'RangeNotSatisfiable',
    description: 'The range lies behind the end of the file.',
    example: ['range_not_satisfiable', 'The file has 48213 bytes; the range lies behind its end'],
    headers: ['Content-Range'],
    applies: sendsFile,
  },
  422: {
    name: 'UnprocessableContent',
    description: 'The Idempotency-Key was used for another request. Nothing was written.',
    example: [
      'idempotency_key_reused',
      'This Idempotency-Key was used for another request; a new request needs a new key',
    ],
    applies: isWrite,
  },
  429: {
    name: 'TooManyRequests',
    description: 'A budget is used up. The request was not performed; wait as long as Retry-After says.',
    example: ['rate_limited', 'Rate limit exceeded for requests, please wait 1 minute before retrying'],
    headers: ['Retry-After', 'X-RateLimit-Retry-After', 'X-RateLimit-Metric-Error'],
    applies: ({ access }) => access !== 'public',
  },
  500: {
    name: 'InternalError',
    description: 'A fault of the server.',
    example: ['internal_error', 'Something went wrong on the server; report it with the request id'],
    applies: always,
  },
  502: {
    name: 'StorageRefused',
    description: 'The storage of files says no. The operator of the server has to see to it.',
    example: [
      'storage_refused',
      'The file storage refused the request (403 AccessDenied); whoever runs this server has to check FILES_URL',
    ],
    applies: (operation) => takesFile(operation) || sendsFile(operation),
  },
  503: {
    name: 'Unavailable',
    description:
      'The server cannot use its database or its files, has too many requests, or is stopping. Try again after the seconds that `Retry-After` says.',
    example: ['unavailable', 'The database cannot be reached; try again shortly'],
    headers: ['Retry-After'],
    applies: always,
  },
  507: {
    name: 'InsufficientStorage',
    description: 'The server has no room for what was sent. Nothing was kept. Its operator has to make room.',
    example: [
      'storage_full',
      'The server has no room for the file; nothing was kept. Whoever runs it has to make room',
    ],
    applies: isWrite,
  },
}

/** Errors that come before any operation is found; in each operation they are its `default`. */
const other: Omit<ErrorResponse, 'applies'> = {
  name: 'OtherError',
  description: 'A method that the path does not take, or an address or headers beyond their limits.',
  example: ['method_not_allowed', '405 Not Allowed: /rest/contacts takes GET, POST, HEAD, OPTIONS'],
  headers: ['Allow'],
}
const otherStatuses = [405, 431]

export const errorComponents: Record<string, ResponseObject> = {
  ...Object.fromEntries(
    Object.entries(responses).map(([status, response]) => [
      response.name,
      responseObject(response, [Number(status)]),
    ]),
  ),
  [other.name]: { ...responseObject(other, otherStatuses), 'x-statuses': otherStatuses },
}

/** The error responses of an operation, by status. */
export function errorResponses(operation: Operation): Record<string, { $ref: string }> {
  const own = Object.entries(responses).filter(([, response]) => response.applies(operation))
  const reference = (name: string) => ({ $ref: `#/components/responses/${name}` })
  return {
    ...Object.fromEntries(own.map(([status, { name }]) => [status, reference(name)])),
    default: reference(other.name),
  }
}

function responseObject(
  { description, example, headers = [] }: Omit<ErrorResponse, 'applies'>,
  statuses: readonly number[],
): ResponseObject {
  const [code, message, param] = example
  const own = codes.filter(
    (known) => statuses.includes(errorCodes[known][0]) && !codesOfThePages.includes(known),
  )
  return {
    description: `${description} Codes: ${own.map((known) => `\`${known}\``).join(', ')}.`,
    headers: headerReferences(['X-Request-Id', 'Api-Version', ...headers, ...budgetHeaders]),
    content: {
      [problemMediaType]: {
        schema: { $ref: '#/components/schemas/Problem' },
        example: problemBody(
          new ApiError(code, message, param ? { param } : {}),
          requestId,
        ) as unknown as Json,
      },
    },
  }
}
