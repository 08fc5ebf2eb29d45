import { choice } from '../../resource-layer/fields/choice.ts'
import { readOnly } from '../../resource-layer/fields/read-only.ts'
import { id, recordTime } from '../../resource-layer/fields/standard.ts'
import { text } from '../../resource-layer/fields/text.ts'
import { defineResource } from '../../resource-layer/resource.ts'

/** Read only: people come and go by invitation, in the settings. */
export const users = defineResource({
  name: 'users',
  singular: 'user',
  title: 'Users',
  area: 'users',
  description:
    'A person who signs in to the account. People are invited and removed in the settings, not by the API.',
  operations: ['list', 'get'],
  fields: {
    id: id(),
    name: text({
      column: 'name',
      description: 'The name.',
      example: 'Nadia Brook',
      readOnly: true,
      filter: true,
      sort: true,
      search: true,
    }),
    email: text({
      column: 'email',
      description: 'The address to sign in with.',
      example: 'nadia@example.com',
      readOnly: true,
      filter: true,
      sort: true,
      search: true,
    }),
    role: readOnly(
      choice({
        column: 'role',
        description: 'Admins manage the account; members work in it.',
        choices: ['admin', 'member'],
        default: 'member',
      }),
    ),
    created_at: recordTime('created_at'),
    updated_at: recordTime('updated_at'),
  },
})
