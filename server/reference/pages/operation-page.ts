import { type ErrorCode, errorCodes } from '../../errors/error-codes.ts'
import { nameOf, resolved } from '../named-schemas.ts'
import {
  isReference,
  type JsonObject,
  type OpenApiDocument,
  type OperationObject,
  type ParameterObject,
  type ResponseObject,
} from '../openapi.types.ts'
import { isObject, propertiesOf } from '../schemas.ts'
import { entry, fieldList, typeWords } from './fields.ts'
import { addressOf, base, firstSentence, type Page, slug } from './page.ts'

export interface PlacedOperation {
  /** The summary, with the method where PUT and PATCH say the same. */
  title: string
  method: string
  path: string
  operation: OperationObject
}

/** The operations in the order of the document. */
export function operationsOf(document: OpenApiDocument): PlacedOperation[] {
  const all = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      method: method.toUpperCase(),
      path,
      operation,
    })),
  )
  const bySummary = Map.groupBy(all, ({ operation }) => operation.summary)
  return all.map((placed) => {
    const { summary } = placed.operation
    const isAlone = bySummary.get(summary)?.length === 1
    return { ...placed, title: isAlone ? summary : `${summary} (${placed.method})` }
  })
}

/** Everything about one operation, the first example before all else. */
export function operationPage(placed: PlacedOperation, document: OpenApiDocument): Page {
  const { method, path, operation } = placed
  const [tag = 'Others'] = operation.tags
  const { title } = placed
  const [curl, ...others] = operation['x-codeSamples']
  const sections = [
    `# ${title}`,
    `\`${method} /rest${path}\``,
    operation.description,
    `${accessOf(operation)} Operation id: \`${operation.operationId}\`. Part of [${tag}](${base}/tags/${slug(tag)}).`,
    '## Example',
    curl ? fence('sh', curl.source) : '',
    exampleAnswer(operation),
    ...parameterSections(operation, document),
    ...bodySection(operation, document),
    ...responseSections(operation, document),
    ...(others.length > 0 ? ['## In other languages'] : []),
    ...others.map(({ lang, label, source }) => `### ${label}\n\n${fence(languageOf(lang), source)}`),
  ]
  return {
    path: `operations/${operation.operationId}`,
    title,
    summary: `${method} /rest${path}. ${firstSentence(operation.description)}`,
    group: tag,
    markdown: sections.filter((section) => section !== '').join('\n\n'),
  }
}

/** A block of code, fenced so that nothing in it can end it. */
export function fence(language: string, source: string): string {
  const longest = Math.max(2, ...[...source.matchAll(/`+/g)].map(([run]) => run.length))
  const marks = '`'.repeat(longest + 1)
  return `${marks}${language}\n${source.trimEnd()}\n${marks}`
}

/** More codes than these say nothing about one operation. */
const mostCodes = 12

/** The words of an error, its codes linked to their pages. */
function errorWords(text: string): string {
  const [words = ''] = text.split(' Codes: ')
  if ((text.match(/`/g)?.length ?? 0) / 2 > mostCodes)
    return `${words} See [all codes](${base}/guides/errors#error-codes).`
  return text.replace(/`([a-z0-9_]+)`/g, (all, code: string) =>
    code in errorCodes ? `[${all}](${addressOf({ path: `errors/${code as ErrorCode}` })})` : all,
  )
}

function accessOf({ security }: OperationObject): string {
  if (security?.length === 0) return 'It needs no key.'
  const scopes = security?.flatMap(({ apiKey }) => apiKey) ?? []
  const key = `It needs a [key](${base}/guides/authentication)`
  return scopes.length === 0 ? `${key}.` : `${key} with the scope \`${scopes.join(', ')}\`.`
}

function languageOf(lang: string): string {
  return lang === 'node' ? 'js' : lang
}

function exampleAnswer({ responses }: OperationObject): string {
  for (const [status, response] of Object.entries(responses)) {
    if (isReference(response) || !response.content) continue
    const [[type, { example }] = [undefined, { example: undefined }]] = Object.entries(response.content)
    if (type === undefined || example === undefined) continue
    const isText = typeof example === 'string'
    return `The answer is ${status}:\n\n${fence(isText ? 'text' : 'json', isText ? example : JSON.stringify(example, null, 2))}`
  }
  return ''
}

const places: readonly [place: string, heading: string][] = [
  ['path', 'In the path'],
  ['query', 'In the query'],
  ['header', 'Request headers'],
]

function parameterSections({ parameters }: OperationObject, document: OpenApiDocument): string[] {
  const all = parameters.flatMap((parameter) => {
    if (!isReference(parameter)) return [parameter]
    return document.components.parameters[parameter.$ref.split('/').at(-1) ?? ''] ?? []
  })
  const sections = places.flatMap(([place, heading]) => {
    const own = all.filter((parameter) => parameter.in === place)
    return own.length === 0 ? [] : [`### ${heading}\n\n${own.map(parameterEntry).join('\n')}`]
  })
  return sections.length === 0 ? [] : ['## Parameters', ...sections]
}

function parameterEntry({ name, schema, required, description }: ParameterObject): string {
  return entry(name, schema, required ? 'required' : '', description)
}

function bodySection({ requestBody }: OperationObject, document: OpenApiDocument): string[] {
  if (!requestBody) return []
  const [media] = Object.values(requestBody.content)
  const schema = media?.schema ?? {}
  const [wrapped] = (Array.isArray(schema.anyOf) ? schema.anyOf : []).filter(isObject)
  const types = Object.keys(requestBody.content).map((type) => `\`${type}\``)
  const parts = Object.entries(propertiesOf(wrapped ?? {}))
  const lists = wrapped
    ? parts.map(([name, part]) => partSection(name, part, document))
    : [fieldList(resolved(schema, document), 'sent')]
  return [
    '## Body',
    `${requestBody.description} See [bodies](${base}/guides/bodies). Taken as ${types.join(', ')}.`,
    ...lists,
  ]
}

function partSection(name: string, part: JsonObject, document: OpenApiDocument): string {
  const fields = fieldList(resolved(part, document), 'sent')
  const object = nameOf(part) === null ? '' : ` (${typeWords(part)})`
  return `### The fields of \`${name}\`${object}\n\n${fields || 'None.'}`
}

function responseSections({ responses }: OperationObject, document: OpenApiDocument): string[] {
  const own = Object.entries(responses).flatMap(([status, response]) =>
    isReference(response) ? [] : [responseSection(status, response)],
  )
  const errors = Object.entries(responses).flatMap(([status, response]) => {
    if (!isReference(response)) return []
    const known = document.components.responses[response.$ref.split('/').at(-1) ?? '']
    if (!known) return []
    const statuses = known['x-statuses']?.join(', ') ?? status
    return [`- ${statuses}: ${errorWords(known.description)}`]
  })
  const about = `Every error has [one shape](${base}/guides/errors), \`application/problem+json\`.`
  return [
    '## Responses',
    ...own,
    ...(errors.length > 0 ? [`### Errors\n\n${about}\n\n${errors.join('\n')}`] : []),
  ]
}

function responseSection(status: string, { description, headers, content }: ResponseObject): string {
  const bodies = Object.entries(content ?? {}).map(
    ([type, { schema }]) => `As \`${type}\`${schema.type === 'object' ? '' : `: ${typeWords(schema)}`}.`,
  )
  const fields = Object.values(content ?? {}).map(({ schema }) => fieldList(schema, 'read'))
  const names = Object.keys(headers ?? {}).map((name) => `\`${name}\``)
  const about = names.length === 0 ? '' : `Headers: ${names.join(', ')}. See [headers](${base}/headers).`
  return [`### ${status}`, description, bodies.join(' '), ...fields, about].filter(Boolean).join('\n\n')
}
