import { setTimeout as wait } from 'node:timers/promises'
import { type DeliveryLoop, deliveryLoop, type Log } from '../delivery/delivery-loop.ts'
import { paced } from '../delivery/paced.ts'
import type { Resource } from '../resource-layer/resource.ts'
import type { Live } from '../resources/events/events.stream.ts'
import type { AccountWriter, Row } from '../storage/account-store.ts'
import type { Engine } from '../storage/engine.ts'
import { dropOldRecords } from './old-records.ts'
import { publishBatch } from './publish-batch.ts'

/** Gives every change of the change log its events. */
export interface Publisher extends Live, Pick<DeliveryLoop, 'start' | 'stop'> {
  /**
   * Resolves once what was committed for the account until now, on whichever node, has its events, so that a list
   * of events has what was answered before; after a second in any case.
   */
  settled(accountId: string): Promise<void>
  /** Resolves when every account has its events. */
  publishAll(): Promise<void>
  /** Tells those who follow the events that the server is about to stop. */
  end(): void
}

/** What takes part in the transaction that publishes. */
export type FanOut = (writer: AccountWriter, events: readonly Row[]) => Promise<void>

export interface PublisherOptions {
  engine: Engine
  resources: readonly Resource[]
  publicUrl(): string
  sign(text: string): string
  fanOut: FanOut
  log: Log
  now?: () => number
}

const longestWait = 1_000
/** What is committed within so many milliseconds is published together. */
const pause = 10
/** So that an account that is written without pause does not hold up the others. */
const batchesInARow = 20

/**
 * Publishes after the commit, and outside of the write, so that a write costs no more than a row. Several nodes
 * may publish the same account: the position that a batch begins at is taken by one of them alone.
 */
export function createPublisher(options: PublisherOptions): Publisher {
  const { engine, log } = options
  const now = options.now ?? Date.now
  /** The accounts in which this process has committed changes that it has not looked at since. */
  const waiting = new Map<string, PromiseWithResolvers<void>>()
  const listeners = new Set<(accountId: string) => void>()
  let current: { accountId: string; round: PromiseWithResolvers<void> } | null = null
  let worked: string | undefined
  let last = ''
  const ending = new AbortController()
  const loop = deliveryLoop(
    {
      name: 'changes',
      deliverNext,
      nextTurn: async () => null,
      account: () => worked,
      tidy: () => dropOldRecords(engine, now()),
    },
    { log, now },
  )
  const publishing = paced(loop.deliverSoon, pause)
  const heard = (accountId: string) => {
    if (!waiting.has(accountId)) waiting.set(accountId, Promise.withResolvers())
    publishing.soon()
  }
  engine.commits.on('changes', heard)

  return {
    start: loop.start,
    async stop() {
      engine.commits.off('changes', heard)
      await loop.stop()
    },
    publishAll: loop.deliverSoon,
    async settled(accountId) {
      if (engine.isShared && !waiting.has(accountId) && (await isLeft(accountId))) heard(accountId)
      const own = current?.accountId === accountId ? current.round : undefined
      const round = waiting.get(accountId) ?? own
      if (!round) return
      publishing.now()
      await Promise.race([round.promise, wait(longestWait, undefined, { ref: false })])
    },
    ending: ending.signal,
    end: () => ending.abort(),
    onPublished(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }

  async function deliverNext(): Promise<boolean> {
    const accountId = waiting.keys().next().value ?? (await leftBehind())
    if (accountId === undefined) return false
    const round = waiting.get(accountId) ?? Promise.withResolvers<void>()
    waiting.delete(accountId)
    current = { accountId, round }
    worked = accountId
    try {
      await publishRound(accountId)
    } finally {
      current = null
      round.resolve()
    }
    return true
  }

  async function publishRound(accountId: string): Promise<void> {
    for (let batch = 0; batch < batchesInARow; batch++) {
      const outcome = await publishBatch(accountId, options, now())
      if (outcome === 'nothing') return
      if (outcome === 'overtaken') continue
      for (const listener of listeners) listener(accountId)
      if (outcome === 'last') return
    }
  }

  /** An account with changes that another process, or this one before a crash, has committed: each in its turn. */
  async function leftBehind(): Promise<string | undefined> {
    const accountId = (await firstAfter(last)) ?? (last === '' ? undefined : await firstAfter(''))
    last = accountId ?? ''
    return accountId
  }

  /** Whether the account has changes without events, which another process may be about to publish. */
  async function isLeft(accountId: string): Promise<boolean> {
    const row = await engine.reader
      .selectFrom('unpublished_changes')
      .select('account_id')
      .where('account_id', '=', accountId)
      .limit(1)
      .executeTakeFirst()
    return row !== undefined
  }

  async function firstAfter(place: string): Promise<string | undefined> {
    const row = await engine.reader
      .selectFrom('unpublished_changes')
      .select('account_id')
      .where('account_id', '>', place === '' ? lowestId : place)
      .orderBy('account_id')
      .limit(1)
      .executeTakeFirst()
    return row?.account_id
  }
}

const lowestId = '00000000-0000-0000-0000-000000000000'
