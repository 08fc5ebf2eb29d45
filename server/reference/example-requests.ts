import type { Resource } from '../resource-layer/resource.ts'
import type { Operation, Parameter } from '../rest/operation.ts'
import { exampleId } from './example-ids.ts'
import type { Json, JsonObject } from './openapi.types.ts'
import { requestFields, wholeBodies } from './request-examples.ts'
import { isObject, plain, propertiesOf } from './schemas.ts'

/** The request that the reference shows for an operation, and whose answer is recorded. */
export interface ExampleRequest {
  /** With example ids and its query, without `/rest`. */
  path: string
  /** Null where the operation takes none. */
  body: Json
  /** The part of a form that holds the file without which it cannot be done; `body` is what goes beside it. */
  file: string | null
}

/** How many records the examples of lists show. */
const pageSize = '2'

export function exampleRequest(operation: Operation, resources: readonly Resource[]): ExampleRequest {
  const resource = resourceOf(operation, resources)
  const path = pathOf(operation, resource, resources)
  const body = exampleBody(operation, resource)
  const file = requiredFile(operation)
  return file === null ? { path, body, file } : { path, body: unwrapped(operation, body), file }
}

/** What an operation shows: the resource of its tag, and in `Info` the one that its schema is of. */
export function resourceOf(operation: Operation, resources: readonly Resource[]): Resource | undefined {
  const own = resources.find((resource) => resource.title === operation.tag)
  if (own) return own
  const word = operation.path.split('/').at(-1)
  return resources.find((resource) => resource.singular === word)
}

/** The example of an operation's body: its own, or one of the resource, wrapped as documented. */
export function exampleBody(operation: Operation, resource: Resource | undefined): Json {
  const { body } = operation
  if (!body) return null
  const whole = wholeBodies[operation.id] ?? body.example
  if (whole !== undefined) return whole as Json
  const names = new Set(Object.keys(propertiesOf(plain(body.schema))))
  return { [body.wrapper]: resource ? requestFields(resource, makes(operation), names) : {} }
}

function requiredFile(operation: Operation): string | null {
  return makes(operation) === 'create' ? (operation.body?.file ?? null) : null
}

function unwrapped({ body }: Operation, example: Json): JsonObject {
  const fields = isObject(example) ? example[body?.wrapper ?? ''] : null
  return isObject(fields ?? null) ? (fields as JsonObject) : {}
}

/** An upsert shows what it needs where the record is new. */
function makes({ method, path }: Operation): 'create' | 'update' {
  return method === 'POST' || path.includes('/by_external_id/') ? 'create' : 'update'
}

/** The path with an example in each place: the parameter's own, or an id. */
function pathOf(operation: Operation, own: Resource | undefined, resources: readonly Resource[]): string {
  const { path, parameters } = operation
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const parameter = parameters.find((known) => known.in === 'path' && known.name === name)
    const example = exampleOf(parameter)
    if (example !== undefined) return encodeURIComponent(example)
    const parent = path.split('/')[1]
    const named = resources.find((resource) => `${resource.singular}_id` === name)
    return exampleId(named?.name ?? parent ?? own?.name ?? name)
  })
  const query = new URLSearchParams()
  for (const parameter of parameters.filter((known) => known.in === 'query')) {
    const example = parameter.name === 'per_page' ? pageSize : exampleOf(parameter)
    if (example !== undefined) query.set(parameter.name, example)
  }
  return query.size === 0 ? filled : `${filled}?${query}`
}

function exampleOf(parameter: Parameter | undefined): string | undefined {
  const [example] = (parameter?.schema as { examples?: unknown[] } | undefined)?.examples ?? []
  return typeof example === 'string' || typeof example === 'number' ? String(example) : undefined
}
