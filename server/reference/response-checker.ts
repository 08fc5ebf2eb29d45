import { type ErrorCode, errorCodes } from '../errors/error-codes.ts'
import { documentValidator } from './document-validator.ts'
import { problemMediaType } from './errors.ts'
import {
  isReference,
  type OpenApiDocument,
  type OperationObject,
  type ResponseObject,
} from './openapi.types.ts'

/** A response as a test has received it. */
export interface SeenResponse {
  method: string
  /** With real ids and, if there was one, the query: `/rest/contacts/0197…?include_custom_fields=true`. */
  path: string
  status: number
  headers: Pick<Headers, 'get'> | Readonly<Record<string, string | number | string[] | undefined>>
  /** Parsed JSON; undefined, null or an empty text when there was none. */
  body: unknown
}

/** What the document does not allow, in sentences; empty when all is well. */
export type ResponseChecker = (seen: SeenResponse) => string[]

/**
 * Holds responses of the server against the document, strictly: a path, status, media type or field that is
 * not documented is a violation, and so is a header that is missing or wrong.
 */
export function responseChecker(document: OpenApiDocument): ResponseChecker {
  const validate = documentValidator(document)
  const routes = Object.keys(document.paths).map((path) => ({ path, pattern: patternOf(path) }))

  const check = (seen: SeenResponse): string[] => {
    const path = restPath(seen.path)
    if (path === null) return [`${seen.path} is not under /rest`]
    // Of a fixed and a variable part at the same place, the fixed one counts, as in the server.
    const found = routes.filter(({ pattern }) => pattern.test(path)).sort(byVariables)[0]
    const method = seen.method === 'HEAD' ? 'get' : seen.method.toLowerCase()
    if (method === 'options') return seen.status === 204 ? [] : [`OPTIONS answers ${seen.status}, not 204`]
    const operation = found ? document.paths[found.path]?.[method] : undefined
    if (!found || !operation) return checkUnrouted(seen, found !== undefined)
    return checkOperation(seen, operation, found.path, method)
  }

  const checkUnrouted = (seen: SeenResponse, isPathKnown: boolean): string[] => {
    if (seen.status < 400) return [`it is not documented, but answers ${seen.status}`]
    const wrong = isPathKnown ? 404 : 405
    if (seen.status === wrong) return [`answers ${wrong} where the path is ${isPathKnown ? '' : 'un'}known`]
    return checkProblem(seen)
  }

  const checkOperation = (seen: SeenResponse, operation: OperationObject, path: string, method: string) => {
    const at = ['paths', path, method, 'responses']
    const own = resolve(operation.responses[String(seen.status)], [...at, String(seen.status)])
    const other = resolve(operation.responses.default, [...at, 'default'])
    const isOther = other?.response['x-statuses']?.includes(seen.status) === true
    const known = own ?? (isOther ? other : null)
    if (!known) return [`${operation.operationId} does not document the status ${seen.status}`]
    const { response, pointer } = known
    return [...checkHeaders(seen, response), ...checkBody(seen, response, pointer)]
  }

  const resolve = (
    given: OperationObject['responses'][string] | undefined,
    pointer: string[],
  ): { response: ResponseObject; pointer: string[] } | null => {
    if (!given) return null
    if (!isReference(given)) return { response: given, pointer }
    const name = given.$ref.split('/').at(-1) ?? ''
    const response = document.components.responses[name]
    return response ? { response, pointer: ['components', 'responses', name] } : null
  }

  const checkHeaders = (seen: SeenResponse, response: ResponseObject): string[] =>
    Object.keys(response.headers ?? {}).flatMap((name) => {
      const value = headerOf(seen, name)
      const header = document.components.headers[name] ?? {}
      if (value === null) return header.required === true ? [`the header ${name} is missing`] : []
      const schema = header.schema as { type?: string } | undefined
      const given = schema?.type === 'integer' && /^\d+$/.test(value) ? Number(value) : value
      return validate(['components', 'headers', name, 'schema'], given).map(
        (one) => `the header ${name}: ${one}`,
      )
    })

  const checkBody = (seen: SeenResponse, response: ResponseObject, pointer: string[]): string[] => {
    const isEmpty = seen.body === undefined || seen.body === null || seen.body === ''
    if (!response.content) return isEmpty ? [] : [`the status ${seen.status} is documented without a body`]
    if (seen.method === 'HEAD') return isEmpty ? [] : ['an answer to HEAD has a body']
    const type = mediaTypeOf(seen)
    if (response.content['*/*']) return []
    if (!response.content[type]) return [`the media type "${type}" is not documented`]
    if (type === problemMediaType) return checkProblem(seen)
    return validate([...pointer, 'content', type, 'schema'], seen.body)
  }

  const checkProblem = (seen: SeenResponse): string[] => {
    if (mediaTypeOf(seen) !== problemMediaType) return [`an error comes as "${mediaTypeOf(seen)}"`]
    const violations = validate(['components', 'schemas', 'Problem'], seen.body)
    if (violations.length > 0) return violations
    const problem = seen.body as { status: number; code: ErrorCode; request_id: string; type: string }
    if (problem.status !== seen.status) violations.push(`the body says status ${problem.status}`)
    if (errorCodes[problem.code][0] !== seen.status)
      violations.push(`${problem.code} is not a ${seen.status}`)
    if (problem.request_id !== headerOf(seen, 'X-Request-Id')) {
      violations.push('request_id is not the header X-Request-Id')
    }
    return violations
  }

  return (seen) =>
    check(seen).map((violation) => `${seen.method} ${seen.path} → ${seen.status}: ${violation}`)
}

function byVariables(one: { path: string }, other: { path: string }): number {
  return one.path.split('{').length - other.path.split('{').length
}

function patternOf(path: string): RegExp {
  const parts = path.split(/\{\w+\}/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  return new RegExp(`^${parts.join('[^/]+')}$`)
}

/** The path as the document has it: without `/rest` or `/rest/v1`, and without the query. */
function restPath(path: string): string | null {
  const [plain = ''] = path.split('?')
  return /^\/rest(?:\/v1)?(\/.*)$/.exec(plain)?.[1] ?? null
}

function headerOf({ headers }: SeenResponse, name: string): string | null {
  if (isReadByGet(headers)) return headers.get(name)
  const value = headers[name.toLowerCase()] ?? headers[name]
  return value === undefined ? null : String(value)
}

function isReadByGet(headers: SeenResponse['headers']): headers is Pick<Headers, 'get'> {
  return typeof headers.get === 'function'
}

function mediaTypeOf(seen: SeenResponse): string {
  return (headerOf(seen, 'Content-Type') ?? '').split(';')[0]?.trim() ?? ''
}
