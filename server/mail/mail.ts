import type { Transaction } from 'kysely'
import type { Config } from '../config.ts'
import { type DeliveryLoop, deliveryLoop, type Log } from '../delivery/delivery-loop.ts'
import type { Secrets } from '../secrets.ts'
import type { Engine } from '../storage/engine.ts'
import type { Tables } from '../storage/tables.ts'
import { type ClaimedMail, type OutgoingMail, outboxOf } from './outbox.ts'
import { domainOf, smtpOf } from './smtp.ts'

export type { Log } from '../delivery/delivery-loop.ts'

export interface Mail extends DeliveryLoop {
  /** False without SMTP_URL: nothing is stored and nothing is sent. */
  readonly enabled: boolean
  /** Puts a mail into the outbox in the transaction of the act that it tells of. */
  enqueue(tx: Transaction<Tables>, mail: OutgoingMail): Promise<void>
}

/** Latchkey's own mail by SMTP, such as invitations, through an outbox in the database. */
export function createMail(options: {
  engine: Engine
  config: Pick<Config, 'smtpUrl' | 'mailFrom' | 'publicUrl'>
  secrets: Secrets
  log: Log
  now?: () => number
}): Mail {
  const { engine, config, secrets, log } = options
  const now = options.now ?? Date.now
  if (!config.smtpUrl) return withoutMail

  const smtp = smtpOf(config.smtpUrl)
  const outbox = outboxOf({ engine, secrets, now })
  const domain = domainOf(config.mailFrom)
  const { nextTurn, tidy } = outbox
  const loop = deliveryLoop({ name: 'mails', deliverNext, nextTurn, tidy }, { log, now })

  return {
    ...loop,
    enabled: true,
    enqueue: (tx, mail) => outbox.add(tx, mail),
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

const withoutMail: Mail = {
  enabled: false,
  enqueue: async () => {},
  deliverSoon: async () => {},
  start() {},
  stop: async () => {},
}
