import type { Resource } from '../resource-layer/resource.ts'
import type { Operation, ResponseShape } from '../rest/operation.ts'
import { errorResponses } from './errors.ts'
import type { Examples } from './examples.ts'
import { budgetHeaders, type HeaderName, headerReferences } from './headers.ts'
import type { Json, JsonObject, OperationObject, ResponseObject } from './openapi.types.ts'
import { isObject, plain, propertiesOf, type Schemas } from './schemas.ts'

interface Sources {
  schemas: Schemas
  examples: Examples
  /** The resource that the operation shows, if it is of one. */
  resource: Resource | undefined
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
  const example = (shape.example as Json | undefined) ?? exampleOf(schema, sources)
  return {
    ...response,
    content: { 'application/json': { schema: sources.schemas.of(shape.schema), example } },
  }
}

function streamedOf(
  { text }: ResponseShape,
  mediaType: string,
  { description, headers }: ResponseObject,
  { resource, examples }: Sources,
): ResponseObject {
  const isFile = mediaType === anyMediaType
  const example = text ?? `${JSON.stringify(resource ? examples.record(resource) : {})}\n`
  return {
    description,
    headers: { ...headers, ...headerReferences(isFile ? ofFiles : ['Content-Disposition']) },
    content: { [mediaType]: { schema: { type: 'string' }, example } },
  }
}

/** Of what is sent as it was uploaded. */
const anyMediaType = '*/*'
const ofFiles: HeaderName[] = ['Content-Disposition', 'ETag', 'Accept-Ranges', 'Content-Range']

function isList(schema: JsonObject): boolean {
  return propertiesOf(schema).data?.type === 'array'
}

function exampleOf(schema: JsonObject, { resource, examples }: Sources): Json {
  const { data, meta } = propertiesOf(schema)
  if (!data) return examples.value(schema, '')
  const record = resource ? examples.record(resource) : examples.value(data, 'account')
  if (data.type === 'array') return { data: [record], meta: listMeta }
  return meta && isObject(meta) ? { data: record, meta: examples.value(meta, 'meta') } : { data: record }
}

const listMeta: JsonObject = {
  page_number: 1,
  total_count: 1,
  total_pages: 1,
  per_page: 25,
  next_cursor: null,
  has_more: false,
}
