import Type from 'typebox'
import { type Access, may, type Places } from '../../access/access.ts'
import type { ReadAccount } from '../../accounts/account-info.ts'
import { type Area, actions, areas } from '../../resource-layer/access.ts'
import { idSchema, nullableIf, timeSchema } from '../../resource-layer/fields/schemas.ts'
import { present } from '../../resource-layer/present.ts'
import { objectSchema } from '../../resource-layer/schema.ts'
import { presentTime } from '../../resource-layer/values.ts'
import { notFound } from '../../resource-layer/write.ts'
import type { Operation } from '../../rest/operation.ts'
import type { AccountStore } from '../../storage/account-store.ts'
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

const placesSchema = (word: string) =>
  nullableIf(
    true,
    Type.Array(Type.Object({ id: idSchema, name: Type.String() }, { additionalProperties: false }), {
      description: `The ${word} that are open to it; null for all, those that come later as well.`,
    }),
  )

const keySchema = Type.Object(
  {
    id: nullableIf(true, idSchema),
    name: nullableIf(true, Type.String({ description: 'As the account’s admins named the key.' })),
    scopes: Type.Array(Type.String(), {
      description: `What it may do: an area and read, write or delete, such as \`deals:read\`. The areas are ${Object.keys(areas).join(', ')}.`,
    }),
    pipelines: placesSchema('pipelines'),
    process_types: placesSchema('process types'),
  },
  { additionalProperties: false },
)

const accessOperation: Operation = {
  id: 'getKey',
  method: 'GET',
  path: '/info/key',
  tag: 'Info',
  summary: 'What the key may do',
  description:
    'The key that the request came with, and what it opens. What is closed to it is absent from every list, count, search, export and event. Without a key, for a signed-in person, `id` and `name` are null.',
  parameters: [],
  responses: [
    {
      status: 200,
      description: 'What it may do.',
      schema: Type.Object({ data: keySchema }, { additionalProperties: false }),
    },
  ],
  access: 'read',
  need: null,
  async handle({ caller, read }) {
    const { access, key } = caller
    const data = {
      id: key?.keyId ?? null,
      name: key?.name ?? null,
      scopes: scopesIn(access),
      pipelines: await openPlaces(access.places.pipeline, 'pipelines', read.store),
      process_types: await openPlaces(access.places.process_type, 'process_types', read.store),
    }
    return { status: 200, body: { data }, records: 1 }
  },
}

/** Every scope by its own name, so that a program need not know what a star means. */
function scopesIn(access: Access): string[] {
  return Object.keys(areas).flatMap((area) =>
    actions.filter((action) => may(access, [area as Area, action])).map((action) => `${area}:${action}`),
  )
}

async function openPlaces(places: Places, table: string, store: AccountStore) {
  if ([...places.named.values(), places.others].every((rights) => rights !== null)) return null
  const rows = await store
    .from(table)
    .select(['id', 'name'])
    .where('deleted_at', 'is', null)
    .orderBy('created_at')
    .orderBy('id')
    .execute()
  return rows.map(({ id, name }) => ({ id, name }))
}

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
      need: null,
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
      need: null,
      async handle({ caller, read }) {
        const row = await read.store.find('users', caller.userId)
        if (!row) throw notFound(users, caller.userId)
        const [data] = await present(users, [row], read)
        return { status: 200, body: { data }, records: 1, version: Number(row.version) }
      },
    },
    accessOperation,
  ]
}
