import { nameOf, resolved, schemasThatAreRead } from './named-schemas.ts'
import { isReference, type JsonObject, type OpenApiDocument, type OperationObject } from './openapi.types.ts'
import { isObject, propertiesOf } from './schemas.ts'

/**
 * What programs rely on, as text to compare: each operation with its parameters, body and answers, and each
 * object of the answers. Sorted, so that it differs only where the API does.
 */
export function surfaceOf(document: OpenApiDocument): string {
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) =>
      group(`${method.toUpperCase()} ${path}`, operationLines(operation, document)),
    ),
  )
  const objects = [...schemasThatAreRead(document)].map((name) =>
    group(`object ${name}`, fieldLines('', document.components.schemas[name] ?? {}, null)),
  )
  return `${[...operations, ...objects].sort().join('\n')}\n`
}

function group(name: string, lines: readonly string[]): string {
  return [name, ...[...new Set(lines)].sort().map((line) => `  ${line}`)].join('\n')
}

function operationLines(operation: OperationObject, document: OpenApiDocument): string[] {
  const parameters = operation.parameters.flatMap((given) => {
    const parameter = isReference(given)
      ? document.components.parameters[given.$ref.split('/').at(-1) ?? '']
      : given
    if (!parameter) return []
    const name = `${parameter.in} ${parameter.name}`
    return [line(name, parameter.schema, parameter.required === true), ...values(name, parameter.schema)]
  })
  const media = Object.values(operation.requestBody?.content ?? {})[0]
  const answers = Object.entries(operation.responses).flatMap(([status, response]) => {
    // Errors are the same everywhere; their codes are values of the object Problem.
    if (isReference(response)) return []
    const bodies = Object.entries(response.content ?? {}).flatMap(([type, { schema }]) => [
      `answer ${status} ${type}`,
      ...fieldLines(`answer ${status} `, schema, null),
    ])
    return bodies.length > 0 ? bodies : [`answer ${status}`]
  })
  return [
    `id: ${operation.operationId}`,
    ...(operation.deprecated ? ['deprecated'] : []),
    ...parameters,
    ...(media ? fieldLines('body ', wrappedForm(media.schema), document) : []),
    ...answers,
  ]
}

/** The form of a body that names all of its parts. */
function wrappedForm(schema: JsonObject): JsonObject {
  const [wrapped] = (Array.isArray(schema.anyOf) ? schema.anyOf : []).filter(isObject)
  return wrapped ?? schema
}

/** @param document when given, named objects are followed to their fields instead of named. */
function fieldLines(prefix: string, schema: JsonObject, document: OpenApiDocument | null): string[] {
  const required = Array.isArray(schema.required) ? schema.required : []
  return Object.entries(propertiesOf(schema)).flatMap(([name, field]) => {
    const path = `${prefix}${name}`
    const inner = innerOf(field, document)
    return [
      line(path, field, required.includes(name), document),
      ...values(path, field),
      ...(inner ? fieldLines(`${path}${isList(field) ? '[]' : ''}.`, inner, document) : []),
    ]
  })
}

function line(
  name: string,
  schema: JsonObject,
  isRequired: boolean,
  document: OpenApiDocument | null = null,
): string {
  return `${name}: ${typeOf(schema, document)}${isRequired ? ' required' : ''}`
}

/** `string(uuid)|null`, `Contact[]`. */
function typeOf(schema: JsonObject, document: OpenApiDocument | null): string {
  const name = nameOf(schema)
  if (name !== null) return document ? 'object' : name
  const options = [schema.anyOf, schema.oneOf].find(Array.isArray)?.filter(isObject)
  if (options) return [...new Set(options.map((option) => typeOf(option, document)))].sort().join('|')
  const types = [schema.type].flat().filter((type) => typeof type === 'string')
  const words = types.map((type) => {
    if (type === 'array') return `${isObject(schema.items) ? typeOf(schema.items, document) : 'any'}[]`
    return type !== 'null' && typeof schema.format === 'string' ? `${type}(${schema.format})` : type
  })
  return words.length === 0 ? 'any' : words.sort().join('|')
}

function values(name: string, schema: JsonObject): string[] {
  const inner = isObject(schema.items) ? schema.items : schema
  const given = Array.isArray(inner.enum) ? inner.enum : []
  return given.filter((value) => value !== null).map((value) => `${name} = ${String(value)}`)
}

function isList({ type }: JsonObject): boolean {
  return [type].flat().includes('array')
}

function innerOf(schema: JsonObject, document: OpenApiDocument | null): JsonObject | null {
  if (nameOf(schema) !== null) return document ? resolved(schema, document) : null
  if (Object.keys(propertiesOf(schema)).length > 0) return schema
  if (isObject(schema.items)) return innerOf(schema.items, document)
  const options = [schema.anyOf, schema.oneOf].find(Array.isArray)?.filter(isObject) ?? []
  return options.map((option) => innerOf(option, document)).find((option) => option !== null) ?? null
}
