import Type from 'typebox'
import { loaded } from '../../resource-layer/fields/computed.ts'
import { id, recordTime } from '../../resource-layer/fields/standard.ts'
import { text } from '../../resource-layer/fields/text.ts'
import { defineResource, type ReadContext } from '../../resource-layer/resource.ts'
import type { Row } from '../../storage/account-store.ts'

export const propertyGroups = defineResource({
  name: 'property_groups',
  singular: 'property_group',
  title: 'Property groups',
  area: 'properties',
  description: 'Properties that belong together, by place or by the team that looks after them.',
  setup: true,
  fields: {
    id: id(),
    name: text({
      column: 'name',
      description: 'What it is called.',
      example: 'North side',
      required: true,
      filter: true,
      sort: true,
      search: true,
    }),
    property_count: loaded({
      description: 'How many properties are in it.',
      example: 14,
      schema: Type.Integer(),
      load: countProperties,
    }),
    created_at: recordTime('created_at'),
    updated_at: recordTime('updated_at'),
  },
})

async function countProperties(rows: readonly Row[], context: ReadContext) {
  const counts = await context.store
    .from('properties')
    .select((on) => ['property_group_id', on.fn.countAll<number>().as('properties')])
    .where(
      'property_group_id',
      'in',
      rows.map((row) => String(row.id)),
    )
    .where('deleted_at', 'is', null)
    .groupBy('property_group_id')
    .execute()
  const byGroup = new Map(counts.map((count) => [count.property_group_id, Number(count.properties)]))
  return (row: Row) => byGroup.get(row.id ?? null) ?? 0
}
