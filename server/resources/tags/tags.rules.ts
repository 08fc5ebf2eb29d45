import { ApiError } from '../../errors/api-error.ts'
import { tagKey } from '../../resource-layer/fields/tags.ts'
import type { Draft, ReadContext } from '../../resource-layer/resource.ts'
import type { AccountStore, AccountWriter, Row, Value } from '../../storage/account-store.ts'

/** Two tags that differ in case alone would be one to everybody but the machine. */
export async function keyTag(draft: Draft): Promise<void> {
  draft.row.name_key = tagKey(String(draft.row.name))
  const same = await sameTag(draft.writer, draft.row)
  if (same)
    draft.problem(
      'already_exists',
      draft.supplied.get('name') ?? null,
      `name is taken: there is a tag "${same.name}"`,
    )
}

export async function refuseTakenName(writer: AccountWriter, row: Row): Promise<void> {
  const same = await sameTag(writer, row)
  if (same)
    throw new ApiError('already_exists', `There is another tag "${same.name}" by now; rename that one first`)
}

/** How many records have each tag; deleted ones do not count. */
export async function countRecords(
  rows: readonly Row[],
  context: ReadContext,
): Promise<(row: Row) => unknown> {
  const { store } = context
  const ids = rows.map((row) => String(row.id))
  const tagged = await store
    .from('taggings')
    .select('resource')
    .distinct()
    .where('tag_id', 'in', ids)
    .execute()
  const byTag = new Map<Value, number>()
  for (const { resource } of tagged) {
    const counts = await store
      .joined('taggings', String(resource), 'record_id', 'id')
      .select((on) => ['taggings.tag_id as tag_id', on.fn.countAll<number>().as('records')])
      .where('taggings.tag_id', 'in', ids)
      .where(`${resource}.deleted_at`, 'is', null)
      .groupBy('taggings.tag_id')
      .execute()
    for (const { tag_id, records } of counts)
      byTag.set(tag_id ?? null, (byTag.get(tag_id ?? null) ?? 0) + Number(records))
  }
  return (row) => byTag.get(row.id ?? null) ?? 0
}

async function sameTag(store: AccountStore, row: Row): Promise<Row | undefined> {
  return store
    .from('tags')
    .select(['id', 'name'])
    .where('name_key', '=', String(row.name_key))
    .where('deleted_at', 'is', null)
    .where('id', '!=', String(row.id))
    .executeTakeFirst()
}
