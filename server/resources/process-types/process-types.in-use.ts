import type { ErrorCode } from '../../errors/error-codes.ts'
import { lookupName } from '../../resource-layer/custom-values.ts'
import type { Resource } from '../../resource-layer/resource.ts'
import type { AccountStore, Row, Select } from '../../storage/account-store.ts'

interface Use {
  code: ErrorCode
  message: string
}

/** What needs a part of a process type, so that a document cannot leave it out; null when nothing does. */
export async function useOf(store: AccountStore, { name }: Resource, row: Row): Promise<Use | null> {
  const id = String(row.id)
  switch (name) {
    case 'process_stages':
      return used(
        store.from('processes').select('id').where('stage_id', '=', id).where('deleted_at', 'is', null),
        { code: 'stage_in_use', message: `"${row.name}" still holds processes; move them first` },
      )
    case 'contact_roles':
    case 'assignee_roles': {
      const table = name === 'contact_roles' ? 'process_contacts' : 'process_users'
      return used(
        store
          .joined(table, 'processes', 'process_id', 'id')
          .select('processes.id')
          .where(`${table}.role_id`, '=', id)
          .where('processes.deleted_at', 'is', null),
        { code: 'role_in_use', message: `somebody still plays "${row.name}" in a process` },
      )
    }
    case 'custom_fields':
      return used(store.from('lookups').select('record_id').where('name', '=', lookupName({ id })), {
        code: 'custom_field_in_use',
        message: `processes still have values of "${row.label}"`,
      })
    default:
      return null
  }
}

async function used(query: Select, use: Use): Promise<Use | null> {
  return (await query.limit(1).executeTakeFirst()) ? use : null
}
