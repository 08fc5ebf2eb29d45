import { Ajv, type ValidateFunction } from 'ajv'

/** A JSON schema, written by hand from `contract.md` and from nothing in the server. */
export type Schema = Readonly<Record<string, unknown>>
export type Fields = Readonly<Record<string, Schema>>

/** What a strict reader of the vendor's API expects of an object. */
export interface Shape {
  /** The keys of the contract. Each is there, whatever its value. */
  known: Fields
  /** What Latchkey adds, named one by one: a key that is in neither is refused. */
  added: Fields
  /** Keys that are there when the request carries the flag, and absent otherwise. */
  flagged: Readonly<Record<string, Fields>>
  /** Objects of another shape that stand in it and are read with the same flags. */
  nested: Readonly<Record<string, Shape>>
  /** The order of the keys, where the contract gives one. */
  order: readonly string[]
}

export const text: Schema = { type: 'string' }
export const flag: Schema = { type: 'boolean' }
export const integer: Schema = { type: 'integer' }
export const uuid: Schema = {
  type: 'string',
  pattern: '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$',
}
/** ISO 8601 in UTC, whole seconds. */
export const time: Schema = { type: 'string', pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}Z$' }
/** The times of a unit: milliseconds, with the offset of the account. */
export const unitTime: Schema = {
  type: 'string',
  pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}\\.\\d{3}[+-]\\d{2}:\\d{2}$',
}
export const date: Schema = { type: 'string', pattern: '^\\d{4}-\\d{2}-\\d{2}$' }
/** A decimal is a string, with at least one digit behind the point. */
export const decimal: Schema = { type: 'string', pattern: '^-?\\d+\\.\\d+$' }
export const address: Schema = { type: 'string', pattern: '^https?://[^\\s]+$' }

export function words(...options: string[]): Schema {
  return { type: 'string', enum: options }
}

export function nullable(schema: Schema): Schema {
  return { anyOf: [schema, { type: 'null' }] }
}

export function list(items: Schema): Schema {
  return { type: 'array', items }
}

/** An object with these keys, all of them and no other. */
export function object(fields: Fields): Schema {
  return {
    type: 'object',
    properties: fields,
    required: Object.keys(fields),
    additionalProperties: false,
  }
}

export function shape(known: Fields, more: Partial<Omit<Shape, 'known'>> = {}): Shape {
  return {
    known,
    added: more.added ?? {},
    flagged: { ...more.flagged, ...ofEveryRecord },
    nested: more.nested ?? {},
    order: more.order ?? [],
  }
}

/** Flags that Latchkey adds to every record. */
const ofEveryRecord = {
  include_deleted: { deleted_at: nullable(time) },
  include_external_ids: { external_ids: list(object({ source: text, external_id: text })) },
}

/** The object as it is read with these flags. */
export function schemaOf({ known, added, flagged, nested }: Shape, flags: readonly string[] = []): Schema {
  const shown = flags.map((name) => flagged[name] ?? {})
  const within = Object.entries(nested).map(([key, inner]) => ({ [key]: schemaOf(inner, flags) }))
  return object(Object.assign({}, known, ...shown, ...within, added))
}

const ajv = new Ajv({ allErrors: true, allowUnionTypes: true })
const compiled = new WeakMap<Schema, ValidateFunction>()

/** What is wrong with a value, in sentences; none when the schema takes it. */
export function problemsOf(schema: Schema, value: unknown): string[] {
  let validate = compiled.get(schema)
  if (!validate) {
    validate = ajv.compile(schema)
    compiled.set(schema, validate)
  }
  if (validate(value)) return []
  return (validate.errors ?? []).map(
    ({ instancePath, message, params }) => `${instancePath || '/'} ${message} ${JSON.stringify(params)}`,
  )
}

const schemas = new WeakMap<Shape, Map<string, Schema>>()

/** What is wrong with an object that was read with these flags: its keys, their types, their order. */
export function shapeProblems(shape: Shape, flags: readonly string[], value: unknown): string[] {
  const byFlags = schemas.get(shape) ?? new Map<string, Schema>()
  schemas.set(shape, byFlags)
  const name = flags.toSorted().join()
  const schema = byFlags.get(name) ?? schemaOf(shape, flags)
  byFlags.set(name, schema)
  return [...problemsOf(schema, value), ...orderProblems(shape, value)]
}

function orderProblems({ order }: Shape, value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return []
  const seen = Object.keys(value).filter((key) => order.includes(key))
  const wanted = order.filter((key) => key in value)
  return seen.join() === wanted.join() ? [] : [`keys are in the order ${seen.join()}, not ${wanted.join()}`]
}
