import Type from 'typebox'
import type { ReadAccount } from '../../accounts/account-info.ts'
import { idSchema, timeSchema } from '../../resource-layer/fields/schemas.ts'
import { present } from '../../resource-layer/present.ts'
import { objectSchema } from '../../resource-layer/schema.ts'
import { presentTime } from '../../resource-layer/values.ts'
import { notFound } from '../../resource-layer/write.ts'
import type { Operation } from '../../rest/operation.ts'
import { users } from '../users/users.schema.ts'

const accountSchema = Type.Object(
  {
    id: idSchema,
    name: Type.String(),
    time_zone: Type.String({ description: 'An IANA time zone such as America/Chicago.' }),
    created_at: timeSchema,
    updated_at: timeSchema,
  },
  { additionalProperties: false },
)

/** What a key opens, and for whom: programs call it to check that a key works. */
export function infoOperations(readAccount: ReadAccount): Operation[] {
  return [
    {
      id: 'getAccount',
      method: 'GET',
      path: '/info/account',
      tag: 'Info',
      summary: 'The account that the key opens',
      description: 'The cheapest way to see whether a key works.',
      parameters: [],
      responses: [
        {
          status: 200,
          description: 'The account.',
          schema: Type.Object({ data: accountSchema }, { additionalProperties: false }),
        },
      ],
      access: 'read',
      async handle({ caller }) {
        const account = await readAccount(caller.accountId)
        const data = {
          id: account.id,
          name: account.name,
          time_zone: account.timeZone,
          created_at: presentTime(account.createdAt),
          updated_at: presentTime(account.updatedAt),
        }
        return { status: 200, body: { data }, records: 1 }
      },
    },
    {
      id: 'getUserOfKey',
      method: 'GET',
      path: '/info/user',
      tag: 'Info',
      summary: 'The person behind the key',
      description: 'Who enabled access. Notes that name no author are theirs.',
      parameters: [],
      responses: [
        {
          status: 200,
          description: 'The user.',
          schema: Type.Object({ data: objectSchema(users) }, { additionalProperties: false }),
        },
      ],
      access: 'read',
      async handle({ caller, read }) {
        const row = await read.store.find('users', caller.userId)
        if (!row) throw notFound(users, caller.userId)
        const [data] = await present(users, [row], read)
        return { status: 200, body: { data }, records: 1, version: Number(row.version) }
      },
    },
  ]
}
