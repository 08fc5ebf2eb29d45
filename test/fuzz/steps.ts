import fc from 'fast-check'
import type { JsonObject } from '../../server/reference/openapi.types.ts'
import type { Api, FuzzBody, FuzzOperation, FuzzParameter } from './document.ts'
import {
  allowedBy,
  hiddenWord,
  hostile,
  idFrom,
  liveId,
  type Origin,
  objectOf,
  type Place,
  type Source,
  type Value,
  wrongId,
} from './values.ts'

/** A request as it is thought up: ids are places, to be filled when it is sent. */
export interface Step {
  operation: FuzzOperation
  path: Readonly<Record<string, Place | string>>
  query: readonly (readonly [string, Value])[]
  body: StepBody | null
  headers: Readonly<Record<string, string>>
  ifMatch: 'none' | 'current' | 'stale'
  credential: 'bearer' | 'bare' | 'none' | 'wrong'
  /** Of a batch: what it runs. */
  inner: readonly Step[]
}

export interface StepBody {
  /** Text and bytes go out as they are, whatever the media type says. */
  value: Value | Uint8Array<ArrayBuffer>
  mediaType: string
  wrapper: string | null
  beside: Readonly<Record<string, Value>>
  /** Whether fields without which no such record can be made are filled in. */
  isCompleted: boolean
}

/** What a step keeps to, where a test wants a certain kind of request. */
export interface Wanted {
  /** Where the last id of the path comes from; those before it are live. */
  lastId?: Origin
  /** Where the first id of the path comes from. */
  firstId?: Origin
  /** Nothing else is wrong with it. */
  isFine?: true
}

export type Steps = (operation: FuzzOperation, wanted?: Wanted) => fc.Arbitrary<Step>

/** Makes requests for any operation of the document, most of them right and each part sometimes wrong. */
export function createSteps(of: Api): Steps {
  const inBatch = of.operations.filter(({ isStreamed, path }) => !isStreamed && path !== '/batch')
  const steps: Steps = (operation, wanted = {}) => {
    const api: Source = { ...of, isFine: wanted.isFine === true }
    const wrongs = wanted.isFine ? 0 : 1
    const rarely = <T, U>(often: number, right: fc.Arbitrary<T>, wrong: fc.Arbitrary<U>) =>
      fc.oneof({ arbitrary: right, weight: often }, { arbitrary: wrong, weight: wrongs })
    const no = fc.constant(null)
    const base = {
      operation: fc.constant(operation),
      path: pathOf(operation, wanted),
      query: ending(
        operation,
        wanted.isFine
          ? requiredQuery(api, operation)
          : rarely(6, queryOf(api, operation), wrongQuery(operation)),
      ),
      ifMatch: wanted.isFine
        ? fc.constant('none' as const)
        : fc.oneof(
            { arbitrary: fc.constant('none' as const), weight: 8 },
            { arbitrary: fc.constantFrom('current' as const, 'stale' as const), weight: 2 },
          ),
      credential: rarely(
        30,
        fc.constantFrom('bearer' as const, 'bare' as const),
        fc.constantFrom('none' as const, 'wrong' as const),
      ),
      headers: rarely(6, fc.constant({}), headersOf(operation)),
    }
    if (operation.path === '/batch' && !wanted.isFine) {
      const inner = fc.array(
        fc.constantFrom(...inBatch).chain((one) => steps(one)),
        { minLength: 1, maxLength: 6 },
      )
      const whole = fc.record({ ...base, body: no, inner })
      return rarely(
        5,
        whole,
        fc.record({
          ...base,
          body: wrongBody(api, operation.body),
          inner: fc.constant([]),
        }),
      )
    }
    const body = operation.body
      ? rarely(2, rightBody(api, operation.body), wrongBody(api, operation.body))
      : rarely(12, no, wrongBody(api, anyBody))
    const step = fc.record({ ...base, body, inner: fc.constant([]) })
    if (!wanted.isFine) return step
    return step.map((one) => ({ ...one, body: one.body && { ...one.body, isCompleted: true } }))
  }
  return steps
}

/** A sequence around the operations of one part of the API: they come more often than what they stand on. */
export function sequencesOf(
  operations: readonly FuzzOperation[],
  steps: Steps,
  length: number,
): fc.Arbitrary<Step[]> {
  const weights = { POST: 4, PUT: 2, PATCH: 2, GET: 2, DELETE: 1 } as Record<string, number>
  const choices = operations.map((operation) => ({
    arbitrary: steps(operation),
    weight: weights[operation.method] ?? 1,
  }))
  // Without the bias of fast-check for short ones, so that the number of requests is known beforehand.
  return fc.noBias(fc.array(fc.oneof(...choices), { maxLength: length * 2, size: 'max' }))
}

const anyBody: FuzzBody = { mediaTypes: ['application/json'], fields: {}, wrapper: null, beside: {} }

function pathOf(operation: FuzzOperation, wanted: Wanted): fc.Arbitrary<Step['path']> {
  const ids = operation.pathParameters.filter(({ schema }) => schema.format === 'uuid')
  const right = fc.record(
    Object.fromEntries(
      operation.pathParameters.map((parameter) => [parameter.name, partOf(parameter, ids, wanted)]),
    ),
  )
  const strangers = ids.length > 1 && !wanted.isFine
  if (!strangers) return right
  const first = ids[0]?.name ?? ''
  const kinds = ids[0]?.kinds ?? []
  return fc.oneof(
    { arbitrary: right, weight: 4 },
    {
      arbitrary: fc
        .tuple(right, idFrom('stranger', first, kinds))
        .map(([path, id]) => ({ ...path, [first]: id })),
      weight: 1,
    },
  )
}

function partOf(
  parameter: FuzzParameter,
  ids: readonly FuzzParameter[],
  { lastId, firstId, isFine }: Wanted,
): fc.Arbitrary<Place | string> {
  const { name, kinds, schema } = parameter
  if (schema.format !== 'uuid') return textPart(parameter, isFine === true)
  if (lastId && parameter === ids.at(-1)) return idFrom(lastId, name, kinds)
  if (firstId && parameter === ids[0]) return idFrom(firstId, name, kinds)
  if (isFine) return liveId(name, kinds)
  return fc.oneof(
    { arbitrary: liveId(name, kinds), weight: 8 },
    { arbitrary: wrongId(name, kinds), weight: 2 },
  )
}

/** Few different ones, so that what was written under them is met again. */
function textPart({ name, schema }: FuzzParameter, isFine: boolean): fc.Arbitrary<string> {
  const given = Array.isArray(schema.examples) ? schema.examples.map(String) : ['1', '2', 'T-1042']
  const plain = name === 'source' ? fc.constantFrom('ledger', 'crm') : fc.constantFrom(...given)
  if (isFine) return plain
  return fc.oneof(
    { arbitrary: plain, weight: 8 },
    { arbitrary: fc.constantFrom('ä/ö?', ' ', '%', '\u0000', 'x'.repeat(256), '..', '💧'), weight: 2 },
  )
}

function queryOf(api: Source, operation: FuzzOperation): fc.Arbitrary<Step['query']> {
  if (operation.queryParameters.length === 0) return fc.constant([])
  return fc
    .subarray([...operation.queryParameters], { maxLength: Math.min(operation.queryParameters.length, 3) })
    .chain((chosen) => valuesOf(api, chosen))
}

/** A stream of events ends once it has sent what is there. */
function ending(
  { isEndless }: FuzzOperation,
  query: fc.Arbitrary<Step['query']>,
): fc.Arbitrary<Step['query']> {
  if (!isEndless) return query
  return query.map((given) => [
    ...given.filter(([name]) => !name.startsWith('for_seconds')),
    ['for_seconds', '0'],
  ])
}

/** What an operation cannot do without. */
function requiredQuery(api: Source, operation: FuzzOperation): fc.Arbitrary<Step['query']> {
  return valuesOf(
    api,
    operation.queryParameters.filter(({ isRequired }) => isRequired),
  )
}

function valuesOf(api: Source, parameters: readonly FuzzParameter[]): fc.Arbitrary<Step['query']> {
  return fc.tuple(
    ...parameters.map(({ name, schema }) =>
      allowedBy(api, schema, name).map((value) => [name.replace('[key]', '[pet_policy]'), value] as const),
    ),
  )
}

function wrongQuery(operation: FuzzOperation): fc.Arbitrary<Step['query']> {
  const known = operation.queryParameters.map(({ name }) => name)
  const names = [
    ...known,
    ...known.map((name) => `${name}[]`),
    ...known.map((name) => `${name}[a][b]`),
    ...[
      'unknown',
      'account_id',
      'x[',
      ']',
      '__proto__',
      'constructor[prototype]',
      'api_key',
      'custom_fields',
    ],
  ]
  const value = fc.oneof(hostile, hiddenWord, fc.constantFrom<Value>('name', 'asc', '-', '1,2,,', '0'))
  return fc.array(fc.tuple(fc.constantFrom(...names), value), { minLength: 1, maxLength: 4 })
}

function rightBody(api: Source, body: FuzzBody): fc.Arbitrary<StepBody> {
  const beside = fc.record(
    Object.fromEntries(
      Object.entries(body.beside).map(([name, schema]) => [name, allowedBy(api, schema, name)]),
    ),
    { requiredKeys: [] },
  )
  const hasFile = JSON.stringify(body.fields).includes('"binary"')
  const mediaTypes = hasFile ? ['multipart/form-data'] : body.mediaTypes
  return fc.record({
    value: objectOf(api, body.fields),
    mediaType: fc.constantFrom(...mediaTypes),
    wrapper: body.wrapper === null ? fc.constant(null) : fc.constantFrom(body.wrapper, null),
    beside: body.wrapper === null ? fc.constant({}) : beside,
    isCompleted: fc.oneof(
      { arbitrary: fc.constant(true), weight: 4 },
      { arbitrary: fc.constant(false), weight: 1 },
    ),
  })
}

const mediaTypes = [
  'application/json',
  'application/json; charset=latin1',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'multipart/form-data',
  'text/plain',
  'application/xml',
  '',
]

const raws = [
  '',
  '{',
  'null',
  '[]',
  '"x"',
  '{"a":1}{',
  '{"name":"x","name":"y"}',
  '{"__proto__":{"name":"x"},"constructor":{"prototype":{}}}',
  '{"name":1e999}',
  '\ufeff{}',
  '[['.repeat(5_000),
  'a=1&a[b]=2',
  'a[[b]=1&a[]=2&a[][c]=3',
  'name=%zz',
  'name=%ff&x',
  `${'a[b]'.repeat(40)}=1`,
  'a=1&'.repeat(3_000),
  '--x\r\nContent-Disposition: form-data; name="name"\r\n\r\nAlder\r\n--x--\r\n',
  '--x\r\nContent-Disposition: form-data; name="name"; filename="a"\r\n\r\nAlder\r\n--x--\r\n',
  '--x\r\nContent-Disposition: form-data\r\n\r\n',
  `{"name":"${'x'.repeat(1_100_000)}"}`,
]

function wrongBody(api: Source, body: FuzzBody | null): fc.Arbitrary<StepBody> {
  const known = body ?? anyBody
  const raw = fc.record({
    value: fc.oneof(
      { arbitrary: fc.constantFrom(...raws).map(bytesOf), weight: 5 },
      { arbitrary: fc.uint8Array({ maxLength: 60 }).map((bytes) => new Uint8Array(bytes)), weight: 1 },
    ),
    mediaType: fc.constantFrom(...mediaTypes),
    ...plain,
  })
  const whole = fc.record({ value: hostile, mediaType: fc.constantFrom(...known.mediaTypes), ...plain })
  const spoilt = rightBody(api, known).chain((right) =>
    spoiled(right.value as { [name: string]: Value }, known.fields).map((value) => ({ ...right, value })),
  )
  return fc.oneof(
    { arbitrary: spoilt, weight: 7 },
    { arbitrary: raw, weight: 2 },
    { arbitrary: whole, weight: 1 },
  )
}

const plain = { wrapper: fc.constant(null), beside: fc.constant({}), isCompleted: fc.constant(false) }

/** A right body with one to three fields that are wrong, missing or too many. */
function spoiled(fields: { [name: string]: Value }, schema: JsonObject): fc.Arbitrary<Value> {
  const properties = Object.keys((schema.properties ?? {}) as JsonObject)
  const readOnly = ['id', 'created_at', 'deleted_at', 'account_id', 'version', 'link', 'search_text']
  const names = [...properties, ...properties, ...readOnly, 'unknown', '__proto__', 'a[b]', '']
  const change = fc.oneof(
    {
      arbitrary: fc.tuple(fc.constantFrom(...names), hostile).map(
        ([name, value]) =>
          (given: Fields) =>
            set(given, name, value),
      ),
      weight: 5,
    },
    {
      arbitrary: fc.constantFrom(...names).map(
        (name) =>
          ({ [name]: _, ...rest }: Fields): Fields =>
            rest,
      ),
      weight: 1,
    },
    {
      arbitrary: fc
        .tuple(fc.constantFrom(...names), wrongId('any', []))
        .map(([name, id]) => (given: Fields) => {
          const isList = /ids$/.test(name)
          return set(given, name, isList ? [id] : id)
        }),
      weight: 2,
    },
  )
  return fc
    .array(change, { minLength: 1, maxLength: 3 })
    .map((changes) => changes.reduce((given, apply) => apply(given), fields))
}

type Fields = { [name: string]: Value }

/** A field of its own even where the name is `__proto__`. */
function set(given: Fields, name: string, value: Value): Fields {
  return Object.fromEntries([...Object.entries(given), [name, value]])
}

function headersOf(operation: FuzzOperation): fc.Arbitrary<Record<string, string>> {
  const one = fc.oneof(
    fc
      .constantFrom('handling=strict', 'handling=lenient', ';;', 'handling=strict, wait=1')
      .map((prefer) => ({ prefer })),
    fc
      .constantFrom('k1', 'k2', 'k3', ' ', '\u00e9', 'x'.repeat(300), '"k1"')
      .map((key) => ({ 'idempotency-key': key })),
    fc.constantFrom('*', '"x"', 'W/"1"', '""', ',,', 'x'.repeat(3_000)).map((tag) => ({ 'if-match': tag })),
    fc.constantFrom('*', '"x"', 'W/"x", "y"', ',').map((tag) => ({ 'if-none-match': tag })),
    fc.constantFrom('text/html', '*/*;q=0', 'nonsense').map((accept) => ({ accept })),
    fc.constantFrom('job-7', 'x'.repeat(500), '\u00e9').map((id) => ({ 'x-request-id': id })),
  )
  const keyed = fc.constantFrom('k1', 'k2', 'k3').map((key) => ({ 'idempotency-key': key }))
  return operation.method === 'GET' ? one : fc.oneof(one, keyed)
}

function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(new TextEncoder().encode(text))
}
