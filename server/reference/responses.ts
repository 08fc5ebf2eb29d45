import type { Operation, ResponseShape } from '../rest/operation.ts'
import { errorResponses } from './errors.ts'
import { budgetHeaders, type HeaderName, headerReferences } from './headers.ts'
import type { Json, JsonObject, OperationObject, ResponseObject } from './openapi.types.ts'
import { plain, propertiesOf, type Schemas } from './schemas.ts'

interface Sources {
  schemas: Schemas
  /** What it answered when it was recorded, by status. */
  examples: Readonly<Record<string, Json>>
}

/** Everything that an operation can answer with. */
export function responsesOf(operation: Operation, sources: Sources): OperationObject['responses'] {
  const own = operation.responses.map(
    (shape) => [shape.status, successOf(operation, shape, sources)] as const,
  )
  const isStreamed = operation.responses.some(({ mediaType }) => mediaType !== undefined)
  const isTold = operation.responses.some(({ status }) => status === 304)
  const notModified = operation.method === 'GET' && (!isStreamed || isTold) ? [[304, unchanged] as const] : []
  return { ...Object.fromEntries([...own, ...notModified]), ...errorResponses(operation) }
}

const unchanged: ResponseObject = {
  description: 'Nothing changed since the ETag in If-None-Match was read. Without a body.',
  headers: headerReferences(['X-Request-Id', 'Api-Version', 'ETag', ...budgetHeaders]),
}

function successOf(operation: Operation, shape: ResponseShape, sources: Sources): ResponseObject {
  const headers: HeaderName[] = ['X-Request-Id', 'Api-Version']
  const schema = shape.schema === undefined ? null : plain(shape.schema)
  if (schema) headers.push('ETag')
  if (schema && isList(schema)) headers.push('Link')
  if (shape.status === 201) headers.push('Location')
  if (operation.method !== 'GET') headers.push('Idempotent-Replayed')
  headers.push('X-Ignored-Params', ...(operation.access === 'public' ? [] : budgetHeaders))
  const response = { description: shape.description, headers: headerReferences(headers) }
  if (shape.mediaType !== undefined) return streamedOf(shape, shape.mediaType, response, sources)
  if (!shape.schema || !schema) return response
  return {
    ...response,
    content: {
      'application/json': { schema: sources.schemas.of(shape.schema), ...exampleOf(shape, sources) },
    },
  }
}

function streamedOf(
  shape: ResponseShape,
  mediaType: string,
  { description, headers }: ResponseObject,
  sources: Sources,
): ResponseObject {
  return {
    description,
    headers: { ...headers, ...headerReferences(headersOf[mediaType] ?? ['Content-Disposition']) },
    content: { [mediaType]: { schema: { type: 'string' }, ...exampleOf(shape, sources) } },
  }
}

function exampleOf({ status, text }: ResponseShape, { examples }: Sources): { example?: Json } {
  const example = examples[status] ?? text
  return example === undefined ? {} : { example }
}

/** Of what is not a download: files are sent as they were uploaded, and events without an end. */
const headersOf: Readonly<Record<string, HeaderName[]>> = {
  '*/*': ['Content-Disposition', 'ETag', 'Accept-Ranges', 'Content-Range'],
  'text/event-stream': [],
}

function isList(schema: JsonObject): boolean {
  return propertiesOf(schema).data?.type === 'array'
}
