import type { Engine } from '../storage/engine.ts'
import type { Timestamp } from '../storage/identity-tables.ts'

const noteEveryMs = 5 * 60_000

/** Notes that a session is in use, at most once in five minutes, so that reads seldom write. */
export async function noteSeen(
  engine: Engine,
  session: { id: string; lastSeenAt: Timestamp | null },
): Promise<void> {
  const now = Date.now()
  const { id, lastSeenAt } = session
  if (lastSeenAt !== null && now - new Date(lastSeenAt).getTime() < noteEveryMs) return
  const last_seen_at = new Date(now).toISOString()
  await engine.transaction((tx) =>
    tx.updateTable('sessions').set({ last_seen_at }).where('id', '=', id).execute(),
  )
}
