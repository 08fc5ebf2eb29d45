import type { TSchema } from 'typebox'
import type { Definition } from '../resource-layer/custom-values.ts'
import { readableFields } from '../resource-layer/present.ts'
import type { Resource } from '../resource-layer/resource.ts'

/** A column of a table: its name, and the value of a record in it. */
export interface CsvColumn {
  name: string
  read(object: Record<string, unknown>): unknown
}

/**
 * The columns that a record fills, in the order in which it is read: an object is spread over one column a
 * property (`stage.id`), the account's own fields over one column each (`custom_fields.pet_policy`).
 */
export function csvColumns(
  resource: Resource,
  flags: ReadonlySet<string>,
  definitions: readonly Definition[],
): CsvColumn[] {
  return readableFields(resource, flags).flatMap(([name, field]) => {
    if (name === 'custom_fields') return customColumns(definitions)
    return spread(name, field.schema, (object) => object[name])
  })
}

/** The cells of one record; empty where it has no value, JSON where it has a list. */
export function csvRow(columns: readonly CsvColumn[], object: Record<string, unknown>): string[] {
  return columns.map(({ read }) => cell(read(object)))
}

function spread(name: string, schema: TSchema, read: CsvColumn['read']): CsvColumn[] {
  const properties = propertiesIn(schema)
  if (!properties) return [{ name, read }]
  return Object.entries(properties).flatMap(([inner, its]) =>
    spread(`${name}.${inner}`, its, (object) => {
      const outer = read(object)
      return isObject(outer) ? outer[inner] : undefined
    }),
  )
}

/** The properties of an object, also of one that may be null. */
function propertiesIn(schema: TSchema): Record<string, TSchema> | null {
  const { properties, anyOf } = schema as {
    properties?: Record<string, TSchema>
    anyOf?: TSchema[]
  }
  if (properties) return properties
  for (const option of anyOf ?? []) {
    const found = propertiesIn(option)
    if (found) return found
  }
  return null
}

function customColumns(definitions: readonly Definition[]): CsvColumn[] {
  return definitions.map(({ id, key }) => ({
    name: `custom_fields.${key}`,
    read({ custom_fields }) {
      const values = Array.isArray(custom_fields) ? (custom_fields as unknown[]) : []
      const own = values.find((value) => isObject(value) && value.label_id === id)
      return isObject(own) ? own.value : undefined
    },
  }))
}

function cell(value: unknown): string {
  if (value === null || value === undefined) return ''
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
