import { type ExpressionBuilder, type Kysely, sql, type Transaction } from 'kysely'
import type { Mail } from '../mail/mail.ts'
import { capture } from '../sandbox/capture.ts'
import type { AccountWriter } from '../storage/account-store.ts'
import type { Engine } from '../storage/engine.ts'
import type { Tables } from '../storage/tables.ts'
import { writeAccount } from '../storage/write.ts'
import type { Claim } from './claims.ts'
import { disable } from './disabling.ts'
import { nextAttempt, patience } from './schedule.ts'
import type { Sent } from './send.ts'

/** What became of a claimed attempt. */
export interface Outcome extends Sent {
  claim: Claim
  /** Milliseconds since 1970. */
  startedAt: number
  /** Milliseconds. */
  duration: number
}

export interface OutcomeParts {
  engine: Engine
  mail: Pick<Mail, 'enqueue' | 'deliverSoon'>
  publicUrl(): string
  random: () => number
}

const system = { actor: { kind: 'system', id: null }, requestId: null } as const
const gone = 410

/**
 * Writes the outcomes of attempts of one account, in one transaction: the attempt, what the delivery has become,
 * the turn of the next one of the same record, and the state of the subscription.
 * @returns when the next of these attempts is due, in milliseconds since 1970.
 */
export async function writeOutcomes(
  accountId: string,
  outcomes: readonly Outcome[],
  { at, parts }: { at: number; parts: OutcomeParts },
): Promise<number | null> {
  const written = await writeAccount(parts.engine, accountId, { ...system, at }, async (writer, tx) => {
    await captureSent(writer, await keepAttempts(tx, outcomes))
    const next = await settle(tx, outcomes, { at, random: parts.random })
    const told = await tellSubscriptions(writer, tx, { outcomes, at, parts })
    return { next, told }
  })
  if (written.told) parts.mail.deliverSoon()
  return written.next
}

export function isDelivered({ status, error }: Sent): boolean {
  return error === null && status !== null && status >= 200 && status < 300
}

/** Returns those that were not written before. */
async function keepAttempts(tx: Transaction<Tables>, outcomes: readonly Outcome[]): Promise<Outcome[]> {
  const kept = await tx
    .insertInto('webhook_attempts')
    .values(
      outcomes.map(({ claim, startedAt, duration, status, body, error }) => ({
        account_id: claim.accountId,
        delivery_id: claim.id,
        number: claim.attempt,
        started_at: startedAt,
        duration_ms: duration,
        response_status: status,
        response_body: body,
        error,
      })),
    )
    .onConflict((conflict) => conflict.doNothing())
    .returning(['delivery_id', 'number'])
    .execute()
  const written = new Set(kept.map(({ delivery_id, number }) => `${delivery_id} ${number}`))
  return outcomes.filter(({ claim }) => written.has(`${claim.id} ${claim.attempt}`))
}

/** A sandbox keeps what it would have sent. */
async function captureSent(writer: AccountWriter, outcomes: readonly Outcome[]): Promise<void> {
  for (const { claim, captured } of outcomes) {
    if (!captured) continue
    await capture(writer, {
      kind: 'webhook',
      from: null,
      to: [claim.targetUrl],
      subject: claim.type,
      ...captured,
      record: { type: 'webhook_deliveries', id: claim.id },
    })
  }
}

/**
 * Only the claim that made an attempt may close it: a node that slept past its lease changes nothing. What ends
 * alike is written by one statement; the rest of it is what the attempts say.
 * @returns when the first of them is tried again
 */
async function settle(
  tx: Transaction<Tables>,
  outcomes: readonly Outcome[],
  { at, random }: { at: number; random: () => number },
): Promise<number | null> {
  const ends = outcomes.map((outcome) => ({ claim: outcome.claim, ...endOf(outcome, { at, random }) }))
  const turns = ends.flatMap(({ next }) => next ?? [])
  for (const alike of Map.groupBy(
    ends,
    ({ claim, status, next }) => `${claim.attempt} ${status} ${next}`,
  ).values()) {
    const [first] = alike
    if (!first) continue
    const { claim, status, next } = first
    const written = await tx
      .updateTable('webhook_deliveries')
      .set((on) => ({
        status,
        next_attempt_at: next,
        closed_at: next === null ? at : null,
        updated_at: at,
        response_status: ofAttempt(on, 'response_status'),
        duration_ms: ofAttempt(on, 'duration_ms'),
        error: ofAttempt(on, 'error'),
      }))
      .where('account_id', '=', claim.accountId)
      .where(
        'id',
        'in',
        alike.map((end) => end.claim.id),
      )
      .where('attempts_count', '=', claim.attempt)
      .where('status', '=', 'pending')
      .returning('id')
      .execute()
    if (next !== null) continue
    const closed = new Set(written.map(({ id }) => id))
    await releaseAll(
      tx,
      alike.map((end) => end.claim).filter(({ id }) => closed.has(id)),
      at,
    )
  }
  return turns.length === 0 ? null : Math.min(...turns)
}

/** What the attempt of the number that the delivery has come to says. */
function ofAttempt<Column extends 'response_status' | 'duration_ms' | 'error'>(
  on: ExpressionBuilder<Tables, 'webhook_deliveries'>,
  column: Column,
) {
  return on
    .selectFrom('webhook_attempts')
    .select(`webhook_attempts.${column}`)
    .whereRef('webhook_attempts.account_id', '=', 'webhook_deliveries.account_id')
    .whereRef('webhook_attempts.delivery_id', '=', 'webhook_deliveries.id')
    .whereRef('webhook_attempts.number', '=', 'webhook_deliveries.attempts_count')
}

/** What a delivery becomes by an attempt, and when it is tried again. */
function endOf(
  outcome: Outcome,
  { at, random }: { at: number; random: () => number },
): { status: string; next: number | null } {
  if (isDelivered(outcome)) return { status: 'delivered', next: null }
  const isLast = outcome.claim.isTest || outcome.status === gone
  const next = isLast ? null : retryOf(outcome, { at, random })
  return { status: next === null ? 'failed' : 'pending', next }
}

function retryOf(outcome: Outcome, { at, random }: { at: number; random: () => number }): number | null {
  return nextAttempt({ attempt: outcome.claim.attempt, at, retryAfter: outcome.retryAfter, random })
}

/** Gives the next of each record its turn, where one waits behind those that are closed. */
async function releaseAll(tx: Transaction<Tables>, closed: readonly Claim[], at: number): Promise<void> {
  for (const [subscriptionId, own] of Map.groupBy(closed, (claim) => claim.subscriptionId)) {
    const accountId = own[0]?.accountId ?? ''
    const records = own.flatMap(({ recordId }) => recordId ?? [])
    if (records.length === 0) continue
    const waiting = await tx
      .selectFrom('webhook_deliveries')
      .select('record_id')
      .distinct()
      .where('account_id', '=', accountId)
      .where('subscription_id', '=', subscriptionId)
      .where('record_id', 'in', records)
      .where('closed_at', 'is', null)
      .execute()
    for (const { record_id } of waiting)
      await release(tx, { accountId, subscriptionId, recordId: record_id }, at)
  }
}

/** Gives the next delivery of the record its turn, unless another one of it is under way. */
export async function release(
  tx: Kysely<Tables>,
  { accountId, subscriptionId, recordId }: Pick<Claim, 'accountId' | 'subscriptionId' | 'recordId'>,
  at: number,
): Promise<void> {
  if (recordId === null) return
  const first = await tx
    .selectFrom('webhook_deliveries')
    .select(['id', 'next_attempt_at'])
    .where('account_id', '=', accountId)
    .where('subscription_id', '=', subscriptionId)
    .where('record_id', '=', recordId)
    .where('closed_at', 'is', null)
    .orderBy(sql`case when next_attempt_at is null then 1 else 0 end`)
    .orderBy('position')
    .orderBy('id')
    .limit(1)
    .executeTakeFirst()
  if (!first || first.next_attempt_at !== null) return
  await tx
    .updateTable('webhook_deliveries')
    .set({ next_attempt_at: at })
    .where('account_id', '=', accountId)
    .where('id', '=', first.id)
    .execute()
}

/** Notes how each subscription fares, and disables one that does not work. Returns whether somebody is told. */
async function tellSubscriptions(
  writer: AccountWriter,
  tx: Transaction<Tables>,
  { outcomes, at, parts }: { outcomes: readonly Outcome[]; at: number; parts: OutcomeParts },
): Promise<boolean> {
  let told = false
  const bySubscription = Map.groupBy(
    outcomes.filter(({ claim }) => !claim.isTest),
    ({ claim }) => claim.subscriptionId,
  )
  for (const [subscriptionId, own] of bySubscription) {
    const state = await writer
      .from('webhook_states')
      .select(['failing_since', 'last_delivered_at'])
      .where('subscription_id', '=', subscriptionId)
      .executeTakeFirst()
    const lastArrived = own.findLastIndex(isDelivered)
    const failedSince = own.slice(lastArrived + 1).map(({ startedAt }) => startedAt)
    const before = lastArrived < 0 && state?.failing_since ? [Number(state.failing_since)] : []
    const since = Math.min(...before, ...failedSince)
    const failing = Number.isFinite(since) ? since : null
    const lastDelivered = lastArrived < 0 ? (state?.last_delivered_at ?? null) : at
    await writer.update(
      'webhook_states',
      { subscription_id: subscriptionId },
      { failing_since: failing, last_delivered_at: lastDelivered },
    )
    const isGone = own.some(({ status }) => status === gone)
    const isHopeless = failing !== null && at - failing >= patience
    if (!isGone && !isHopeless) continue
    const reason = isGone ? 'The receiver answered 410 Gone.' : 'Every delivery has failed for 3 days.'
    const isDone = await disable(writer, tx, {
      subscriptionId,
      reason,
      mail: parts.mail,
      publicUrl: parts.publicUrl(),
    })
    told ||= isDone
  }
  return told
}
