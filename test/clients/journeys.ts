import type { JsonObject, OpenApiDocument, OperationObject } from '../../server/reference/openapi.types.ts'

/** What a client does with one kind of record: the operations that the document has for it, and the fields. */
export interface Journey {
  /** `process_types`: the first part of the paths. */
  kind: string
  list?: OperationObject
  create?: OperationObject
  get?: OperationObject
  update?: OperationObject
  delete?: OperationObject
  restore?: OperationObject
  /** The fields of a new record. */
  fields: Readonly<Record<string, unknown>>
  /** Fields to change. */
  changes: Readonly<Record<string, unknown>>
}

/** A journey for every kind of record that has a list of its own, out of the document alone. */
export async function journeysOf(
  document: OpenApiDocument,
  {
    fieldsOf,
    changed,
  }: {
    fieldsOf(kind: string): Promise<Record<string, unknown>>
    /** The text that a record is changed to. */
    changed: string
  },
): Promise<Journey[]> {
  const kinds = Object.keys(document.paths).flatMap((path) => {
    const kind = /^\/(\w+)$/.exec(path)?.[1]
    return kind !== undefined && document.paths[`/${kind}/{id}`] ? [kind] : []
  })
  return Promise.all(
    kinds.map(async (kind) => {
      const [all, one, restore] = [`/${kind}`, `/${kind}/{id}`, `/${kind}/{id}/restore`].map(
        (path) => document.paths[path] ?? {},
      )
      const operations = {
        list: all?.get,
        create: all?.post,
        get: one?.get,
        update: one?.patch,
        delete: one?.delete,
        restore: restore?.post,
      }
      const known = Object.fromEntries(Object.entries(operations).filter(([, operation]) => operation))
      return {
        kind,
        ...known,
        fields: await fieldsOf(kind),
        changes: changesOf(document, one?.patch, changed),
      }
    }),
  )
}

const likely = [
  'name',
  'full_name',
  'label',
  'description',
  'unit_number',
  'address',
  'comments',
  'body',
  'subject',
  'title',
]

/** One text that everybody may change. */
function changesOf(
  document: OpenApiDocument,
  update: OperationObject | undefined,
  changed: string,
): Record<string, unknown> {
  const fields = fieldsIn(document, update)
  const name = likely.find((known) => [fields[known]?.type].flat().includes('string'))
  return name === undefined ? {} : { [name]: changed }
}

function fieldsIn(
  document: OpenApiDocument,
  operation: OperationObject | undefined,
): Record<string, JsonObject> {
  const schema = operation?.requestBody?.content['application/json']?.schema
  const [wrapped] = (schema?.anyOf ?? []) as { properties?: JsonObject }[]
  const [inner] = Object.values(wrapped?.properties ?? {}) as JsonObject[]
  const name =
    String(inner?.$ref ?? '')
      .split('/')
      .at(-1) ?? ''
  const fields = document.components.schemas[name] ?? inner ?? {}
  return (fields.properties ?? {}) as Record<string, JsonObject>
}

/** Whether the operation takes JSON; otherwise it takes a form with a file. */
export function takesJson({ requestBody }: OperationObject): boolean {
  return requestBody?.content['application/json'] !== undefined
}

/** Whether a list takes the parameters that its journey sends. */
export function parameterNames(document: OpenApiDocument, { parameters }: OperationObject): string[] {
  return parameters.flatMap((parameter) => {
    if (!('$ref' in parameter)) return [parameter.name]
    return [document.components.parameters[parameter.$ref.split('/').at(-1) ?? '']?.name ?? '']
  })
}
