import Type, { type TSchema } from 'typebox'
import type { Row, Value } from '../storage/account-store.ts'
import { nullableIf } from './fields/schemas.ts'
import { fieldsOf } from './fields-of.ts'
import type { Field, ReadContext, Resource } from './resource.ts'

/** How a change that the change log keeps under a name is told: as which name, and how its values read. */
export interface Told {
  /** The column, or the name that was noted. */
  stored: string
  name: string
  schema: TSchema
  read(stored: Value): unknown
  /** `stored` is only the beginning: `custom_fields` stands for `custom_fields.pet_policy` and the others. */
  isPrefix?: true
}

/** A value before and after a change, as the API reads it; null where there was none. */
export interface ToldChange {
  from: unknown
  to: unknown
}

const toldBy = new WeakMap<Resource, readonly Told[]>()

/** A change as it stands in the change log, in the words and values of the API. */
export function tellChanges(
  resource: Resource,
  changed: Readonly<Record<string, [Value, Value]>>,
): Record<string, ToldChange> {
  const told: Record<string, ToldChange> = {}
  for (const [stored, [before, after]] of Object.entries(changed)) {
    const known = toldOf(resource).find((one) => isOf(one, stored))
    if (!known) continue
    const name = known.isPrefix ? stored : known.name
    told[name] = { from: readValue(known, before), to: readValue(known, after) }
  }
  return told
}

/** The JSON schema of what `tellChanges` gives. */
export function toldSchema(resource: Resource): TSchema {
  const own = toldOf(resource)
  const exact = own.filter(({ isPrefix }) => !isPrefix)
  const prefixes = own.filter(({ isPrefix }) => isPrefix)
  const properties = exact.map(({ name, schema }) => [name, Type.Optional(pairSchema(schema))])
  const patterns = prefixes.map(({ stored, schema }) => [`^${stored}\\.`, pairSchema(schema)])
  return Type.Object(Object.fromEntries(properties), {
    additionalProperties: false,
    ...(patterns.length > 0 ? { patternProperties: Object.fromEntries(patterns) } : {}),
  })
}

/** A list that is noted as JSON; it was once noted with commas between. */
export function readNotedList(stored: Value): unknown {
  const text = String(stored)
  if (text.startsWith('[')) return JSON.parse(text)
  return text === '' ? [] : text.split(/, ?/)
}

function isOf({ stored, isPrefix }: Told, name: string): boolean {
  return isPrefix ? name.startsWith(`${stored}.`) : name === stored
}

function readValue(told: Told, value: Value): unknown {
  return value === null ? null : told.read(value)
}

function pairSchema(schema: TSchema): TSchema {
  const either = nullableIf(true, schema)
  return Type.Object({ from: either, to: either }, { additionalProperties: false })
}

function toldOf(resource: Resource): readonly Told[] {
  let told = toldBy.get(resource)
  if (!told) {
    const byStored = new Map<string, Told>()
    for (const [name, field] of Object.entries(fieldsOf(resource))) {
      if (neverChanged.has(name)) continue
      for (const one of field.told ?? toldByRule(name, field)) {
        if (!byStored.has(one.stored)) byStored.set(one.stored, one)
      }
    }
    told = [...byStored.values()]
    toldBy.set(resource, told)
  }
  return told
}

/** What is read from one column reads the same in a change; of what refers to a record, its id is told. */
function toldByRule(name: string, field: Field): Told[] {
  const [column, ...others] = field.columns
  if (column === undefined || others.length > 0) return []
  if (field.load)
    return [{ stored: column, name: column, schema: field.write?.schema ?? anyValue, read: asIs }]
  const { present } = field
  if (!present) return [{ stored: column, name: column, schema: anyValue, read: asIs }]
  const read = (value: Value) => present({ [column]: value } satisfies Row, noContext)
  return [{ stored: column, name, schema: field.schema, read }]
}

/** Kept by Latchkey with every change. */
const neverChanged = new Set(['id', 'updated_at'])

const anyValue = Type.Union([Type.String(), Type.Number(), Type.Null()])

const asIs = (stored: Value): unknown => stored

/** A value that stands in its own column needs nothing of the request to be read. */
const noContext: ReadContext = {
  store: new Proxy({} as ReadContext['store'], {
    get: () => {
      throw new Error('A change is read from its own value alone')
    },
  }),
  timeZone: 'UTC',
  origin: '',
  flags: new Set(),
  sign: () => '',
}
