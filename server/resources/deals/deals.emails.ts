import { pageMemo } from '../../resource-layer/page-memo.ts'
import type { ReadContext } from '../../resource-layer/resource.ts'
import type { Row, Value } from '../../storage/account-store.ts'

interface Emails {
  count: number
  /** Milliseconds since 1970. */
  last: number
}

/** The statuses of an e-mail that went out, from here or another way. */
const wentOut = ['sent', 'delivered', 'recorded']

/**
 * The outbound e-mails of each deal of a page: those that went out, and those that are logged as notes of
 * kind `email`. What waits, failed or was not sent is none.
 */
export const outboundEmails = pageMemo(
  async (rows: readonly Row[], context: ReadContext): Promise<Map<Value, Emails>> => {
    const ids = rows.map((row) => String(row.id))
    const all = new Map<Value, Emails>()
    for (const row of [...(await logged(ids, context)), ...(await sent(ids, context))]) {
      const known = all.get(row.deal ?? null) ?? { count: 0, last: 0 }
      all.set(row.deal ?? null, {
        count: known.count + Number(row.emails),
        last: Math.max(known.last, Number(row.last_sent)),
      })
    }
    return all
  },
)

function logged(ids: readonly string[], { store }: ReadContext) {
  return store
    .from('notes')
    .select((on) => [
      'parent_id as deal',
      on.fn.countAll<number>().as('emails'),
      on.fn.max<number>('created_at').as('last_sent'),
    ])
    .where('parent_id', 'in', ids)
    .where('parent_type', '=', 'Deal')
    .where('kind', '=', 'email')
    .where('direction', '=', 'outbound')
    .where('deleted_at', 'is', null)
    .groupBy('parent_id')
    .execute()
}

function sent(ids: readonly string[], { store }: ReadContext) {
  return store
    .from('emails')
    .select((on) => [
      'deal_id as deal',
      on.fn.countAll<number>().as('emails'),
      on.fn.max<number>(on.fn.coalesce('sent_at', 'created_at')).as('last_sent'),
    ])
    .where('deal_id', 'in', ids)
    .where('direction', '=', 'outbound')
    .where('status', 'in', wentOut)
    .where('deleted_at', 'is', null)
    .groupBy('deal_id')
    .execute()
}
