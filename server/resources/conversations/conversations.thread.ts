import { present } from '../../resource-layer/present.ts'
import { columnsOf, type ReadContext, type Resource } from '../../resource-layer/resource.ts'
import type { AccountStore, Row } from '../../storage/account-store.ts'
import { calls } from '../calls/calls.schema.ts'
import { emails } from '../emails/emails.schema.ts'
import { textMessages } from '../text-messages/text-messages.schema.ts'

/** What can stand in a conversation. */
export const messageResources: readonly Resource[] = [textMessages, emails, calls]

/** A page of what stands in a conversation, in the order of time. Each object says its `type`. */
export async function threadPage(
  conversationId: string,
  { page, size }: { page: number; size: number },
  context: ReadContext,
): Promise<{ objects: Record<string, unknown>[]; total: number }> {
  const entries = await entriesOf(context.store, conversationId, { page, size })
  const objects = new Map<string, Record<string, unknown>>()
  for (const resource of messageResources) {
    const ids = entries.filter(({ type }) => type === resource.singular).map(({ id }) => String(id))
    if (ids.length === 0) continue
    const rows = await context.store
      .from(resource.name)
      .select(columnsOf(resource))
      .where('id', 'in', ids)
      .execute()
    for (const [at, object] of (await present(resource, rows, context)).entries())
      objects.set(String(rows[at]?.id), { type: resource.singular, ...object })
  }
  return {
    objects: entries.flatMap(({ id }) => {
      const object = objects.get(String(id))
      return object ? [object] : []
    }),
    total: await totalOf(context.store, conversationId),
  }
}

/** One query for the ids of the page. Of the same time, the one with the smaller id comes first. */
function entriesOf(
  store: AccountStore,
  conversationId: string,
  { page, size }: { page: number; size: number },
): Promise<Row[]> {
  const [first, ...others] = messageResources.map((resource) =>
    entriesIn(store, resource, conversationId).select((on) => [
      'id',
      'created_at',
      on.val(resource.singular).as('type'),
    ]),
  )
  if (!first) return Promise.resolve([])
  return others
    .reduce((all, other) => all.unionAll(other), first)
    .orderBy('created_at')
    .orderBy('id')
    .limit(size)
    .offset((page - 1) * size)
    .execute()
}

async function totalOf(store: AccountStore, conversationId: string): Promise<number> {
  let total = 0
  for (const resource of messageResources) {
    const row = await entriesIn(store, resource, conversationId)
      .select((on) => on.fn.countAll<number>().as('entries'))
      .executeTakeFirst()
    total += Number(row?.entries ?? 0)
  }
  return total
}

function entriesIn(store: AccountStore, { name }: Resource, conversationId: string) {
  return store.from(name).where('conversation_id', '=', conversationId).where('deleted_at', 'is', null)
}
