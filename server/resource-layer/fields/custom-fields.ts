import Type from 'typebox'
import {
  type Definition,
  dataTypes,
  definitionsFor,
  definitionsOf,
  type KeptValues,
  keptValues,
  lookupName,
  lookupOf,
  parseCustomValue,
  presentCustomValue,
} from '../custom-values.ts'
import { keepLookups } from '../lookups.ts'
import { type CustomFieldCategory, type Draft, type Field, FieldProblem } from '../resource.ts'
import { presentTime } from '../values.ts'
import { idSchema, timeSchema } from './schemas.ts'

const valueSchema = Type.Object(
  {
    created_at: timeSchema,
    updated_at: timeSchema,
    label_id: idSchema,
    key: Type.String(),
    value: Type.Union([Type.String(), Type.Number(), Type.Null()]),
    label: Type.String(),
    data_type: Type.String({ enum: [...dataTypes] }),
    options: Type.Array(Type.String()),
    category: Type.String(),
  },
  { additionalProperties: false },
)

const kept = Type.Union([Type.String(), Type.Number()])

/** The account's own fields: every defined one is listed, filled or not; written as an object by key. */
export function customFields(category: CustomFieldCategory): Field {
  return {
    description: `The account's own ${category} fields, every one of them, filled or not. Written as an object by key.`,
    schema: Type.Array(valueSchema),
    columns: ['custom_values'],
    told: [
      {
        stored: 'custom_fields',
        name: 'custom_fields',
        schema: kept,
        read: (value) => value,
        isPrefix: true,
      },
    ],
    initial: { custom_values: '{}' },
    flag: 'include_custom_fields',
    async load(_, context) {
      const definitions = await definitionsOf(context.store, category)
      return (row) => presentValues(definitionsFor(definitions, row), keptValues(row), context.timeZone)
    },
    write: {
      names: ['custom_fields'],
      schema: Type.Record(Type.String(), Type.Union([Type.String(), Type.Number(), Type.Null()])),
      async accept(value, draft, param) {
        const definitions = definitionsFor(await definitionsOf(draft.writer, category), draft.row)
        await acceptValues(draft, byKey(value), param, definitions)
      },
    },
  }
}

function presentValues(definitions: readonly Definition[], values: KeptValues, timeZone: string) {
  return definitions.map((definition) => {
    const kept = values[definition.id]
    return {
      created_at: presentTime(kept?.created_at ?? definition.created_at),
      updated_at: presentTime(kept?.updated_at ?? definition.updated_at),
      label_id: definition.id,
      key: definition.key,
      value: presentCustomValue(definition, kept, timeZone),
      label: definition.label,
      data_type: definition.data_type,
      options: definition.options,
      category: definition.category,
    }
  })
}

/** An object by key, or the list that a read gives, so that what was read can be sent back. */
function byKey(value: unknown): Map<string, unknown> {
  if (value === null || value === '') return new Map()
  if (Array.isArray(value)) {
    return new Map(value.map((entry) => [typeof entry?.key === 'string' ? entry.key : '', entry?.value]))
  }
  if (typeof value === 'object') return new Map(Object.entries(value))
  throw new FieldProblem('must be an object of values by key, such as {"pet_policy": "none"}')
}

async function acceptValues(
  draft: Draft,
  given: ReadonlyMap<string, unknown>,
  param: string,
  definitions: readonly Definition[],
): Promise<void> {
  const values = keptValues(draft.row)
  const at = draft.writer.at
  for (const [key, input] of given) {
    const definition = definitions.find((known) => known.key === key)
    if (!definition) {
      draft.ignored.add(`${param}[${key}]`)
      continue
    }
    const value = parsedIn(draft, definition, input, `${param}[${key}]`)
    const before = values[definition.id]
    if (value === undefined || value === (before?.value ?? null)) continue
    if (value === null) delete values[definition.id]
    else values[definition.id] = { value, created_at: before?.created_at ?? at, updated_at: at }
    keepLookups(draft, lookupName(definition), value === null ? [] : [lookupOf(definition, value)])
    draft.noteChange(`custom_fields.${key}`, before?.value ?? null, value)
  }
  draft.row.custom_values = JSON.stringify(values)
}

function parsedIn(draft: Draft, definition: Definition, input: unknown, param: string) {
  try {
    return parseCustomValue(definition, input, draft.timeZone)
  } catch (error) {
    if (!(error instanceof FieldProblem)) throw error
    draft.problem(error.code, param, `${param} ${error.message}`)
    return undefined
  }
}
