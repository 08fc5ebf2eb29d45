import Type from 'typebox'
import { idSchema, nullableIf } from '../../resource-layer/fields/schemas.ts'
import type { ReadContext } from '../../resource-layer/resource.ts'
import type { Row } from '../../storage/account-store.ts'

/** Who did something. */
export const actorSchema = Type.Object(
  {
    kind: Type.String({ enum: ['user', 'key', 'system'] }),
    id: nullableIf(true, idSchema),
    name: nullableIf(true, Type.String()),
  },
  { additionalProperties: false },
)

const anyChange = Type.Object({ from: Type.Unknown(), to: Type.Unknown() }, { additionalProperties: false })

/** What an event tells of any record. The schema of an event type says it of its own kind of record. */
export const eventData = dataOf(
  Type.String(),
  Type.Record(Type.String(), anyChange),
  Type.Record(Type.String(), Type.Unknown()),
)

/** What an event tells, with the schemas of what changed and of the record. */
export function dataOf(resource: Type.TSchema, changed: Type.TSchema, record: Type.TSchema): Type.TObject {
  return Type.Object(
    {
      resource,
      record_id: idSchema,
      request_id: nullableIf(true, Type.String()),
      changed,
      record: nullableIf(true, record),
    },
    { additionalProperties: false },
  )
}

export function presentActor(row: Row): unknown {
  return { kind: row.actor_kind, id: row.actor_id, name: row.actor_name }
}

/** What events tell to whoever reads them. */
export async function loadData(rows: readonly Row[], { store }: ReadContext): Promise<(row: Row) => unknown> {
  const kept = rows.map((row) => ({
    table: String(row.resource),
    changed: JSON.parse(String(row.changed)),
    record: row.record === null ? null : JSON.parse(String(row.record)),
  }))
  const told = (await store.sight?.withoutUnseen(kept, store)) ?? kept
  const byRow = new Map(rows.map((row, at) => [row, told[at]]))
  return (row) => ({
    resource: row.resource,
    record_id: row.record_id,
    request_id: row.request_id,
    changed: byRow.get(row)?.changed,
    record: byRow.get(row)?.record,
  })
}
