import { lease, longestReason, nextAttempt } from '../delivery/attempts.ts'
import type { Resource } from '../resource-layer/resource.ts'
import { amend } from '../resource-layer/write.ts'
import { type CapturedMessage, capture } from '../sandbox/capture.ts'
import { type AccountStore, accountStore, type Row } from '../storage/account-store.ts'
import type { Engine } from '../storage/engine.ts'
import { writeAccount } from '../storage/write.ts'

/** A message that nobody else sends for the time of the lease. */
export interface ClaimedMessage {
  accountId: string
  id: string
  attempt: number
  /** When it was queued, in milliseconds since 1970. */
  createdAt: number
  row: Row
  /** The other rows of its account. */
  store: AccountStore
}

/** The texts or mails that wait to be sent. What becomes of one is a write like any other. */
export interface MessageQueue {
  /** The next message that is due; null when there is none. */
  claim(): Promise<ClaimedMessage | null>
  /** @param reason what is to be said all the same, such as receivers that were refused */
  sent(message: ClaimedMessage, reason: string | null): Promise<void>
  /** Keeps it in the outbox of its sandbox, where it counts as sent, and a text as delivered. */
  captured(message: ClaimedMessage, as: CapturedMessage): Promise<void>
  /** Puts it back until its next turn, or gives it up: at once when that is final, else after a day. */
  refused(message: ClaimedMessage, reason: string, isFinal: boolean): Promise<'queued' | 'failed'>
  /** When the next message is due, in milliseconds since 1970. */
  nextTurn(): Promise<number | null>
}

const system = { actor: { kind: 'system', id: null }, requestId: null } as const

export function messageQueueOf(options: {
  engine: Engine
  resource: Resource
  now: () => number
}): MessageQueue {
  const { engine, resource, now } = options
  return {
    claim,
    async sent(message, reason) {
      const at = now()
      await writeAccount(engine, message.accountId, system, async (writer) => {
        await writer.remove('outgoing_messages', placeOf(message))
        const row = await writer.find(resource.name, message.id)
        if (!row) return
        // It went out, even if it was deleted meanwhile. A receipt that came before this knows more.
        const isOpen = row.status === 'queued' || row.status === 'not_sent'
        const set: Row = isOpen ? { status: 'sent', status_reason: reason } : {}
        await amend(writer, resource, row, { ...set, sent_at: at })
      })
    },
    async captured(message, as) {
      await writeAccount(engine, message.accountId, system, async (writer) => {
        // Only the claim that captured it may close it, as below.
        const place = { ...placeOf(message), attempts: message.attempt }
        const isOurs = await writer.updateCounted('outgoing_messages', place, { next_attempt_at: writer.at })
        if (isOurs === 0) return
        await writer.remove('outgoing_messages', place)
        const row = await writer.find(resource.name, message.id)
        if (row?.status !== 'queued') return
        await capture(writer, as)
        const sent = await amend(writer, resource, row, { status: 'sent', sent_at: writer.at })
        // A mail server says nothing of the delivery, here as in a live account.
        if (as.kind !== 'text') return
        await amend(writer, resource, sent, { status: 'delivered', delivered_at: writer.at })
      })
    },
    async refused(message, reason, isFinal) {
      const next = isFinal ? null : nextAttempt({ ...message, at: now() })
      await writeAccount(engine, message.accountId, system, async (writer) => {
        // Only the claim that made the attempt may close it: a node that slept past its lease changes nothing.
        const place = { ...placeOf(message), attempts: message.attempt }
        const isOurs = await writer.updateCounted('outgoing_messages', place, {
          next_attempt_at: next ?? now(),
        })
        const row = await writer.find(resource.name, message.id)
        if (isOurs === 0 || row?.status !== 'queued') return
        if (next === null) await writer.remove('outgoing_messages', place)
        const status = next === null ? 'failed' : 'queued'
        await amend(writer, resource, row, { status, status_reason: reason.slice(0, longestReason) })
      })
      return next === null ? 'failed' : 'queued'
    },
    async nextTurn() {
      const row = await engine.reader
        .selectFrom('outgoing_messages')
        .select('next_attempt_at')
        .where('resource', '=', resource.name)
        .orderBy('next_attempt_at')
        .limit(1)
        .executeTakeFirst()
      return row?.next_attempt_at ?? null
    },
  }

  async function claim(): Promise<ClaimedMessage | null> {
    const claimed = await claimNext()
    if (!claimed) return null
    const { account_id: accountId, record_id: id, attempts: attempt, created_at: createdAt } = claimed
    const store = accountStore(engine.reader, accountId)
    const row = await store.find(resource.name, id)
    // It was deleted between the two, and with it its place in the queue.
    if (row?.status !== 'queued' || row.deleted_at !== null) return claim()
    return { accountId, id, attempt, createdAt, row, store }
  }

  function placeOf({ id }: ClaimedMessage): Row {
    return { resource: resource.name, record_id: id }
  }

  function claimNext() {
    const at = now()
    return engine.transaction(async (tx) => {
      const waiting = await tx
        .selectFrom('outgoing_messages')
        .selectAll()
        .where('resource', '=', resource.name)
        .where('next_attempt_at', '<=', at)
        .orderBy('next_attempt_at')
        .orderBy('record_id')
        .limit(1)
        .executeTakeFirst()
      if (!waiting) return null
      const claimed = { attempts: waiting.attempts + 1, next_attempt_at: at + lease }
      await tx
        .updateTable('outgoing_messages')
        .set(claimed)
        .where('account_id', '=', waiting.account_id)
        .where('resource', '=', resource.name)
        .where('record_id', '=', waiting.record_id)
        .execute()
      return { ...waiting, ...claimed }
    })
  }
}
