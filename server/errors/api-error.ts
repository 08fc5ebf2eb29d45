import { STATUS_CODES } from 'node:http'
import { type ErrorCode, errorCodes } from './error-codes.ts'

/** One thing that is wrong, and with which field or parameter. */
export interface Problem {
  code: ErrorCode
  /** The name as the client sent it, such as `deal[pipeline_id]`; null when it concerns no one parameter. */
  param: string | null
  /** A sentence, or the known words of `contract.md` §1 such as `deal[pipeline_id] is missing`. */
  message: string
}

/** An error that the client is told about. Anything else that is thrown becomes a 500 without details. */
export class ApiError extends Error {
  readonly status: number
  readonly code: ErrorCode
  readonly problems: Problem[]
  readonly headers: Record<string, string>

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message)
    this.code = code
    this.status = errorCodes[code][0]
    this.problems = details.problems ?? [{ code, param: details.param ?? null, message }]
    this.headers = details.headers ?? {}
  }
}

export interface ErrorDetails {
  param?: string
  problems?: Problem[]
  headers?: Record<string, string>
}

/** One error for everything that is wrong with a request: the first code, the sentences joined. */
export function errorOf(problems: [Problem, ...Problem[]]): ApiError {
  const message = problems.map((problem) => problem.message).join(', ')
  return new ApiError(problems[0].code, message, { problems })
}

/** The one error body: RFC 9457 plus the `error` string that existing clients read (`contract.md` §1). */
export function problemBody(error: ApiError, requestId: string) {
  return {
    type: `/api_docs/errors/${error.code}`,
    title: STATUS_CODES[error.status] ?? 'Error',
    status: error.status,
    detail: error.message,
    error: error.message,
    code: error.code,
    errors: error.problems,
    request_id: requestId,
  }
}

export const problemType = 'application/problem+json; charset=utf-8'
