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
 * Counts that all nodes share. Where one process has the engine to itself, they are in its memory. Else the database
 * counts, a statement a request; but while one comes after the other and the limit is far away, a node counts alone
 * for a moment and then tells the database: so a busy client costs it some statements a second. Near the limit every
 * point is counted there before its request goes on, so that the nodes together let through none too many.
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

/** In milliseconds. */
const longestAlone = 100
/** As close together as requests of a busy client are, in milliseconds, and so many of them. */
const close = 20
const many = 3
const mostNames = 10_000

/** The limit is near when so many points are left to all nodes. */
const nearness = (limit: number) => Math.max(200, limit / 10)
/** As much of that as a node counts alone: twenty of them cannot go over the limit together. */
const shareAlone = 1 / 20

interface Known {
  /** As the database said last, at `saidAt`. */
  used: number
  saidAt: number
  endsAt: number
  /** What only this node knows of. */
  untold: number
  /** The statements that count more, and what waits for the last of them. */
  underWay: number
  /** Those of them that tell what was counted alone, which was shown already: no later count may be without it. */
  tellings: number
  allSaid: PromiseWithResolvers<void> | null
  timer: NodeJS.Timeout | null
  /** When points were added last, and how many came close to those before them. */
  cameAt: number
  inARow: number
}

function sharedCounting(counter: RateLimiterAbstract): Counting {
  const byName = new Map<string, Known>()

  function knownOf(name: string): Known {
    const found = byName.get(name)
    if (found) return found
    if (byName.size >= mostNames) forgetEnded(byName)
    const none = { used: 0, saidAt: 0, endsAt: 0, untold: 0, underWay: 0, tellings: 0, allSaid: null }
    const known: Known = { ...none, timer: null, cameAt: 0, inARow: 0 }
    byName.set(name, known)
    return known
  }

  async function tell(name: string, known: Known, points: number): Promise<Count> {
    const told = points + known.untold
    const telling = known.untold === 0 ? 0 : 1
    known.untold = 0
    known.underWay++
    known.tellings += telling
    try {
      const said = await counter.penalty(name, told)
      note(known, said)
      return { used: said.consumedPoints, reset: inSeconds(said.msBeforeNext) }
    } catch (error) {
      known.untold += told - points
      throw error
    } finally {
      known.underWay--
      known.tellings -= telling
      if (known.underWay === 0) {
        known.allSaid?.resolve()
        known.allSaid = null
      }
    }
  }

  /** So that what was counted alone is told, also when no other request follows. */
  function tellSoon(name: string, known: Known): void {
    known.timer ??= setTimeout(() => {
      known.timer = null
      // Where it fails it is told with the next request, which fails as well.
      if (known.untold !== 0) tell(name, known, 0).catch(() => {})
    }, longestAlone).unref()
  }

  return {
    async add(name, points, limit) {
      const known = knownOf(name)
      noteArrival(known)
      if (known.tellings > 0 || (known.inARow >= many && known.underWay > 0)) {
        known.allSaid ??= Promise.withResolvers()
        await known.allSaid.promise
      }
      if (known.inARow < many || !mayCountAlone(known, points, limit)) return tell(name, known, points)
      known.untold += points
      tellSoon(name, known)
      return { used: known.used + known.untold, reset: inSeconds(known.endsAt - Date.now()) }
    },
  }
}

function noteArrival(known: Known): void {
  const now = Date.now()
  known.inARow = now - known.cameAt <= close ? known.inARow + 1 : 0
  known.cameAt = now
}

function note(known: Known, { consumedPoints, msBeforeNext }: RateLimiterRes): void {
  known.saidAt = Date.now()
  const endsAt = known.saidAt + msBeforeNext
  // Answers may overtake each other.
  const isSame = Math.abs(known.endsAt - endsAt) < 1_000
  known.used = isSame ? Math.max(known.used, consumedPoints) : consumedPoints
  known.endsAt = endsAt
}

function mayCountAlone({ used, untold, saidAt, endsAt, underWay }: Known, points: number, limit: number) {
  const now = Date.now()
  const near = nearness(limit)
  return (
    underWay === 0 &&
    now < endsAt &&
    now - saidAt < longestAlone &&
    limit - used - untold - points >= near &&
    untold + points <= near * shareAlone
  )
}

function forgetEnded(byName: Map<string, Known>): void {
  const now = Date.now()
  for (const [name, { endsAt, underWay }] of byName) if (endsAt <= now && underWay === 0) byName.delete(name)
}

function inSeconds(milliseconds: number): number {
  return Math.max(1, Math.ceil(milliseconds / 1_000))
}
