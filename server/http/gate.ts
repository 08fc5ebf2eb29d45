/** Somebody who wants in. */
export interface Visitor {
  /** Whose queue it stands in: those of one credential wait behind each other, and no one else behind them. */
  who: string
  enter(): void
  refuse(): void
}

export interface GateOptions {
  /** How many are inside at one time. */
  atOnce: number
  /** Milliseconds of a clock that never runs backwards. */
  now?: () => number
  /** Calls back in the next turn of the event loop, when what has come meanwhile was read. */
  nextTurn?: (begin: () => void) => void
  /** Told when it begins to refuse, and when it has refused nobody for a while. */
  changed?: (isOverloaded: boolean) => void
}

export interface Gate {
  /** Lets the visitor in, now or when it has its turn, or refuses it. */
  come(visitor: Visitor): void
  /** It is done, or has gone away. Harmless for one that is neither inside nor waiting. */
  leave(visitor: Visitor): void
  /** To be called several times in a second: it looks at the clock. */
  look(): void
  /** Whether it refuses some. */
  readonly isOverloaded: boolean
}

/** A queue that has not been empty for so long comes of no burst. */
export const standingMs = 500
/** Who has been inside for so long waits for something else than its turn to be computed, and takes no place. */
export const longestInsideMs = 1_000
/** Of a burst. Each costs some memory. */
const mostInBurst = 1_000

/**
 * Decides which requests are worked on, and how many may wait, so that those which are answered are answered soon
 * however many come.
 *
 * Where all that are inside share the computing, each takes as long as there are others, whatever a request costs;
 * so their number bounds how long one takes compared with an idle server, on a fast machine as on a slow one. Who
 * does not fit in waits. A queue that comes of a burst does good; one that has not been empty for an interval does
 * not, for it makes everybody wait and nobody faster (the standing queue of CoDel, RFC 8289 §3; the interval as in
 * "Fail at Scale", ACM Queue 13/8). From then on no more wait than a quarter of those inside, and whoever is too many
 * is refused at once: the last of those of whom there are most. Turns go round the queues. When nobody had to be
 * refused for an interval, bursts may queue again.
 *
 * A standing queue that stays short is one of clients who each wait for their answer before they ask again. They
 * cannot come faster than they are answered, so refusing some of them would help nobody.
 *
 * What is computed without waiting for anything is done before the next request is read, and the queue stands in
 * the kernel, where nobody sees it. So a place is free again in the next turn of the event loop, and no sooner.
 */
export function createGate(options: GateOptions): Gate {
  const { atOnce, now = () => performance.now(), nextTurn = setImmediate, changed = () => {} } = options
  const mostStanding = Math.ceil(atOnce / 4)
  const mostUnrefused = 2 * atOnce
  /** With the time from which they are, the oldest first. */
  const inside = new Map<Visitor, number>()
  const insideOf = new Map<string, number>()
  const queues = new Map<string, Visitor[]>()
  let waiting = 0
  /** Who has entered in this turn, and whether they are done already. */
  const entered = new Map<Visitor, boolean>()
  let standingSince: number | null = null
  let refusedAt: number | null = null

  function letIn(): void {
    while (waiting > 0 && inside.size < atOnce) {
      const [who, queue] = queues.entries().next().value ?? ['', []]
      const visitor = queue.shift()
      queues.delete(who)
      if (queue.length > 0) queues.set(who, queue)
      if (!visitor) continue
      waiting--
      enter(visitor)
    }
    if (waiting === 0) standingSince = null
  }

  function enter(visitor: Visitor): void {
    inside.set(visitor, now())
    insideOf.set(visitor.who, (insideOf.get(visitor.who) ?? 0) + 1)
    if (entered.size === 0) nextTurn(beginTurn)
    entered.set(visitor, false)
    visitor.enter()
  }

  function beginTurn(): void {
    const before = [...entered]
    entered.clear()
    for (const [visitor, isDone] of before) if (isDone) freePlace(visitor)
    letIn()
  }

  function freePlace(visitor: Visitor): boolean {
    if (!inside.delete(visitor)) return false
    const left = (insideOf.get(visitor.who) ?? 1) - 1
    if (left > 0) insideOf.set(visitor.who, left)
    else insideOf.delete(visitor.who)
    return true
  }

  function refuseSome(): void {
    const at = now()
    if (refusedAt === null) {
      const isStanding = standingSince !== null && at - standingSince >= standingMs
      if (waiting <= (isStanding ? mostUnrefused : mostInBurst)) return
      changed(true)
    }
    while (waiting > mostStanding) {
      refusedAt = at
      refuseLast()
    }
  }

  function refuseLast(): void {
    let most = 0
    let longest: Visitor[] = []
    for (const [who, queue] of queues) {
      const all = queue.length + (insideOf.get(who) ?? 0)
      if (all < most) continue
      most = all
      longest = queue
    }
    const visitor = longest.pop()
    if (!visitor) return
    if (longest.length === 0) queues.delete(visitor.who)
    waiting--
    visitor.refuse()
  }

  return {
    come(visitor) {
      if (waiting === 0 && inside.size < atOnce) return enter(visitor)
      const queue = queues.get(visitor.who)
      if (queue) queue.push(visitor)
      else queues.set(visitor.who, [visitor])
      waiting++
      standingSince ??= now()
      refuseSome()
    },
    leave(visitor) {
      if (entered.has(visitor)) return void entered.set(visitor, true)
      if (freePlace(visitor)) return letIn()
      const queue = queues.get(visitor.who)
      const at = queue?.indexOf(visitor) ?? -1
      if (!queue || at < 0) return
      queue.splice(at, 1)
      if (queue.length === 0) queues.delete(visitor.who)
      if (--waiting === 0) standingSince = null
    },
    look() {
      const at = now()
      for (const [visitor, since] of inside) {
        if (at - since < longestInsideMs) break
        freePlace(visitor)
      }
      letIn()
      refuseSome()
      if (refusedAt === null || at - refusedAt < standingMs) return
      refusedAt = null
      changed(false)
    },
    get isOverloaded() {
      return refusedAt !== null
    },
  }
}
