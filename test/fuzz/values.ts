import fc from 'fast-check'
import type { JsonObject } from '../../server/reference/openapi.types.ts'
import type { Api } from './document.ts'

/** JSON with ids that are not known before the request is sent. */
export type Value = null | boolean | number | string | Value[] | { [name: string]: Value } | Place | File

/** An id that is chosen when the request is sent, out of what the session knows then. */
export class Place {
  readonly from: Origin
  /** The field or part of the path that it stands in. */
  readonly name: string
  readonly kinds: readonly string[]
  readonly pick: number
  constructor(from: Origin, name: string, kinds: readonly string[], pick: number) {
    this.from = from
    this.name = name
    this.kinds = kinds
    this.pick = pick
  }
  toString(): string {
    return `<${this.from} ${this.name}>`
  }
}

/**
 * Where an id comes from: a record of the account, one that was deleted, one that is hidden (of another account,
 * or closed to the caller), one of another kind, nowhere, or no id at all. `stranger` is a record that is not the parent of the one below it.
 */
export type Origin = 'live' | 'deleted' | 'theirs' | 'otherKind' | 'unknown' | 'malformed' | 'stranger'

export const malformedIds = [
  'x',
  '0',
  '-1',
  'null',
  '0197a1c2',
  '0197a1c2-5b1e-7c3a-9d40-2f6b8e1a7c5',
  '0197a1c2-5b1e-7c3a-9d40-2f6b8e1a7c55-1',
  'g197a1c2-5b1e-7c3a-9d40-2f6b8e1a7c55',
  "0197a1c2-5b1e-7c3a-9d40-2f6b8e1a7c55' or '1'='1",
  '0197a1c2\u0000-5b1e-7c3a-9d40-2f6b8e1a7c55',
  '../../users',
  '[object Object]',
  'ｘ'.repeat(200),
] as const

/** A word of something hidden: it is searched for, and never written. */
export const hiddenWord: fc.Arbitrary<Place> = fc
  .nat({ max: 200 })
  .map((pick) => new Place('theirs', 'word', [], pick))

/** Records that meet by accident need words that come again. */
const words = [
  'Alder',
  'Web',
  'cold',
  'Rosa Field',
  'Pet policy',
  '18 Alder Court',
  'Move in',
  'ß Ünïcode',
  '🏠',
]
const emails = ['rosa.field@example.com', 'sam@example.com', 'ÉVA@example.com']
const phones = ['(555) 010-4477', '+15550104477', '555 0100']
const decimals = ['0', '12.5', '1450', '-3.25', '99999999.9999', '0.0001']
const times = [
  '2026-03-08T02:30:00Z',
  '1999-12-31T23:59:59Z',
  '2026-11-01T05:00:00.123Z',
  '2026-02-28T12:00:00-06:00',
]
const dates = ['2026-01-31', '2024-02-29', '1970-01-01']
const customKeys = ['pet_policy', 'move_in', 'web', 'nothing_here']

const letters = [...'aZ09 éßИ漢🏠.,-_%&=+[]{}"\'\\/;:\n\t\u0007\u200d\ufeff']
const strangeLetters = [...letters, '\u0000', '\ud83d', '\udc00', '\uffff']

/** What values are made from. */
export interface Source extends Api {
  /** Whether every id is one that may be named. */
  isFine: boolean
}

/** Values that a schema allows. @param name of the field, which tells what kind of record an id is of */
export function allowedBy(api: Source, given: JsonObject, name: string): fc.Arbitrary<Value> {
  const schema = api.resolve(given)
  const options = (schema.anyOf ?? schema.oneOf) as JsonObject[] | undefined
  if (options) return fc.oneof(...options.map((option) => allowedBy(api, option, name)))
  if (Array.isArray(schema.enum)) return fc.constantFrom(...(schema.enum as Value[]))
  if (Array.isArray(schema.examples)) {
    // A text that only a list elsewhere says is allowed, such as the name of an event.
    const { examples, ...rest } = schema
    return fc.oneof(
      { arbitrary: fc.constantFrom(...(examples as Value[])), weight: 3 },
      { arbitrary: allowedBy(api, rest, name), weight: 1 },
    )
  }
  if (schema.const !== undefined) return fc.constant(schema.const as Value)
  if (Array.isArray(schema.type)) {
    const types = schema.type as string[]
    return fc.oneof(...types.map((type) => allowedBy(api, { ...schema, type }, name)))
  }
  switch (schema.type) {
    case 'string':
      return textOf(api, schema, name)
    case 'integer':
      return fc.integer({ min: Number(schema.minimum ?? 0), max: Number(schema.maximum ?? 2_000) })
    case 'number':
      return fc.oneof(fc.integer({ min: 0, max: 5_000 }), fc.constantFrom(0.5, 12.25, 1450.75))
    case 'boolean':
      return fc.boolean()
    case 'null':
      return fc.constant(null)
    case 'array':
      return fc.array(allowedBy(api, (schema.items ?? {}) as JsonObject, name), {
        minLength: Number(schema.minItems ?? 0),
        maxLength: Math.min(Number(schema.maxItems ?? 3), 3),
      })
    case 'object':
      return objectOf(api, schema)
    default:
      return fc.oneof(fc.constantFrom<Value>(null, true, 7, 'Alder'), fc.constant({}))
  }
}

/** The required fields, and a few of the others: each more is one more that may contradict the rest. */
export function objectOf(api: Source, schema: JsonObject): fc.Arbitrary<{ [name: string]: Value }> {
  const properties = (schema.properties ?? {}) as Record<string, JsonObject>
  const required = (schema.required ?? []) as string[]
  const optional = Object.keys(properties).filter((name) => !required.includes(name))
  const own = fc
    .subarray(optional, { maxLength: Math.min(optional.length, 4) })
    .chain((chosen) =>
      fc.record(
        Object.fromEntries(
          [...required, ...chosen].map((name) => [name, allowedBy(api, properties[name] ?? {}, name)]),
        ),
      ),
    )
  const more = schema.additionalProperties
  if (typeof more !== 'object' || more === null) return own
  const others = fc.dictionary(fc.constantFrom(...customKeys), allowedBy(api, more as JsonObject, ''), {
    maxKeys: 2,
  })
  return fc.tuple(own, others).map(([one, other]) => ({ ...other, ...one }))
}

/** An id that names a record which the account has. */
export function liveId(name: string, kinds: readonly string[]): fc.Arbitrary<Place> {
  return fc.nat({ max: 30 }).map((pick) => new Place('live', name, kinds, pick))
}

function idOfAnybody(name: string, kinds: readonly string[]): fc.Arbitrary<Place> {
  return fc.oneof(
    { arbitrary: liveId(name, kinds), weight: 12 },
    { arbitrary: idFrom('theirs', name, kinds), weight: 1 },
  )
}

function placed(from: Origin, name: string): fc.Arbitrary<Place> {
  return fc.nat({ max: 200 }).map((pick) => new Place(from, name, [], pick))
}

export function idFrom(origin: Origin, name: string, kinds: readonly string[]): fc.Arbitrary<Place> {
  return fc.nat({ max: 30 }).map((pick) => new Place(origin, name, kinds, pick))
}

const wrongOrigins = ['deleted', 'theirs', 'otherKind', 'unknown', 'malformed'] as const

export function wrongId(name: string, kinds: readonly string[]): fc.Arbitrary<Place> {
  return fc.constantFrom(...wrongOrigins).chain((origin) => idFrom(origin, name, kinds))
}

/** The alphabets of fast-check hold every letter there is, which takes seconds to set up. */
function textOfLetters(alphabet: readonly string[], least: number, most: number): fc.Arbitrary<string> {
  return fc
    .array(fc.constantFrom(...alphabet), { minLength: least, maxLength: most })
    .map((chosen) => chosen.join(''))
}

function textOf(api: Source, schema: JsonObject, name: string): fc.Arbitrary<Value> {
  switch (schema.format) {
    case 'uuid':
      return api.isFine ? liveId(name, api.kindsOf(name)) : idOfAnybody(name, api.kindsOf(name))
    case 'date-time':
      return fc.constantFrom(...times)
    case 'date':
      return fc.constantFrom(...dates)
    case 'decimal':
      return fc.constantFrom(...decimals)
    case 'email':
      return fc.constantFrom(...emails)
    case 'uri':
      return fc.constantFrom('https://example.com/a', 'https://example.com/?b=c#d')
    case 'binary':
      return fc
        .tuple(
          fc.constantFrom('plan.txt', 'ä “b”.pdf', '../x.html'),
          fc.uint8Array({ minLength: 1, maxLength: 300 }),
        )
        .map(([title, bytes]) => new File([new Uint8Array(bytes)], title, { type: 'text/plain' }))
  }
  if (name === 'cursor') return fc.oneof(placed('live', name), placed('theirs', name))
  if (/email/.test(name)) return fc.constantFrom(...emails)
  if (/phone|^from$|^to$/.test(name)) return fc.constantFrom(...phones)
  // Of either kind of conversation.
  if (/^(inbox|participant)$/.test(name)) return fc.constantFrom(...emails, ...phones)
  const [least, most] = [Number(schema.minLength ?? 0), Number(schema.maxLength ?? 1_000)]
  const free = textOfLetters(letters, least, Math.max(least, Math.min(most, 20)))
  const fitting = words.filter(({ length }) => length >= least && length <= most)
  if (fitting.length === 0) return free
  return fc.oneof(
    { arbitrary: fc.constantFrom(...fitting), weight: 4 },
    { arbitrary: free.filter(({ length }) => length <= most), weight: 1 },
  )
}

/** What no client should send, and some do. */
export const hostile: fc.Arbitrary<Value> = fc.oneof(
  fc.constantFrom<Value>(null, true, false, '', ' ', [], {}, [null], [[[]]], { '': '' }),
  fc.constantFrom<Value>(0, -0, -1, 0.1, 1e21, -1e308, 5e-324, 2 ** 53, 4_102_444_800_000),
  fc.constantFrom<Value>(
    '\u0000',
    'a\u0000b',
    '\ud800',
    '\udc00\ud800',
    '\u202e\u200b\ufeff',
    'i\u0307\u0130ı',
    '%',
    '_%_',
    "'; drop table contacts; --",
    '{{property.street}}',
    '<script>alert(1)</script>',
    '=1+1',
    'NaN',
    '1e400',
    '0x10',
    '9'.repeat(400),
    '2026-02-30',
    '2026-13-01T00:00:00Z',
    '275760-09-13T00:00:00Z',
    '-271821-04-20T00:00:00Z',
    'x'.repeat(300),
    'é'.repeat(120_000),
    '\\"`$',
    'a[b][c',
    '__proto__',
  ),
  textOfLetters(strangeLetters, 0, 40),
  fc.constantFrom(...malformedIds),
  fc.array(fc.constantFrom<Value>(null, 1, 'x', {}, []), { maxLength: 5 }),
  fc.dictionary(
    fc.constantFrom('id', 'name', 'constructor', 'toString', 'length', '0', '', 'phone', 'source'),
    fc.constantFrom<Value>(null, 1, 'x', {}, [], { a: { b: {} } }),
    { maxKeys: 3 },
  ),
  fc.constantFrom(20, 70, 2_000).map((depth) => nested(depth)),
  fc.constantFrom(201, 1_200, 6_000).map((length) => Array.from({ length }, () => 'x')),
  wrongId('any', []),
)

function nested(depth: number): Value {
  let value: Value = 'x'
  for (let level = 0; level < depth; level++) value = level % 2 === 0 ? [value] : { a: value }
  return value
}
