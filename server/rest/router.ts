import { ApiError } from '../errors/api-error.ts'
import type { Operation } from './operation.ts'

/** Tells which methods a path takes: none when it is no path of the API. */
export function methodsOf(operations: readonly Operation[], path: string): string[] {
  return matching(operations, path).flatMap(({ method }) => (method === 'GET' ? ['GET', 'HEAD'] : [method]))
}

/** What is answered to a path or method that there is not. */
export function noRoute(method: string, path: string, taken: readonly string[]): ApiError {
  if (taken.length === 0) return new ApiError('not_found', `Route ${method} ${path} not found; see /api_docs`)
  const allow = [...taken, 'OPTIONS'].join(', ')
  return new ApiError('method_not_allowed', `405 Not Allowed: ${path} takes ${allow}`, { headers: { allow } })
}

/** The operation of a path, and the values in it. @throws ApiError not_found, method_not_allowed, malformed_url */
export function routeOf(
  operations: readonly Operation[],
  method: string,
  path: string,
): { operation: Operation; path: Record<string, string> } {
  const [operation] = matching(operations, path).filter((known) => known.method === method)
  if (!operation) throw noRoute(method, path, methodsOf(operations, path))
  const given = path.split('/')
  const names = operation.path.split('/')
  const values = names.flatMap((name, at) =>
    name.startsWith('{') ? [[name.slice(1, -1), decoded(given[at] ?? '')]] : [],
  )
  return { operation, path: Object.fromEntries(values) }
}

/** Of a fixed and a variable part at the same place, the fixed one comes first. */
function matching(operations: readonly Operation[], path: string): Operation[] {
  return operations
    .filter((operation) => shapeOf(operation).test(path))
    .sort((one, other) => one.path.split('{').length - other.path.split('{').length)
}

const shapes = new WeakMap<Operation, RegExp>()

function shapeOf(operation: Operation): RegExp {
  const known = shapes.get(operation)
  if (known) return known
  const parts = operation.path.split(/\{\w+\}/).map((part) => part.replace(/[.]/g, '\\.'))
  const shape = new RegExp(`^${parts.join('[^/]+')}$`)
  shapes.set(operation, shape)
  return shape
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    throw new ApiError('malformed_url', 'The path holds a broken percent escape')
  }
}
