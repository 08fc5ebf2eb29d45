import { resolved, schemasThatAreRead } from './named-schemas.ts'
import type { Json, JsonObject, OpenApiDocument, OperationObject, ParameterObject } from './openapi.types.ts'
import { isReference, type MediaType, type ResponseObject } from './openapi.types.ts'
import { isObject, propertiesOf } from './schemas.ts'
import { swaggerSchema } from './swagger-schema.ts'

/**
 * The same API in Swagger 2.0, for generators that know nothing newer (`contract.md` §2). It says less where
 * Swagger 2.0 has no words: a body is documented in one of its forms, and a value that can be of two types
 * reads as one of any type.
 */
export function swaggerDocument(document: OpenApiDocument): JsonObject {
  const read = schemasThatAreRead(document)
  const { protocol, host, pathname } = new URL(document.servers[0]?.url ?? 'http://localhost/rest')
  const { components } = document
  return {
    swagger: '2.0',
    info: {
      title: document.info.title,
      version: document.info.version,
      description: `The whole reference with its guides is at ${protocol}//${host}/api_docs.`,
      license: { name: 'MIT' },
    },
    host,
    basePath: pathname,
    schemes: [protocol.replace(':', '')],
    consumes: ['application/json'],
    produces: ['application/json'],
    securityDefinitions: {
      apiKey: {
        type: 'apiKey',
        in: 'header',
        name: 'Authorization',
        description: 'The API key of the account, bare or as `Bearer lk_live_…`.',
      },
    },
    security: [{ apiKey: [] }],
    tags: document.tags.map(({ name, description }) => ({ name, description })),
    paths: mapValues(document.paths, (methods) =>
      mapValues(methods, (operation) => operationOf(operation, document)),
    ),
    parameters: mapValues(components.parameters, parameterOf),
    responses: mapValues(components.responses, (response) => responseOf(response, document)),
    definitions: Object.fromEntries(
      Object.entries(components.schemas).map(([name, schema]) => [
        name,
        swaggerSchema(schema, read.has(name) ? 'read' : 'sent'),
      ]),
    ),
  }
}

function operationOf(operation: OperationObject, document: OpenApiDocument): JsonObject {
  const body = operation.requestBody ? bodyOf(operation.requestBody, document) : null
  const types = Object.values(operation.responses).flatMap((response) =>
    isReference(response) ? [] : Object.keys(response.content ?? {}),
  )
  return {
    operationId: operation.operationId,
    tags: operation.tags,
    summary: operation.summary,
    description: operation.description,
    ...(operation.deprecated ? { deprecated: true } : {}),
    // Swagger 2.0 knows scopes of OAuth alone.
    ...(operation.security?.length === 0 ? { security: [] } : {}),
    ...(body ? { consumes: body.consumes } : {}),
    produces: [...new Set([...types, 'application/problem+json'])],
    parameters: [
      ...operation.parameters.map((parameter) =>
        isReference(parameter) ? inSwagger(parameter.$ref) : parameterOf(parameter),
      ),
      ...(body?.parameters ?? []),
    ],
    responses: mapValues(operation.responses, (response) =>
      isReference(response) ? inSwagger(response.$ref) : responseOf(response, document),
    ),
  }
}

/** A body of JSON is one parameter; one that holds a file is a form. */
function bodyOf(
  body: NonNullable<OperationObject['requestBody']>,
  document: OpenApiDocument,
): { consumes: string[]; parameters: JsonObject[] } {
  const multipart = body.content['multipart/form-data']
  const form = multipart && formFields(multipart, document)
  if (form?.some(({ type }) => type === 'file'))
    return { consumes: ['multipart/form-data'], parameters: form }
  const media = body.content['application/json'] ?? Object.values(body.content)[0]
  const { description, required } = body
  const schema = swaggerSchema(plainForm(media?.schema ?? {}), 'sent')
  return {
    consumes: Object.keys(body.content),
    parameters: [{ name: 'body', in: 'body', description, required, schema }],
  }
}

/** Of the wrapped and the flat form the flat one, unless parts stand beside the wrapper. */
function plainForm(schema: JsonObject): JsonObject {
  const options = Array.isArray(schema.anyOf) ? schema.anyOf.filter(isObject) : []
  const [wrapped, flat] = options
  if (!wrapped || !flat) return schema
  return Object.keys(propertiesOf(wrapped)).length > 1 ? wrapped : flat
}

function formFields({ schema }: MediaType, document: OpenApiDocument): JsonObject[] {
  const fields = resolved(plainForm(schema), document)
  const required = Array.isArray(fields.required) ? fields.required : []
  return Object.entries(propertiesOf(fields)).map(([name, field]) => {
    const description = typeof field.description === 'string' ? field.description : ''
    const base = { name, in: 'formData', description, required: required.includes(name) }
    return isFile(field) ? { ...base, type: 'file' } : { ...base, ...simple(field) }
  })
}

function isFile({ format, contentMediaType }: JsonObject): boolean {
  return format === 'binary' || contentMediaType !== undefined
}

function parameterOf({ name, in: place, description, required, schema }: ParameterObject): JsonObject {
  return { name, in: place, description, required: required === true, ...simple(schema) }
}

/** Parameters, form fields and headers have a type of their own instead of a schema. */
function simple(schema: JsonObject): JsonObject {
  const { 'x-nullable': _, title: __, additionalProperties: ___, ...given } = swaggerSchema(schema, 'sent')
  if (given.type === 'array') {
    const items = isObject(given.items) ? simple(given.items) : { type: 'string' }
    return { type: 'array', items, collectionFormat: 'multi' }
  }
  const { description: _d, example: _e, properties: _p, required: _r, ...rest } = given
  return typeof rest.type === 'string' && rest.type !== 'object' ? rest : { type: 'string' }
}

function responseOf(
  { description, headers, content }: ResponseObject,
  document: OpenApiDocument,
): JsonObject {
  const [media] = Object.values(content ?? {})
  const examples = Object.entries(content ?? {}).flatMap(([type, { example }]) =>
    example === undefined ? [] : [[type, example] as const],
  )
  const named = Object.keys(headers ?? {}).map((name) => [name, headerOf(name, document)] as const)
  return {
    description,
    ...(media ? { schema: swaggerSchema(media.schema, 'read') } : {}),
    ...(named.length > 0 ? { headers: Object.fromEntries(named) } : {}),
    ...(examples.length > 0 ? { examples: Object.fromEntries(examples) } : {}),
  }
}

function headerOf(name: string, document: OpenApiDocument): JsonObject {
  const header = document.components.headers[name] ?? {}
  const description = typeof header.description === 'string' ? header.description : ''
  return { description, ...simple(isObject(header.schema) ? header.schema : {}) }
}

function inSwagger(ref: string): JsonObject {
  return { $ref: ref.replace('#/components/', '#/') }
}

function mapValues<T>(given: Readonly<Record<string, T>>, change: (value: T) => Json): JsonObject {
  return Object.fromEntries(Object.entries(given).map(([name, value]) => [name, change(value)]))
}
