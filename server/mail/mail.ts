import type { Transaction } from 'kysely'
import type { Config } from '../config.ts'
import { type DeliveryLoop, deliveryLoop, type Log } from '../delivery/delivery-loop.ts'
import { capture } from '../sandbox/capture.ts'
import type { Secrets } from '../secrets.ts'
import { accountWriter } from '../storage/account-store.ts'
import type { Engine } from '../storage/engine.ts'
import { isSandbox } from '../storage/sandboxes.ts'
import type { Tables } from '../storage/tables.ts'
import { type ClaimedMail, type OutgoingMail, outboxOf } from './outbox.ts'
import { domainOf, smtpOf } from './smtp.ts'

export type { Log } from '../delivery/delivery-loop.ts'

export interface Mail extends DeliveryLoop {
  /** False without SMTP_URL: nothing is sent, and nothing is stored but what a sandbox captures. */
  readonly enabled: boolean
  /** Puts a mail into the outbox in the transaction of the act that it tells of. */
  enqueue(tx: Transaction<Tables>, mail: OutgoingMail): Promise<void>
}

/** Latchkey's own mail by SMTP, such as invitations, through an outbox in the database. */
export function createMail(options: {
  engine: Pick<Engine, 'reader' | 'transaction'>
  config: Pick<Config, 'smtpUrl' | 'mailFrom' | 'publicUrl'>
  secrets: Secrets
  log: Log
  now?: () => number
}): Mail {
  const { engine, config, secrets, log } = options
  const now = options.now ?? Date.now
  if (!config.smtpUrl) return withoutMail(config.mailFrom, now)

  const smtp = smtpOf(config.smtpUrl)
  const outbox = outboxOf({ engine, secrets, now })
  const domain = domainOf(config.mailFrom)
  const { nextTurn, tidy } = outbox
  const loop = deliveryLoop({ name: 'mails', deliverNext, nextTurn, tidy }, { log, now })

  return {
    ...loop,
    enabled: true,
    async enqueue(tx, mail) {
      if (!(await isCaptured(tx, mail, { from: config.mailFrom, at: now() }))) await outbox.add(tx, mail)
    },
    async stop() {
      await loop.stop()
      smtp.close()
    },
  }

  async function deliverNext(): Promise<boolean> {
    const mail = await outbox.claim()
    if (!mail) return false
    await deliver(mail)
    return true
  }

  async function deliver(mail: ClaimedMail): Promise<void> {
    try {
      await smtp.send({
        from: config.mailFrom,
        to: mail.to,
        subject: mail.subject,
        text: mail.text,
        // The same at every attempt, so that a mail that arrived twice is seen to be one.
        messageId: `<${mail.id}@${domain}>`,
      })
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      const state = await outbox.refused(mail, reason)
      const what = state === 'failed' ? 'A mail was given up' : 'A mail could not be sent yet'
      log.warn({ mailId: mail.id, attempt: mail.attempt, reason }, what)
      return
    }
    await outbox.sent(mail)
    log.info({ mailId: mail.id }, 'A mail was sent')
  }
}

function withoutMail(from: string, now: () => number): Mail {
  return {
    enabled: false,
    async enqueue(tx, mail) {
      await isCaptured(tx, mail, { from, at: now() })
    },
    deliverSoon: async () => {},
    start() {},
    stop: async () => {},
  }
}

/** Keeps a mail that tells of a sandbox in the sandbox; false for all others. */
async function isCaptured(
  tx: Transaction<Tables>,
  { about, to, subject, text }: OutgoingMail,
  { from, at }: { from: string; at: number },
): Promise<boolean> {
  if (about === null) return false
  const actor = { kind: 'system', id: null } as const
  const writer = accountWriter(tx, about, { at, actor, requestId: null })
  if (!(await isSandbox(writer))) return false
  await capture(writer, { kind: 'email', from, to: [to], subject, body: text, headers: {}, record: null })
  return true
}
