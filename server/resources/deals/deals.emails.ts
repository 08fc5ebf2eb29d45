import { pageMemo } from '../../resource-layer/page-memo.ts'
import type { ReadContext } from '../../resource-layer/resource.ts'
import type { Row, Value } from '../../storage/account-store.ts'

interface Emails {
  count: number
  /** Milliseconds since 1970. */
  last: number
}

/** The outbound e-mails of each deal of a page: they are logged as notes of kind `email`. */
export const outboundEmails = pageMemo(
  async (rows: readonly Row[], context: ReadContext): Promise<Map<Value, Emails>> => {
    const counts = await context.store
      .from('notes')
      .select((on) => [
        'parent_id',
        on.fn.countAll<number>().as('emails'),
        on.fn.max<number>('created_at').as('last_sent'),
      ])
      .where(
        'parent_id',
        'in',
        rows.map((row) => String(row.id)),
      )
      .where('parent_type', '=', 'Deal')
      .where('kind', '=', 'email')
      .where('direction', '=', 'outbound')
      .where('deleted_at', 'is', null)
      .groupBy('parent_id')
      .execute()
    return new Map(
      counts.map((count) => [
        count.parent_id ?? null,
        { count: Number(count.emails), last: Number(count.last_sent) },
      ]),
    )
  },
)
