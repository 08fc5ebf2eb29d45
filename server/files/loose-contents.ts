import type { Engine } from '../storage/engine.ts'

/**
 * Bytes that no record stands for: of an upload that runs, or whose record took another content. Each has a
 * row from before the first byte is stored until a record takes it, in the transaction that writes the
 * record. So whatever a crash leaves behind is known, and is removed when its time comes.
 */
export const looseTable = 'loose_contents'

/** How long an upload may take from its first stored byte to its record. */
const uploadMs = 24 * 3_600_000

/** How long a content that no record has any more stays for whoever reads it, such as a backup that has seen its record. */
export const readingMs = 24 * 3_600_000

export interface LooseContents {
  add(accountId: string, contentIds: readonly string[], now: number): Promise<void>
  /** Those of the given ones that no record has taken. */
  among(accountId: string, contentIds: readonly string[]): Promise<string[]>
  forget(accountId: string, contentId: string): Promise<void>
  /** Some that can go, of any account. */
  removable(now: number): Promise<{ accountId: string; contentId: string }[]>
}

export function looseContents(engine: Engine): LooseContents {
  return {
    async add(accountId, contentIds, now) {
      const rows = contentIds.map((content_id) => ({
        account_id: accountId,
        content_id,
        removable_at: now + uploadMs,
      }))
      await engine.transaction((tx) => tx.insertInto(looseTable).values(rows).execute())
    },
    async among(accountId, contentIds) {
      const rows = await engine.reader
        .selectFrom(looseTable)
        .select('content_id')
        .where('account_id', '=', accountId)
        .where('content_id', 'in', contentIds)
        .execute()
      return rows.map(({ content_id }) => content_id)
    },
    async forget(accountId, contentId) {
      await engine.transaction((tx) =>
        tx
          .deleteFrom(looseTable)
          .where('account_id', '=', accountId)
          .where('content_id', '=', contentId)
          .execute(),
      )
    },
    async removable(now) {
      const rows = await engine.reader
        .selectFrom(looseTable)
        .select(['account_id', 'content_id'])
        .where('removable_at', '<=', now)
        .limit(mostAtOnce)
        .execute()
      return rows.map((row) => ({ accountId: row.account_id, contentId: row.content_id }))
    },
  }
}

const mostAtOnce = 500
