import type { Operation, Parameter } from '../rest/operation.ts'
import type { ParameterObject, Reference } from './openapi.types.ts'
import type { Schemas } from './schemas.ts'

/** The parameters of all operations. What several say in the same words stands once, in the components. */
export interface Parameters {
  of(operation: Operation): (ParameterObject | Reference)[]
  components: Record<string, ParameterObject>
}

const range = /\[(gte|gt|lte|lt)\]$/

/** @param ranges `folded` names `created_at[gte]` and its like in the description of `created_at` alone. */
export function createParameters(
  operations: readonly Operation[],
  schemas: Schemas,
  ranges: 'each' | 'folded',
): Parameters {
  const isShown = ({ name }: Parameter) => ranges === 'each' || !range.test(name)
  const objects = (operation: Operation) => [
    ...operation.parameters
      .filter(isShown)
      .map((parameter) => parameterObject(parameter, operation, schemas, ranges)),
    ...conditionalHeaders(operation),
  ]
  const made = new Map(operations.map((operation) => [operation, objects(operation)]))
  const all = [...made.values()].flat()
  const components: Record<string, ParameterObject> = {}
  for (const [name, same] of Map.groupBy(all, (object) => object.name)) {
    const [common] = [...Map.groupBy(same, (object) => JSON.stringify(object)).values()].sort(
      (one, other) => other.length - one.length,
    )
    if (common?.[0] && common.length > 1) components[componentName(name)] = common[0]
  }
  const texts = new Map(Object.entries(components).map(([name, object]) => [JSON.stringify(object), name]))
  return {
    components,
    of: (operation) =>
      (made.get(operation) ?? []).map((object) => {
        const name = texts.get(JSON.stringify(object))
        return name === undefined ? object : { $ref: `#/components/parameters/${name}` }
      }),
  }
}

/** `created_at[gte]` → `created_at.gte`: component names take no brackets. */
function componentName(name: string): string {
  return name.replaceAll('[', '.').replaceAll(']', '')
}

function parameterObject(
  parameter: Parameter,
  operation: Operation,
  schemas: Schemas,
  ranges: 'each' | 'folded',
): ParameterObject {
  const schema = schemas.of(parameter.schema)
  const base = { name: parameter.name, in: parameter.in, description: parameter.description }
  if (parameter.in === 'path') return { ...base, required: true, schema }
  const required = parameter.required ? { required: true } : {}
  const hasRange = operation.parameters.some(({ name }) => name === `${parameter.name}[gte]`)
  const fold = hasRange && ranges === 'folded' ? ` ${rangeNote(parameter.name)}` : ''
  if (!parameter.list) return { ...base, description: `${base.description}${fold}`, ...required, schema }
  return {
    ...base,
    description: `${base.description}${fold} ${listNote(parameter.name)}`,
    ...required,
    style: 'form',
    explode: true,
    schema: { type: 'array', items: schema },
  }
}

function listNote(name: string): string {
  return `Several: repeat it, with or without \`[]\` (\`${name}[]=…\`), or separate the values by commas.`
}

function rangeNote(name: string): string {
  return `Ranges: \`${name}[gte]=\`, \`${name}[gt]=\`, \`${name}[lte]=\`, \`${name}[lt]=\`.`
}

function conditionalHeaders(operation: Operation): ParameterObject[] {
  const headers = [prefer]
  if (operation.method === 'GET') headers.unshift(ifNoneMatch)
  else if (operation.parameters.some((parameter) => parameter.in === 'path') && operation.method !== 'POST') {
    headers.unshift(ifMatch)
  }
  if (operation.method !== 'GET') headers.unshift(idempotencyKey)
  return headers
}

const ifNoneMatch: ParameterObject = {
  name: 'If-None-Match',
  in: 'header',
  description: 'An ETag that you have. Answers 304 without a body when nothing changed since.',
  schema: { type: 'string' },
}

const ifMatch: ParameterObject = {
  name: 'If-Match',
  in: 'header',
  description:
    'The ETag of the record as you read it. Answers 412, and writes nothing, when it changed since.',
  schema: { type: 'string' },
}

const idempotencyKey: ParameterObject = {
  name: 'Idempotency-Key',
  in: 'header',
  description:
    'A text of your choice, best a UUID, that makes this request happen once: sent again within 24 hours with the same key, it gives the stored answer with `Idempotent-Replayed: true`.',
  schema: { type: 'string', minLength: 1, maxLength: 255 },
}

const prefer: ParameterObject = {
  name: 'Prefer',
  in: 'header',
  description:
    '`handling=strict` answers 400 for parameters and fields that the operation does not know, instead of ignoring them.',
  schema: { type: 'string' },
}
