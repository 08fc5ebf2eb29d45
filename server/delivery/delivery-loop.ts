import { setTimeout as wait } from 'node:timers/promises'
import type { FastifyBaseLogger } from 'fastify'

export type Log = Pick<FastifyBaseLogger, 'info' | 'warn' | 'error'>

/** Works off what waits in the database to be sent, on every node. */
export interface DeliveryLoop {
  /**
   * Sends what is due, now. To be called after the transaction that put it in; it never rejects and need not
   * be awaited. It resolves when nothing is due any more.
   */
  deliverSoon(): Promise<void>
  /** From here on the queue is looked at again and again, also for what other nodes left behind. */
  start(): void
  /** Sends nothing more, and resolves when what is in flight has arrived or failed. */
  stop(): Promise<void>
}

/** What waits, and how one piece of it is sent. */
export interface Waiting {
  /** For the log: `mails`. */
  name: string
  /** Claims the next piece that is due and sends it; false when there is none. */
  deliverNext(): Promise<boolean>
  /** When the next piece is due, in milliseconds since 1970, or null when nothing waits. */
  nextTurn(): Promise<number | null>
  /** The account that it works on, for the log; without one where it is of many. */
  account?(): string | undefined
  /** Forgets what is of no use any more; called once a day. */
  tidy?(): Promise<void>
}

export function deliveryLoop(waiting: Waiting, options: { log: Log; now: () => number }): DeliveryLoop {
  const { name, deliverNext, nextTurn, account, tidy } = waiting
  const { log, now } = options
  const stopping = new AbortController()
  let running: Promise<void> | null = null
  let again = false
  let watching: Promise<void> | null = null

  return {
    deliverSoon,
    start() {
      watching ??= watch()
    },
    async stop() {
      stopping.abort()
      await watching
      await running
    },
  }

  function deliverSoon(): Promise<void> {
    // What was put in after the running round looked is for another round.
    again = true
    running ??= deliver()
    return running
  }

  async function deliver(): Promise<void> {
    while (again && !stopping.signal.aborted) {
      again = false
      try {
        while (!stopping.signal.aborted && (await deliverNext())) {}
      } catch (error) {
        log.error({ err: error, account: account?.() }, `The ${name} that wait could not be worked on`)
      }
    }
    running = null
  }

  async function watch(): Promise<void> {
    const { signal } = stopping
    let tidiedAt = 0
    while (!signal.aborted) {
      await deliverSoon()
      if (tidy && now() - tidiedAt > tidyEvery) {
        tidiedAt = now()
        await tidy().catch((error) => log.error({ err: error }, `Old ${name} could not be removed`))
      }
      const next = await nextTurn().catch(() => null)
      const pause = Math.min(
        longestPause,
        Math.max(shortestPause, (next ?? Number.POSITIVE_INFINITY) - now()),
      )
      await wait(pause, undefined, { signal, ref: false }).catch(() => {})
    }
  }
}

const second = 1_000
const longestPause = 30 * second
const shortestPause = second
const tidyEvery = 24 * 60 * 60 * second
