import { ApiError } from '../../errors/api-error.ts'
import { tagKey } from '../../resource-layer/fields/tags.ts'
import type { Draft, ReadContext } from '../../resource-layer/resource.ts'
import type { AccountStore, AccountWriter, Row } from '../../storage/account-store.ts'

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

export async function countRecords(
  rows: readonly Row[],
  context: ReadContext,
): Promise<(row: Row) => unknown> {
  const counts = await context.store
    .from('taggings')
    .select((on) => ['tag_id', on.fn.countAll<number>().as('records')])
    .where(
      'tag_id',
      'in',
      rows.map((row) => String(row.id)),
    )
    .groupBy('tag_id')
    .execute()
  const byTag = new Map(counts.map((count) => [count.tag_id, Number(count.records)]))
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
