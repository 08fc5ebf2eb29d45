import { type Kysely, sql } from 'kysely'
import type { Tables } from '../storage/tables.ts'
import { makerLives } from '../webhooks/claims.ts'

/** What waits in the database for a process to work on it, of all accounts. */
export interface Queue {
  /** `mails`, `text_messages`, `emails`, `webhooks`, or `changes`, which wait for their events. */
  name: string
  /** All that wait, also those whose time has not come or that wait for another. At most `mostCounted`. */
  waiting: number
  /** Those whose time has come. */
  due: number
  /** How long ago the time of the first of these came, in seconds; 0 where none is due. */
  lag: number
}

/** Counting ends here, so that a scrape costs no more when much has piled up. */
export const mostCounted = 10_000

/** Six queries that read as much of an index as waits, or `mostCounted` entries of it. */
export async function readQueues(reader: Kysely<Tables>, now: number): Promise<Queue[]> {
  return [
    await mails(reader, now),
    await messages(reader, 'text_messages', now),
    await messages(reader, 'emails', now),
    await webhooks(reader, now),
    await changes(reader, now),
  ]
}

interface Counted {
  waiting: number
  due: number
  next: number | null
}

async function mails(reader: Kysely<Tables>, now: number): Promise<Queue> {
  const { rows } = await sql<Counted>`
    select count(*) as waiting, count(case when next_attempt_at <= ${now} then 1 end) as due,
      min(next_attempt_at) as next
    from (select next_attempt_at from outgoing_mails where status = 'queued'
      order by next_attempt_at limit ${mostCounted}) as queued`.execute(reader)
  return queueOf('mails', rows[0], now)
}

async function messages(reader: Kysely<Tables>, resource: string, now: number): Promise<Queue> {
  const { rows } = await sql<Counted>`
    select count(*) as waiting, count(case when next_attempt_at <= ${now} then 1 end) as due,
      min(next_attempt_at) as next
    from (select next_attempt_at from outgoing_messages where resource = ${resource}
      order by next_attempt_at limit ${mostCounted}) as queued`.execute(reader)
  return queueOf(resource, rows[0], now)
}

/** Those of subscriptions that are paused or disabled wait, and are not due however long they do. */
async function webhooks(reader: Kysely<Tables>, now: number): Promise<Queue> {
  const waiting = await sql<{ waiting: number }>`
    select count(*) as waiting
    from (select 1 from webhook_deliveries where closed_at is null limit ${mostCounted}) as open
  `.execute(reader)
  const due = await sql<{ due: number; next: number | null }>`
    select count(*) as due, min(turns.next_attempt_at) as next
    from (select account_id, subscription_id, next_attempt_at from webhook_deliveries
      where next_attempt_at is not null and next_attempt_at <= ${now} limit ${mostCounted}) as turns
    join webhook_subscriptions on webhook_subscriptions.account_id = turns.account_id
      and webhook_subscriptions.id = turns.subscription_id
    where webhook_subscriptions.status = 'active' and webhook_subscriptions.deleted_at is null
      and ${makerLives(now)}`.execute(reader)
  const [one, other] = [waiting.rows[0], due.rows[0]]
  return queueOf('webhooks', one && other && { ...one, ...other }, now)
}

/** Where very many wait, the oldest of some. */
const mostLookedUp = 1_000

async function changes(reader: Kysely<Tables>, now: number): Promise<Queue> {
  const { rows } = await sql<{ waiting: number; next: number | null }>`
    select
      (select count(*) from (select 1 from unpublished_changes limit ${mostCounted}) as counted) as waiting,
      (select min(changes.occurred_at)
        from (select account_id, change_id from unpublished_changes limit ${mostLookedUp}) as some_of_them
        cross join changes
        where changes.account_id = some_of_them.account_id and changes.id = some_of_them.change_id
      ) as next`.execute(reader)
  const [row] = rows
  return queueOf('changes', row && { ...row, due: row.waiting }, now)
}

function queueOf(name: string, counted: Counted | undefined, now: number): Queue {
  const { waiting, due, next } = counted ?? { waiting: 0, due: 0, next: null }
  return { name, waiting, due, lag: due === 0 ? 0 : secondsSince(next, now) }
}

function secondsSince(at: number | null, now: number): number {
  return at === null ? 0 : Math.max(0, now - at) / 1_000
}
