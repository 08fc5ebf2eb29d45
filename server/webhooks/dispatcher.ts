import { type DeliveryLoop, deliveryLoop, type Log } from '../delivery/delivery-loop.ts'
import { paced } from '../delivery/paced.ts'
import type { ReadContext, SeenByMaker, Subscribing } from '../resource-layer/resource.ts'
import { payloadsOf } from '../resources/webhook-deliveries/webhook-deliveries.payload.ts'
import { bodiesOf } from '../resources/webhook-deliveries/webhook-deliveries.told.ts'
import { signingSecrets } from '../resources/webhook-subscriptions/webhook-subscriptions.secrets.ts'
import { type AccountStore, accountStore } from '../storage/account-store.ts'
import { isSandbox } from '../storage/sandboxes.ts'
import { type Claim, claimDue, claimTest, takeBackClaims, turns } from './claims.ts'
import { dropOldDeliveries } from './old-deliveries.ts'
import { isDelivered, type Outcome, type OutcomeParts, writeOutcomes } from './outcomes.ts'
import { captureInstead, type Send } from './send.ts'
import { signedHeaders } from './signing.ts'

/** Sends what is due to many receivers at once, so that a slow one holds up none of the others. */
export interface Dispatcher extends DeliveryLoop {
  /** Looks at an account, in which something may have become due. */
  wake(accountId: string): void
  /** Looks at all accounts. */
  wakeAll(): void
  /** Sends a test that was just queued, once. Resolves when what became of it is written. */
  deliverTest(accountId: string, id: string): Promise<void>
  /** Resolves when nothing is due and nothing is under way. */
  idle(): Promise<void>
}

export interface DispatcherOptions extends OutcomeParts {
  sealing: Pick<Subscribing, 'seal' | 'open' | 'sealingKeyId'>
  send: Send
  userAgent: string
  seenByMaker: SeenByMaker
  log: Log
  now: () => number
}

/** What an attempt is made with. */
interface Given {
  body: string | undefined
  secrets: readonly string[]
  send: Send
}

const mostOfOne = 8
/** A receiver that does not answer is tried, and not flooded. */
const mostOfFailing = 2
const mostInAll = 256
const outcomesAtOnce = 200
/** Outcomes that come in within so many milliseconds are written together. */
const pause = 10
const longestSweep = 30_000

export function createDispatcher(options: DispatcherOptions): Dispatcher {
  const { engine, log, now } = options
  const waiting = new Set<string>()
  const inFlight = new Map<string, number>()
  const underWay = new Set<Promise<void>>()
  let unwritten: { outcome: Outcome; done: () => void }[] = []
  const writing = paced(writeAll, pause)
  let flying = 0
  const createdAt = now()
  let worked: string | undefined
  let starting: Promise<void> | null = null
  /** When all accounts are looked at again, also for what other nodes left behind. */
  let sweepAt = Number.NEGATIVE_INFINITY
  const loop = deliveryLoop(
    {
      name: 'webhooks',
      deliverNext,
      account: () => worked,
      async nextTurn() {
        const { due, next } = await turns(engine, now())
        sweepAt = Math.min(sweepAt, due.length > 0 ? now() : (next ?? Number.POSITIVE_INFINITY))
        return sweepAt
      },
      tidy: () => dropOldDeliveries(engine, now()),
    },
    { log, now },
  )

  return {
    ...loop,
    start() {
      starting ??= takeBack().then(loop.start)
    },
    wake(accountId) {
      waiting.add(accountId)
      void loop.deliverSoon()
    },
    wakeAll() {
      sweepAt = Number.NEGATIVE_INFINITY
      void loop.deliverSoon()
    },
    async deliverTest(accountId, id) {
      const claim = await claimTest(engine, accountId, { id, now: now() })
      if (claim) await Promise.all(await launch(accountId, [claim]))
    },
    async idle() {
      await loop.deliverSoon()
      while (underWay.size > 0) {
        await Promise.all(underWay)
        await loop.deliverSoon()
      }
    },
    async stop() {
      await starting
      await loop.stop()
      while (underWay.size > 0) await Promise.all(underWay)
    },
  }

  async function takeBack(): Promise<void> {
    if (engine.isShared) return
    await takeBackClaims(engine, { before: createdAt, now: now() }).catch((error) =>
      // Their leases run out.
      log.error({ err: error }, 'What a process before this one was delivering could not be taken back'),
    )
  }

  async function deliverNext(): Promise<boolean> {
    if (waiting.size === 0 && now() >= sweepAt) await sweep()
    const [accountId] = waiting
    if (accountId === undefined || flying >= mostInAll) return false
    waiting.delete(accountId)
    worked = accountId
    const claims = await claimDue(engine, accountId, { now: now(), room })
    await launch(accountId, claims)
    return true
  }

  async function sweep(): Promise<void> {
    const { due, next } = await turns(engine, now())
    sweepAt = Math.min(next ?? Number.POSITIVE_INFINITY, now() + longestSweep)
    for (const accountId of due) waiting.add(accountId)
  }

  function room({ id, isFailing }: { id: string; isFailing: boolean }): number {
    const most = isFailing ? mostOfFailing : mostOfOne
    const free = most - (inFlight.get(id) ?? 0)
    // Claimed several at a time: looking for a single one costs as much.
    return free < most / 2 ? 0 : Math.min(free, mostInAll - flying)
  }

  async function launch(accountId: string, claims: readonly Claim[]): Promise<Promise<void>[]> {
    if (claims.length === 0) return []
    const store = accountStore(engine.reader, accountId)
    const context: ReadContext = {
      store,
      timeZone: 'UTC',
      origin: options.publicUrl(),
      flags: new Set(),
      sign: () => '',
    }
    const rows = claims.map(({ id, eventId, payload }) => ({ id, event_id: eventId, payload }))
    const payloads = await payloadsOf(rows, context)
    await narrow(payloads, claims, store)
    const subscriptionIds = [...new Set(claims.map(({ subscriptionId }) => subscriptionId))]
    const secrets = await signingSecrets(store, options.sealing, { subscriptionIds, at: now() })
    const send = (await isSandbox(store)) ? captureInstead : options.send
    return claims.map((claim) => {
      const given = { body: payloads.get(claim.id), secrets: secrets.get(claim.subscriptionId) ?? [], send }
      const flight = attempt(claim, given)
      underWay.add(flight)
      void flight.finally(() => underWay.delete(flight))
      return flight
    })
  }

  /** A body that was made for a key is made anew: the key may see less by now. */
  async function narrow(payloads: Map<string, string>, claims: readonly Claim[], store: AccountStore) {
    const own = claims.filter(({ payload, isTest, keyId }) => payload !== null && !isTest && keyId !== null)
    for (const [keyId, alike] of Map.groupBy(own, (claim) => claim.keyId)) {
      const seen = await options.seenByMaker(store, { key_id: keyId })
      const eventIds = alike.map(({ eventId }) => eventId)
      const bodies = typeof seen === 'string' ? new Map<string, string>() : await bodiesOf(eventIds, seen)
      for (const { id, eventId } of alike) {
        const body = bodies.get(eventId)
        if (body === undefined) payloads.delete(id)
        else payloads.set(id, body)
      }
    }
  }

  async function attempt(claim: Claim, given: Given): Promise<void> {
    const key = claim.subscriptionId
    inFlight.set(key, (inFlight.get(key) ?? 0) + 1)
    flying++
    const startedAt = now()
    const begun = performance.now()
    const sent = await sendOnce(claim, given, startedAt)
    const outcome: Outcome = { ...sent, claim, startedAt, duration: Math.round(performance.now() - begun) }
    flying--
    const left = (inFlight.get(key) ?? 1) - 1
    if (left > 0) inFlight.set(key, left)
    else inFlight.delete(key)
    if (!isDelivered(outcome)) {
      const { status, error } = outcome
      log.info(
        { account: claim.accountId, deliveryId: claim.id, attempt: claim.attempt, status, reason: error },
        'A webhook was not delivered',
      )
    }
    await keep(outcome)
  }

  function sendOnce(claim: Claim, { body, secrets, send }: Given, startedAt: number) {
    const failed = (error: string) => ({ status: null, body: null, error, retryAfter: null })
    if (body === undefined)
      return failed('the event does not exist any more, or its key may not see it any more')
    if (secrets.length === 0) return failed('the secret cannot be read: rotate it')
    return send(
      claim.targetUrl,
      {
        ...signedHeaders({ id: claim.eventId, at: startedAt, body, secrets }),
        'webhook-attempt': String(claim.attempt),
        'content-type': 'application/json',
        'user-agent': options.userAgent,
      },
      body,
    )
  }

  /** Outcomes that come in at about the same time are written together, and the last one at once. */
  function keep(outcome: Outcome): Promise<void> {
    return new Promise((done) => {
      unwritten.push({ outcome, done })
      if (flying > 0) writing.soon()
      else writing.now()
    })
  }

  async function writeAll(): Promise<void> {
    while (unwritten.length > 0) {
      const batch = unwritten.slice(0, outcomesAtOnce)
      unwritten = unwritten.slice(outcomesAtOnce)
      const byAccount = Map.groupBy(batch, ({ outcome }) => outcome.claim.accountId)
      for (const [accountId, own] of byAccount) {
        await write(
          accountId,
          own.map(({ outcome }) => outcome),
        )
        waiting.add(accountId)
        for (const { done } of own) done()
      }
      void loop.deliverSoon()
    }
  }

  async function write(accountId: string, outcomes: readonly Outcome[]): Promise<void> {
    try {
      const next = await writeOutcomes(accountId, outcomes, { at: now(), parts: options })
      if (next !== null) sweepAt = Math.min(sweepAt, next)
    } catch (error) {
      // Their leases run out, and they are attempted again.
      log.error({ err: error, account: accountId }, 'What became of webhooks could not be written')
    }
  }
}
