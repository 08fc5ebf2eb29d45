import type { Draft, Field, ReadContext } from '../../resource-layer/resource.ts'
import type { Row } from '../../storage/account-store.ts'
import { units } from '../units/units.schema.ts'

/** What a closed process remembers of each unit, as it is stored there. */
const factNames = [
  'occupancy',
  'estimated_rent',
  'delinquent_rent',
  'market_rent',
  'current_rent',
  'amount_receivable',
  'lease_start_date',
  'lease_end_date',
  'current_lease_move_in',
  'current_lease_move_out',
  'future_lease_move_in',
  'future_lease_move_out',
] as const

type LeaseFacts = Record<string, Row>

/**
 * Keeps the lease facts of the units of a process that closes, once its properties are written. What is known
 * stays: a property that is added to a closed process comes with the facts of that time (`contract.md` §4).
 */
export async function keepLeaseFacts(draft: Draft): Promise<void> {
  const { row } = draft
  const writer = draft.writer.whole
  const found = await writer
    .from('units')
    .select(['id', ...factNames])
    .where('deleted_at', 'is', null)
    .where(
      'property_id',
      'in',
      writer.from('process_properties').select('property_id').where('process_id', '=', row.id),
    )
    .orderBy('created_at')
    .orderBy('id')
    .execute()
  const facts = factsOf(row)
  for (const { id, ...unit } of found) facts[String(id)] ??= unit
  row.lease_facts = JSON.stringify(facts)
  await writer.update('processes', { id: row.id }, { lease_facts: row.lease_facts })
}

/** The properties of a process; those of a closed one show the leases of the time when it closed. */
export function withLeaseFacts(properties: Field): Field {
  return {
    ...properties,
    columns: [...properties.columns, 'lease_facts'],
    initial: { ...properties.initial, lease_facts: null },
    async load(rows, context) {
      const read = await properties.load?.(rows, context)
      return (row) => {
        const objects = (read?.(row) ?? []) as Record<string, unknown>[]
        const facts = factsOf(row)
        return objects.map((property) => ({ ...property, unit: asItWas(property.unit, facts, context) }))
      }
    },
  }
}

function factsOf(row: Row): LeaseFacts {
  return row.lease_facts ? JSON.parse(String(row.lease_facts)) : {}
}

function asItWas(unit: unknown, facts: LeaseFacts, context: ReadContext): unknown {
  if (typeof unit !== 'object' || unit === null || !('id' in unit)) return unit
  const kept = facts[String(unit.id)]
  if (!kept) return unit
  const then = factNames.map((name) => [name, units.fields[name]?.present?.(kept, context)] as const)
  return { ...unit, ...Object.fromEntries(then) }
}
