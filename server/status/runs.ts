import type { Engine } from '../storage/engine.ts'
import type { Ending, Run } from './uptime.ts'

/** A run as it is kept. */
export interface KeptRun extends Run {
  id: string
}

const keptFor = 100 * 86_400_000
/** A server that is started again and again for weeks must not fill the table, nor make the page slow. */
const mostRuns = 5_000

/** Begins a run, and says how the one before it ended. */
export function beginRun(
  engine: Engine,
  run: { id: string; at: number; previous: { id: string; ended: Ending } | null },
): Promise<void> {
  const { id, at, previous } = run
  return engine.transaction(async (tx) => {
    if (previous) {
      await tx
        .updateTable('server_runs')
        .set({ ended: previous.ended })
        .where('id', '=', previous.id)
        .execute()
    }
    await tx.insertInto('server_runs').values({ id, started_at: at, last_seen_at: at, ended: null }).execute()
  })
}

/** Notes that a run goes on, or with `ended` that it was stopped. @returns false when nothing is known of it. */
export function noteRun(engine: Engine, id: string, at: number, ended: Ending = null): Promise<boolean> {
  return engine.transaction(async (tx) => {
    const { numUpdatedRows } = await tx
      .updateTable('server_runs')
      .set({ last_seen_at: at, ended })
      .where('id', '=', id)
      .executeTakeFirstOrThrow()
    return numUpdatedRows === 1n
  })
}

/** The latest runs, in no order. */
export async function readRuns(engine: Engine): Promise<KeptRun[]> {
  const rows = await engine.reader
    .selectFrom('server_runs')
    .selectAll()
    .orderBy('last_seen_at', 'desc')
    .limit(mostRuns)
    .execute()
  return rows.map((row) => ({
    id: row.id,
    startedAt: row.started_at,
    lastSeenAt: row.last_seen_at,
    ended: row.ended as Ending,
  }))
}

/**
 * Forgets runs that are out of sight. The latest of the old ones stays: without it, a long outage would look as
 * if nobody had ever run before.
 */
export async function tidyRuns(engine: Engine, now: number): Promise<void> {
  const newest = engine.reader
    .selectFrom('server_runs')
    .select('last_seen_at')
    .orderBy('last_seen_at', 'desc')
  const anchor = await newest
    .where('last_seen_at', '<', now - keptFor)
    .limit(1)
    .executeTakeFirst()
  const surplus = await newest.offset(mostRuns).limit(1).executeTakeFirst()
  const from = Math.max(anchor?.last_seen_at ?? 0, surplus?.last_seen_at ?? 0)
  if (from === 0) return
  await engine.transaction((tx) => tx.deleteFrom('server_runs').where('last_seen_at', '<', from).execute())
}
