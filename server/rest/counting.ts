import type { RateLimiterAbstract, RateLimiterRes } from 'rate-limiter-flexible'
import type { Engine } from '../storage/engine.ts'

/** How much of a budget is used, by all nodes. */
export interface Count {
  used: number
  /** Seconds until it begins anew, at least 1. */
  reset: number
}

/** Counts by name that begin anew every `seconds`. */
export interface Counting {
  /** Adds points, which may be 0 or less. Near to `limit` every single one is exact. */
  add(name: string, points: number, limit: number): Promise<Count>
}

/**
 * Counts that all nodes share. Where one process has the engine to itself, they are in its memory. Else a node
 * counts alone for a moment while the limit is far away, and then tells the database: so a busy client costs the
 * database some statements a second, not one a request. Near the limit every point is counted there before
 * its request goes on, so that the nodes together let through none too many.
 */
export function createCounting(engine: Engine, name: string, seconds: number): Counting {
  const counter = engine.counter(name, seconds)
  return engine.isShared ? sharedCounting(counter) : ownCounting(counter)
}

function ownCounting(counter: RateLimiterAbstract): Counting {
  return {
    async add(name, points) {
      const { consumedPoints, msBeforeNext } = await counter.penalty(name, points)
      return { used: consumedPoints, reset: inSeconds(msBeforeNext) }
    },
  }
}

/** Milliseconds. */
const longestAlone = 100
const mostNames = 10_000

/** The limit is near when so many points are left to all nodes. */
const nearness = (limit: number) => Math.max(200, limit / 10)
/** As much of that as a node counts alone: twenty of them cannot go over the limit together. */
const shareAlone = 1 / 20

interface Known {
  /** As the database said last. */
  used: number
  saidAt: number
  endsAt: number
  /** What only this node knows of. */
  untold: number
  telling: NodeJS.Timeout | null
}

function sharedCounting(counter: RateLimiterAbstract): Counting {
  const byName = new Map<string, Known>()

  async function tell(name: string, points: number): Promise<Known> {
    const before = byName.get(name)
    const told = points + (before?.untold ?? 0)
    if (before) before.untold = 0
    try {
      const said = await counter.penalty(name, told)
      return remember(name, said)
    } catch (error) {
      if (before) before.untold += told - points
      throw error
    }
  }

  function remember(name: string, { consumedPoints: used, msBeforeNext }: RateLimiterRes): Known {
    const saidAt = Date.now()
    const endsAt = saidAt + msBeforeNext
    const known = byName.get(name)
    if (!known) {
      if (byName.size >= mostNames) forgetEnded(byName, saidAt)
      const first = { used, saidAt, endsAt, untold: 0, telling: null }
      byName.set(name, first)
      return first
    }
    // Answers may overtake each other.
    const isSame = Math.abs(known.endsAt - endsAt) < 1_000
    Object.assign(known, { used: isSame ? Math.max(known.used, used) : used, saidAt, endsAt })
    return { ...known, used }
  }

  /** So that what was counted alone is told, also when no other request follows. */
  function tellSoon(name: string, known: Known): void {
    known.telling ??= setTimeout(() => {
      known.telling = null
      // It is told with the next request that is counted, which fails where this does.
      if (known.untold !== 0) tell(name, 0).catch(() => {})
    }, longestAlone).unref()
  }

  return {
    async add(name, points, limit) {
      const known = byName.get(name)
      if (!known || !mayCountAlone(known, points, limit)) {
        const { used, endsAt } = await tell(name, points)
        return { used, reset: inSeconds(endsAt - Date.now()) }
      }
      known.untold += points
      tellSoon(name, known)
      return { used: known.used + known.untold, reset: inSeconds(known.endsAt - Date.now()) }
    },
  }
}

function mayCountAlone({ used, untold, saidAt, endsAt }: Known, points: number, limit: number): boolean {
  const now = Date.now()
  const near = nearness(limit)
  return (
    now < endsAt &&
    now - saidAt < longestAlone &&
    limit - used - untold - points >= near &&
    untold + points <= near * shareAlone
  )
}

function forgetEnded(byName: Map<string, Known>, now: number): void {
  for (const [name, { endsAt }] of byName) if (endsAt <= now) byName.delete(name)
}

function inSeconds(milliseconds: number): number {
  return Math.max(1, Math.ceil(milliseconds / 1_000))
}
