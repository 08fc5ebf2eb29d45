import type { Operation } from '../rest/operation.ts'
import type { ExampleRequest } from './example-requests.ts'
import type { Json, JsonObject, MediaType, OperationObject } from './openapi.types.ts'
import { plain, type Schemas } from './schemas.ts'

/**
 * The body of an operation, in the three media types that every write takes; a body that needs a file comes as
 * multipart alone, flat, as generated clients can send it.
 */
export function requestBody(
  operation: Operation,
  schemas: Schemas,
  { body: example, file }: ExampleRequest,
): OperationObject['requestBody'] {
  const { body } = operation
  if (!body) return undefined
  const fields = schemas.of(body.schema)
  const beside = Object.entries(body.beside ?? {}).map(([name, part]) => [name, schemas.of(part)] as const)
  const parts = Object.fromEntries(beside)
  if (file !== null) {
    return {
      required: true,
      description: `Multipart form data with the file as \`${file}\`, its parts in any order. The names may be wrapped, as in \`${body.wrapper}[${file}]\`.`,
      content: { 'multipart/form-data': { schema: fields, example } },
    }
  }
  const schema: JsonObject = { anyOf: [wrapped(body.wrapper, fields, parts), flat(fields, parts)] }
  const json: MediaType = { schema, example }
  const form: MediaType = { schema, ...encodingOf([body.wrapper, ...Object.keys(parts)]) }
  return {
    required: requiredFields(plain(body.schema)).length > 0,
    description: `The fields wrapped in \`${body.wrapper}\`, or the same fields without it. JSON, a form with brackets, or multipart form data.`,
    content: {
      'application/json': json,
      'application/x-www-form-urlencoded': form,
      'multipart/form-data': form,
    },
  }
}

function wrapped(wrapper: string, fields: JsonObject, beside: JsonObject): JsonObject {
  return {
    title: 'Wrapped',
    type: 'object',
    required: [wrapper],
    properties: { [wrapper]: fields, ...beside },
  }
}

function flat(fields: JsonObject, beside: JsonObject): JsonObject {
  const properties = fields.properties as JsonObject | undefined
  if (Object.keys(beside).length === 0 || !properties) return { title: 'Flat', ...fields }
  return { title: 'Flat', ...fields, properties: { ...properties, ...beside } }
}

/** Objects go into a form with brackets: `deal[name]`. */
function encodingOf(names: readonly string[]): { encoding: JsonObject } {
  return {
    encoding: Object.fromEntries(names.map((name) => [name, { style: 'deepObject', explode: true }])),
  }
}

function requiredFields(schema: JsonObject): Json[] {
  return Array.isArray(schema.required) ? schema.required : []
}
