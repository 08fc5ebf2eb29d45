import Type from 'typebox'
import { deleteChildren, restoreChildren } from '../../resource-layer/children.ts'
import { pageMemo } from '../../resource-layer/page-memo.ts'
import { present } from '../../resource-layer/present.ts'
import { columnsOf, type Draft, FieldProblem, type ReadContext } from '../../resource-layer/resource.ts'
import type { Told } from '../../resource-layer/told-changes.ts'
import { create, type Input, update, type WriteSettings } from '../../resource-layer/write.ts'
import type { AccountWriter, Row, Value } from '../../storage/account-store.ts'
import { units } from '../units/units.schema.ts'

/** The units of each property of a page, oldest first. */
export const unitsOf = pageMemo(
  async (rows: readonly Row[], context: ReadContext): Promise<Map<Value, Row[]>> => {
    const found = await context.store
      .from('units')
      .select(columnsOf(units))
      .where(
        'property_id',
        'in',
        rows.map((row) => String(row.id)),
      )
      .orderBy('created_at')
      .orderBy('id')
      .execute()
    // Those of a deleted property went with it, so that a deleted property still has its units.
    const deletedAt = new Map(rows.map((row) => [row.id, row.deleted_at]))
    const own = found.filter((unit) => unit.deleted_at === deletedAt.get(unit.property_id ?? ''))
    return Map.groupBy(own, (unit) => unit.property_id ?? null)
  },
)

/** A change of the unit is told by the unit; here it is only said that there was one. */
export const toldUnit: Told = {
  stored: 'unit_version',
  name: 'unit_version',
  schema: Type.Integer(),
  read: (version) => version,
}

export async function countUnits(rows: readonly Row[], context: ReadContext): Promise<(row: Row) => unknown> {
  const byProperty = await unitsOf(rows, context)
  return (row) => byProperty.get(row.id ?? null)?.length ?? 0
}

export async function firstUnit(rows: readonly Row[], context: ReadContext): Promise<(row: Row) => unknown> {
  const byProperty = await unitsOf(rows, context)
  const first = [...byProperty.values()].flatMap((list) => list.slice(0, 1))
  const objects = await present(units, first, context)
  const byId = new Map(first.map((unit, at) => [unit.property_id, objects[at]]))
  return (row) => byId.get(row.id ?? null)
}

const unitFieldNames = new Set(
  Object.values(units.fields)
    .flatMap((field) => field.write?.names ?? [])
    .filter((name) => name !== 'custom_fields' && name !== 'property_id'),
)

/** `property[square_feet]` means the unit's: fields of the unit may come flat (`contract.md` §3). */
export function gatherUnitFields(
  fields: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const flat = Object.entries(fields).filter(([name]) => unitFieldNames.has(name))
  if (flat.length === 0) return fields
  const own = Object.fromEntries(Object.entries(fields).filter(([name]) => !unitFieldNames.has(name)))
  const nested = typeof own.unit === 'object' && own.unit !== null && !Array.isArray(own.unit) ? own.unit : {}
  return { ...own, unit: { ...Object.fromEntries(flat), ...nested } }
}

export function acceptUnit(value: unknown, draft: Draft, param: string): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new FieldProblem('must be an object of the fields of its unit')
  }
  const { id: _, property: __, property_id: ___, ...fields } = value as Record<string, unknown>
  draft.options.set('unit', { fields, wrapper: param })
}

/**
 * Writes the unit of a property in the property's own transaction. A new property has its unit even when
 * nothing is known of it.
 */
export function writeUnit(draft: Draft): void {
  const input = draft.options.get('unit') as Input | undefined
  if (!input && draft.existing) return
  const settings: WriteSettings = { timeZone: draft.timeZone, ownerId: draft.ownerId, ignored: draft.ignored }
  draft.later(async () => {
    const known = draft.existing ? await oldestUnit(draft.writer, draft.row.id) : null
    if (!known) {
      const fields = { ...input?.fields, property_id: draft.row.id }
      await create(draft.writer, units, { fields, wrapper: input?.wrapper ?? null }, settings)
      return
    }
    if (!input) return
    const written = await update(draft.writer, units, known, input, settings)
    if (written.version !== known.version)
      draft.noteChange('unit_version', Number(known.version), Number(written.version))
  })
}

const children = ['leases', 'units'].map((resource) => ({ resource, column: 'property_id' }))

/** The units and their leases go with their property … */
export async function deleteUnits(writer: AccountWriter, row: Row): Promise<void> {
  for (const kind of children) await deleteChildren(writer, kind, row)
}

/** … and those that went with it come back with it. */
export async function restoreUnits(writer: AccountWriter, row: Row): Promise<void> {
  for (const kind of children) await restoreChildren(writer, kind, row)
}

async function oldestUnit(writer: AccountWriter, propertyId: string): Promise<Row | null> {
  const row = await writer
    .from('units')
    .selectAll()
    .where('property_id', '=', propertyId)
    .where('deleted_at', 'is', null)
    .orderBy('created_at')
    .orderBy('id')
    .limit(1)
    .executeTakeFirst()
  return row ?? null
}
