import Type from 'typebox'
import { reference } from '../../resource-layer/fields/reference.ts'
import { idSchema } from '../../resource-layer/fields/schemas.ts'
import type { Field, ReadContext } from '../../resource-layer/resource.ts'
import type { Row } from '../../storage/account-store.ts'

/** The group of a property: at most one, read as a list (`contract.md` §4). */
export function itsGroup(): Field {
  return {
    ...reference({
      column: 'property_group_id',
      to: 'property_groups',
      description: 'The group it belongs to, at most one; written as `property_group_id`.',
      shows: ['id', 'name'],
      unknown: 'unknown_property_group',
    }),
    schema: Type.Array(Type.Object({ id: idSchema, name: Type.String() }, { additionalProperties: false })),
    flag: 'include_property_groups',
    load: loadGroups,
  }
}

async function loadGroups(rows: readonly Row[], { store }: ReadContext) {
  const ids = rows.flatMap(({ property_group_id: id }) => (typeof id === 'string' ? [id] : []))
  const groups =
    ids.length === 0
      ? []
      : await store
          .from('property_groups')
          .select(['id', 'name'])
          .where('id', 'in', [...new Set(ids)])
          .where('deleted_at', 'is', null)
          .execute()
  return (row: Row) =>
    groups.filter(({ id }) => id === row.property_group_id).map(({ id, name }) => ({ id, name }))
}
