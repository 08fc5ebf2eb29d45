import type { Transaction } from 'kysely'
import { lease, longestReason, nextAttempt } from '../delivery/attempts.ts'
import type { Secrets } from '../secrets.ts'
import type { Engine } from '../storage/engine.ts'
import { newId } from '../storage/ids.ts'
import type { Tables } from '../storage/tables.ts'

/** A mail on its way. The text may hold a link that signs in. */
export interface OutgoingMail {
  to: string
  /** One line without secrets: it is stored readable. */
  subject: string
  text: string
  /** The account that it tells of; null for what is about a person's sign-in alone. What tells of a sandbox is captured there. */
  about: string | null
  /** Milliseconds since 1970 from which it is no use any more, such as the end of the link in it. */
  expiresAt?: number
}

export interface ClaimedMail {
  id: string
  attempt: number
  to: string
  subject: string
  text: string
  createdAt: number
}

/** The mails that wait in the database, so that a crash or a mail server's bad day loses none. */
export interface Outbox {
  add(tx: Transaction<Tables>, mail: OutgoingMail): Promise<void>
  /** The next mail that is due, which no other node gets for the time of the lease; null when there is none. */
  claim(): Promise<ClaimedMail | null>
  sent(mail: ClaimedMail): Promise<void>
  /** Puts the mail back until its next turn, or gives it up after a day. */
  refused(mail: ClaimedMail, reason: string): Promise<'queued' | 'failed'>
  /** When the next mail is due, in milliseconds since 1970. */
  nextTurn(): Promise<number | null>
  /** Forgets what was sent or given up a month ago. */
  tidy(): Promise<void>
}

export function outboxOf(options: {
  engine: Pick<Engine, 'reader' | 'transaction'>
  secrets: Secrets
  now: () => number
}): Outbox {
  const { engine, secrets, now } = options
  return {
    async add(tx, mail) {
      const id = newId()
      const at = now()
      await tx
        .insertInto('outgoing_mails')
        .values({
          id,
          recipient: mail.to,
          subject: mail.subject.replaceAll(/\s+/g, ' ').trim(),
          sealed_text: secrets.seal(mail.text, sealingContext(id)),
          status: 'queued',
          attempts: 0,
          created_at: at,
          next_attempt_at: at,
          expires_at: mail.expiresAt ?? null,
        })
        .execute()
    },
    claim: () => engine.transaction((tx) => claimNext(tx, secrets, now())),
    sent: (mail) => close(mail, { status: 'sent', sent_at: now(), sealed_text: null, last_error: null }),
    async refused(mail, reason) {
      const last_error = reason.slice(0, longestReason)
      const next_attempt_at = nextAttempt({ ...mail, at: now() })
      if (next_attempt_at === null) {
        await close(mail, { status: 'failed', sealed_text: null, last_error })
        return 'failed'
      }
      await close(mail, { status: 'queued', next_attempt_at, last_error })
      return 'queued'
    },
    async nextTurn() {
      const row = await engine.reader
        .selectFrom('outgoing_mails')
        .select('next_attempt_at')
        .where('status', '=', 'queued')
        .orderBy('next_attempt_at')
        .limit(1)
        .executeTakeFirst()
      return row?.next_attempt_at ?? null
    },
    async tidy() {
      await engine.transaction((tx) =>
        tx
          .deleteFrom('outgoing_mails')
          .where('status', 'in', ['sent', 'failed'])
          .where('next_attempt_at', '<', now() - keptFor)
          .execute(),
      )
    },
  }

  /** Only the claim that made the attempt may close it: a node that slept past its lease changes nothing. */
  async function close(mail: ClaimedMail, set: Partial<Tables['outgoing_mails']>): Promise<void> {
    await engine.transaction((tx) =>
      tx
        .updateTable('outgoing_mails')
        .set(set)
        .where('id', '=', mail.id)
        .where('status', '=', 'queued')
        .where('attempts', '=', mail.attempt)
        .execute(),
    )
  }
}

const keptFor = 30 * 24 * 60 * 60_000

async function claimNext(tx: Transaction<Tables>, secrets: Secrets, at: number): Promise<ClaimedMail | null> {
  for (;;) {
    const row = await tx
      .selectFrom('outgoing_mails')
      .selectAll()
      .where('status', '=', 'queued')
      .where('next_attempt_at', '<=', at)
      .orderBy('next_attempt_at')
      .orderBy('id')
      .limit(1)
      .executeTakeFirst()
    if (!row) return null
    const update = tx.updateTable('outgoing_mails').where('id', '=', row.id)
    const text = row.expires_at !== null && row.expires_at <= at ? null : opened(row, secrets)
    if (text === null) {
      const last_error = row.last_error ?? 'It could not be sent in time, or was sealed with another secret.'
      await update.set({ status: 'failed', sealed_text: null, last_error }).execute()
      continue
    }
    const attempt = row.attempts + 1
    await update.set({ attempts: attempt, next_attempt_at: at + lease }).execute()
    return { id: row.id, attempt, to: row.recipient, subject: row.subject, text, createdAt: row.created_at }
  }
}

function opened(row: Tables['outgoing_mails'], secrets: Secrets): string | null {
  try {
    return row.sealed_text === null ? null : secrets.open(row.sealed_text, sealingContext(row.id))
  } catch {
    return null
  }
}

/** What the text of a mail is sealed for. */
export function sealingContext(id: string): string {
  return `mail ${id}`
}
