import type { Engine } from '../storage/engine.ts'
import { type KeyRow, readKeyRow, readKeyRows } from './key.row.ts'

/**
 * The row of a key by its hash, from the database as it is after the call.
 *
 * There are two lanes, so that texts which open nothing cannot stand in a queue before keys that do, however many
 * they are. What this process has found before is read at once. All else shares one query at a time, and what
 * comes meanwhile is in the next. Only the lane is remembered, never a row.
 */
export function keyRow(engine: Engine, hash: string): Promise<KeyRow | undefined> {
  const lanes = lanesOf.get(engine) ?? { found: new Set(), waiting: [], isBusy: false }
  lanesOf.set(engine, lanes)
  return lanes.found.has(hash) ? again(engine, lanes, hash) : withOthers(engine, lanes, hash)
}

interface Lanes {
  /** Hashes in the order in which they were first found. */
  found: Set<string>
  waiting: Waiting[]
  isBusy: boolean
}

interface Waiting extends PromiseWithResolvers<KeyRow | undefined> {
  hash: string
}

const mostFound = 10_000
const mostAtOnce = 100

const lanesOf = new WeakMap<Engine, Lanes>()

async function again(engine: Engine, { found }: Lanes, hash: string): Promise<KeyRow | undefined> {
  const row = await readKeyRow(engine, hash)
  if (!row) found.delete(hash)
  return row
}

function withOthers(engine: Engine, lanes: Lanes, hash: string): Promise<KeyRow | undefined> {
  const waiting = { hash, ...Promise.withResolvers<KeyRow | undefined>() }
  lanes.waiting.push(waiting)
  if (!lanes.isBusy) {
    lanes.isBusy = true
    next(engine, lanes)
  }
  return waiting.promise
}

/** Once all that has come in at the same time is waiting. */
function next(engine: Engine, lanes: Lanes): void {
  setImmediate(async () => {
    await answer(engine, lanes, lanes.waiting.splice(0, mostAtOnce))
    lanes.isBusy = lanes.waiting.length > 0
    if (lanes.isBusy) next(engine, lanes)
  })
}

async function answer(engine: Engine, lanes: Lanes, asked: Waiting[]): Promise<void> {
  try {
    const rows = await readKeyRows(
      engine,
      asked.map(({ hash }) => hash),
    )
    const byHash = new Map(rows.map((row) => [row.hash, row]))
    for (const hash of byHash.keys()) remember(lanes, hash)
    for (const { hash, resolve } of asked) resolve(byHash.get(hash))
  } catch (error) {
    for (const { reject } of asked) reject(error)
  }
}

function remember({ found }: Lanes, hash: string): void {
  const [oldest] = found
  if (found.size >= mostFound && oldest !== undefined) found.delete(oldest)
  found.add(hash)
}
