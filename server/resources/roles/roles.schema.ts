import { id, recordTime } from '../../resource-layer/fields/standard.ts'
import { text } from '../../resource-layer/fields/text.ts'
import { defineResource, type Resource } from '../../resource-layer/resource.ts'
import { itsProcessType } from '../process-types/process-types.field.ts'
import { keyRole, restoreRole } from './roles.rules.ts'

export const contactRoles = roles({
  name: 'contact_roles',
  singular: 'contact_role',
  title: 'Contact roles',
  description: 'A part that contacts play in the processes of a type, such as tenant, owner or vendor.',
  example: { key: 'tenant', name: 'Tenant' },
})

export const assigneeRoles = roles({
  name: 'assignee_roles',
  singular: 'assignee_role',
  title: 'Assignee roles',
  description: 'A part that users play in the processes of a type, such as leasing agent.',
  example: { key: 'leasing_agent', name: 'Leasing agent' },
})

interface Roles extends Pick<Resource, 'name' | 'singular' | 'title' | 'description'> {
  example: { key: string; name: string }
}

function roles({ example, ...declared }: Roles): Resource {
  return defineResource({
    ...declared,
    area: 'setup',
    bounds: { place: { kind: 'process_type', column: 'process_type_id' } },
    setup: true,
    managedBy: 'manage_stages',
    hooks: { beforeWrite: keyRole, beforeRestore: (writer, row) => restoreRole(writer, declared.name, row) },
    fields: {
      id: id(),
      key: text({
        column: 'key',
        description:
          'What processes are written by, in snake_case, once in a process type; made from the name when it is not sent.',
        example: example.key,
        max: 100,
        filter: true,
        sort: true,
      }),
      name: text({
        column: 'name',
        description: 'What people see.',
        example: example.name,
        required: true,
        filter: true,
        sort: true,
        search: true,
      }),
      process_type: itsProcessType(),
      created_at: recordTime('created_at'),
      updated_at: recordTime('updated_at'),
    },
  })
}
