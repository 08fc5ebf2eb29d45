import { createHash } from 'node:crypto'
import type { Engine } from '../storage/engine.ts'

/** What may be taken once only: for all nodes, and also after a restart. */
export interface Once {
  /** @returns whether this is the first time, within the seconds for which it could be taken at all */
  isFirst(what: string): Promise<boolean>
}

/**
 * Kept in the table of what proves something for a while, under an id that is made from it, so that of two who
 * come at the same time one finds it there.
 * @param kind keeps what is counted for different purposes apart
 */
export function onceIn(engine: Pick<Engine, 'transaction'>, kind: string, seconds: number): Once {
  return {
    async isFirst(what) {
      const now = Date.now()
      const at = new Date(now).toISOString()
      const spent = {
        id: idOf(`${kind}\n${what}`),
        identifier: kind,
        value: 'spent',
        created_at: at,
        updated_at: at,
        expires_at: new Date(now + seconds * 1_000).toISOString(),
      }
      return engine.transaction(async (tx) => {
        await tx.deleteFrom('verifications').where('expires_at', '<', at).execute()
        const { numInsertedOrUpdatedRows } = await tx
          .insertInto('verifications')
          .values(spent)
          .onConflict((same) => same.column('id').doNothing())
          .executeTakeFirstOrThrow()
        return Number(numInsertedOrUpdatedRows) === 1
      })
    },
  }
}

/** The same for the same, and nothing that tells it. */
function idOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join(
    '-',
  )
}
