import Type, { type TSchema } from 'typebox'
import type { ReadContext, Resource } from '../../resource-layer/resource.ts'
import type { AccountStore, Row } from '../../storage/account-store.ts'
import { customFields } from '../custom-fields/custom-fields.schema.ts'
import { processStages } from '../process-stages/process-stages.schema.ts'
import { assigneeRoles, contactRoles } from '../roles/roles.schema.ts'
import { steps } from '../steps/steps.schema.ts'
import { processTypes } from './process-types.schema.ts'

/** Begins every document. A change that an older Latchkey could not read gets another number. */
export const definitionFormat = 'process_type/1'

/** What a document says of a record of each kind: the names of its fields. Nothing in it is an id. */
export const typeParts = { resource: processTypes, names: ['name', 'naming_template'] } as const

export const stageParts = { resource: processStages, names: ['name', 'status'] } as const

export const stepParts = {
  resource: steps,
  names: ['kind', 'name', 'description', 'delay_minutes'],
} as const

/** The lists of a type that have no lists of their own, under their names in the document. */
export const listParts = {
  contact_roles: { resource: contactRoles, names: ['key', 'name'] },
  assignee_roles: { resource: assigneeRoles, names: ['key', 'name'] },
  custom_fields: { resource: customFields, names: ['key', 'label', 'data_type', 'options'] },
} as const

export interface Parts {
  resource: Resource
  names: readonly string[]
}

export const mostStages = 100
export const mostSteps = 1_000
export const mostRoles = 100
export const mostFields = 500

/** The document as it is read: every part of it is there. */
export const definitionSchema = documentSchema('read')

/** The document as it is written: a list that is left out stays as it is. */
export const definitionBody = documentSchema('written')

/** A process type with all that makes it up, in its order, without anything that is this account's alone. */
export async function definitionOf(type: Row, read: ReadContext): Promise<Record<string, unknown>> {
  const stages = await rowsOf(read.store, processStages, type)
  const stepsByStage = Map.groupBy(await rowsOf(read.store, steps, type), (step) => step.stage_id)
  const document: Record<string, unknown> = {
    format: definitionFormat,
    ...shown(typeParts, type, read),
    stages: stages.map((stage) => ({
      ...shown(stageParts, stage, read),
      steps: (stepsByStage.get(stage.id ?? null) ?? []).map((step) => shown(stepParts, step, read)),
    })),
  }
  for (const [name, parts] of Object.entries(listParts)) {
    const rows = await rowsOf(read.store, parts.resource, type)
    document[name] = rows.map((row) => shown(parts, row, read))
  }
  return document
}

/** The live records of a type: those with a place by it, the others in the order of their making. */
export function rowsOf(store: AccountStore, resource: Resource, type: Row): Promise<Row[]> {
  const order = resource.fields.position ? 'position' : 'created_at'
  return store
    .from(resource.name)
    .selectAll()
    .where('process_type_id', '=', String(type.id))
    .where('deleted_at', 'is', null)
    .orderBy(order)
    .orderBy('id')
    .execute()
}

/** Grows with every change of the type or of anything that makes it up, so that `If-Match` holds for all. */
export async function definitionVersion(store: AccountStore, type: Row): Promise<number> {
  let version = Number(type.version)
  const resources = [processStages, steps, ...Object.values(listParts).map(({ resource }) => resource)]
  for (const { name } of resources) {
    const found = await store
      .from(name)
      .select((on) => on.fn.sum<number>('version').as('versions'))
      .where('process_type_id', '=', String(type.id))
      .executeTakeFirst()
    version += Number(found?.versions ?? 0)
  }
  return version
}

function shown({ resource, names }: Parts, row: Row, read: ReadContext): Record<string, unknown> {
  return Object.fromEntries(names.map((name) => [name, resource.fields[name]?.present?.(row, read)]))
}

function documentSchema(kind: 'read' | 'written'): TSchema {
  const list = (schema: TSchema) => (kind === 'read' ? schema : Type.Optional(schema))
  const lists = Object.entries(listParts).map(([name, parts]) => [
    name,
    list(
      Type.Array(entrySchema(parts, kind), { maxItems: name === 'custom_fields' ? mostFields : mostRoles }),
    ),
  ])
  const step = entrySchema(stepParts, kind)
  const stage = entrySchema(stageParts, kind, { steps: list(Type.Array(step, { maxItems: mostSteps })) })
  return entrySchema(
    typeParts,
    kind,
    { stages: list(Type.Array(stage, { maxItems: mostStages })), ...Object.fromEntries(lists) },
    { format: Type.Literal(definitionFormat, { description: 'Which form of the document it is.' }) },
  )
}

function entrySchema(
  { resource, names }: Parts,
  kind: 'read' | 'written',
  lists: Record<string, TSchema> = {},
  first: Record<string, TSchema> = {},
): TSchema {
  const properties: Record<string, TSchema> = { ...first }
  for (const name of names) {
    const field = resource.fields[name]
    if (!field) throw new Error(`${resource.name} has no field ${name}`)
    const base = kind === 'read' ? field.schema : (field.write?.schema ?? field.schema)
    const schema = { ...base, description: field.description } as TSchema
    properties[name] = kind === 'read' || field.write?.required ? schema : Type.Optional(schema)
  }
  return Type.Object({ ...properties, ...lists }, { additionalProperties: false })
}
