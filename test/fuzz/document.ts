import type { JsonObject, OpenApiDocument } from '../../server/reference/openapi.types.ts'
import { isReference } from '../../server/reference/openapi.types.ts'

/** What is known of the API: its document alone, as the server gives it. */
export interface Api {
  document: OpenApiDocument
  operations: readonly FuzzOperation[]
  /** What a schema says, with the one that it refers to in its place. */
  resolve(schema: JsonObject): JsonObject
  /** The kinds of record that an id may be of, by the name of its field or its part of the path. */
  kindsOf(name: string): readonly string[]
}

/** An operation of the document in the form that requests are made from. */
export interface FuzzOperation {
  id: string
  method: string
  path: string
  tag: string
  pathParameters: readonly FuzzParameter[]
  queryParameters: readonly FuzzParameter[]
  body: FuzzBody | null
  /** The kind of record that it answers with, one or a list of them: `contacts`. */
  answers: string | null
  isList: boolean
  isStreamed: boolean
  isEndless: boolean
}

export interface FuzzParameter {
  name: string
  schema: JsonObject
  isRequired: boolean
  /** Of an id in a path: the kinds of record that it may name. Empty when it is no id. */
  kinds: readonly string[]
}

export interface FuzzBody {
  mediaTypes: readonly string[]
  /** The fields, which may be wrapped in a name, with other objects beside them. */
  fields: JsonObject
  wrapper: string | null
  beside: Readonly<Record<string, JsonObject>>
}

/** @param kinds the names of all kinds of record, with the word for one of them */
export function readApi(document: OpenApiDocument, kinds: ReadonlyMap<string, string>): Api {
  const resolve = (schema: JsonObject): JsonObject => {
    if (typeof schema.$ref !== 'string') return schema
    const { $ref, ...beside } = schema
    return { ...resolve(document.components.schemas[schema.$ref.split('/').at(-1) ?? ''] ?? {}), ...beside }
  }
  const kindsOf = (name: string): string[] => {
    const word = name.replace(/_ids?$/, '')
    const fits = (one: string, of: string) => one === of || one.endsWith(`_${of}`) || of.endsWith(`_${one}`)
    return [...kinds].filter(([, one]) => fits(one, word)).map(([kind]) => kind)
  }
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => operationOf({ document, kinds, resolve, kindsOf }, path, method)),
  )
  return { document, operations, resolve, kindsOf }
}

/** A stream of events goes on for ever unless it is asked not to. */
function isEndless(responses: OpenApiDocument['paths'][string][string]['responses']): boolean {
  return Object.values(responses).some(
    (response) => !isReference(response) && response.content?.['text/event-stream'] !== undefined,
  )
}

interface Reading extends Pick<Api, 'document' | 'resolve' | 'kindsOf'> {
  kinds: ReadonlyMap<string, string>
}

function operationOf(reading: Reading, path: string, method: string): FuzzOperation {
  const { document, kindsOf, kinds } = reading
  const operation = document.paths[path]?.[method]
  if (!operation) throw new Error(`${method} ${path} is not in the document`)
  const parameters = operation.parameters.map((given) => {
    const parameter = isReference(given)
      ? document.components.parameters[given.$ref.split('/').at(-1) ?? '']
      : given
    if (!parameter) throw new Error(`${operation.operationId} refers to a parameter that is not there`)
    return parameter
  })
  const within = (place: string) => parameters.filter((parameter) => parameter.in === place)
  return {
    id: operation.operationId,
    method: method.toUpperCase(),
    path,
    tag: operation.tags[0] ?? '',
    pathParameters: within('path').map(({ name, schema }) => {
      const above = path.split(`/{${name}}`)[0]?.split('/').at(-1) ?? ''
      const own = name === 'id' && kinds.has(above) ? [above] : kindsOf(name)
      return { name, schema, isRequired: true, kinds: schema.format === 'uuid' ? own : [] }
    }),
    queryParameters: within('query').map(({ name, schema, required }) => ({
      name,
      schema,
      isRequired: required === true,
      kinds: [],
    })),
    body: bodyOf(reading, operation.requestBody?.content),
    isEndless: isEndless(operation.responses),
    ...answerOf(reading, operation.responses),
  }
}

/** The document gives a body as `Wrapped` or `Flat`; what has another form is taken as it is. */
function bodyOf(
  { resolve }: Reading,
  content: Record<string, { schema: JsonObject }> | undefined,
): FuzzBody | null {
  if (!content) return null
  const mediaTypes = Object.keys(content)
  const schema = resolve(content['application/json']?.schema ?? Object.values(content)[0]?.schema ?? {})
  const options = (Array.isArray(schema.anyOf) ? schema.anyOf : []) as JsonObject[]
  const wrapped = options.find((option) => option.title === 'Wrapped')
  if (!wrapped) return { mediaTypes, fields: schema, wrapper: null, beside: {} }
  const wrapper = String((wrapped.required as string[])[0])
  const { [wrapper]: fields = {}, ...beside } = wrapped.properties as Record<string, JsonObject>
  return { mediaTypes, fields: resolve(fields), wrapper, beside }
}

function answerOf(
  { resolve, kinds }: Reading,
  responses: OpenApiDocument['paths'][string][string]['responses'],
): Pick<FuzzOperation, 'answers' | 'isList' | 'isStreamed'> {
  const answers = Object.entries(responses).flatMap(([status, response]) =>
    status.startsWith('2') && !isReference(response) && response.content ? [response.content] : [],
  )
  const isStreamed = answers.some((content) => !content['application/json'])
  const schema = answers[0]?.['application/json']?.schema
  const data = (schema && (resolve(schema).properties as Record<string, JsonObject> | undefined)?.data) ?? {}
  const isList = data.type === 'array'
  const object = (isList ? data.items : data) as JsonObject
  const name = String(object.$ref ?? '')
    .split('/')
    .at(-1)
  const found = [...kinds].find(([, word]) => pascal(word) === name)
  return { answers: found?.[0] ?? null, isList, isStreamed }
}

function pascal(word: string): string {
  return word.replace(/(^|_)([a-z])/g, (_, __, letter: string) => letter.toUpperCase())
}
